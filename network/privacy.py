from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField

ACCOUNT = _("To let you sign in and to know who does what in the administration.")
SEEN_BY = _("Those who run the system.")

PERSONAL = (
    PersonalField("network.User.email", ACCOUNT, SEEN_BY, Clock.ACCOUNT),
    PersonalField("network.User.name", ACCOUNT, SEEN_BY, Clock.ACCOUNT),
    PersonalField("network.User.language", ACCOUNT, SEEN_BY, Clock.ACCOUNT),
    PersonalField(
        "network.User.password",
        ACCOUNT,
        _("Nobody; the system only."),
        Clock.ACCOUNT,
        _("A scrambled password"),
    ),
    PersonalField(
        "network.User.last_login", ACCOUNT, SEEN_BY, Clock.ACCOUNT, _("When you last signed in")
    ),
    PersonalField("network.User.date_joined", ACCOUNT, SEEN_BY, Clock.ACCOUNT),
)
NOT_PERSONAL = {
    "network.User": ("is_staff", "is_active", "is_superuser"),
    "network.Organisation": "*",
    "network.OrganisationAlias": "*",
}
