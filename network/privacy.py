from django.utils.translation import gettext_lazy as _

from recovery_network.privacy.fields import Clock, PersonalField

ACCOUNT = _("To let you sign in and to know who does what in the administration.")
SEEN_BY = _("Those who run the system.")

AUTHOR = _("To say who wrote it.")
STEERING = _("To know who speaks for each organisation in the steering group.")
EVERYONE_AGREED = _("Everyone, once the person has agreed; until then organisers.")
EVERYONE = _("Everyone.")

PERSONAL = (
    PersonalField("network.Article.author", AUTHOR, EVERYONE, Clock.CONTENT),
    PersonalField("network.Article.photographer", AUTHOR, EVERYONE, Clock.CONTENT),
    PersonalField("network.SteeringSeat.person", STEERING, EVERYONE_AGREED, Clock.CONTENT),
    PersonalField("network.SteeringSeat.person_agreed", STEERING, SEEN_BY, Clock.CONTENT),
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
    "network.Article": (
        *("slug", "preview_key", "title", "lead", "body", "language", "picture", "picture_alt"),
        *("picture_caption", "published_at", "updated_at"),
    ),
    "network.Topic": "*",
    "network.ResourceSeries": "*",
    "network.Resource": "*",
    "network.Hub": "*",
    "network.HubMember": "*",
    "network.Milestone": "*",
    "network.SteeringSeat": ("organisation", "role", "starts_on", "ends_on", "position"),
}
