from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField

PURPOSE = _("To tell who contributes to the programme.")
EVERYONE = _("Everyone: it is on the website.")

PERSONAL = (
    *(
        PersonalField(f"programme.Speaker.{name}", PURPOSE, EVERYONE, Clock.CONTENT)
        for name in ("name", "title", "affiliation", "biography", "picture", "picture_alt")
    ),
    *(
        PersonalField(f"programme.Contribution.{name}", PURPOSE, EVERYONE, Clock.CONTENT)
        for name in ("speaker", "role", "presented_as")
    ),
)
NOT_PERSONAL = {
    "programme.Speaker": ("key",),
    "programme.Session": "*",
    "programme.Track": "*",
    "programme.Contribution": ("session", "position"),
}
