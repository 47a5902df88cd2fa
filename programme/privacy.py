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
    PersonalField(
        "programme.ProgrammeVersion.snapshot",
        PURPOSE,
        EVERYONE,
        Clock.CONTENT,
        _("Who was presented as what in each published programme"),
    ),
    PersonalField(
        "programme.ProgrammeVersion.published_by",
        _("To know who published a programme."),
        _("The organisers."),
        Clock.CONTENT,
    ),
)
NOT_PERSONAL = {
    "programme.Speaker": ("key",),
    "programme.Session": "*",
    "programme.Track": "*",
    "programme.ProgrammeVersion": ("conference", "number", "note", "published_at"),
    "programme.Contribution": ("session", "position"),
}
