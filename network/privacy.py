from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from network.models import Resource, SignIn, User
from network.models.resource import FOLDER
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road
from recovery_network.uploads import private_files, sweep

ACCOUNT = _("To let you sign in and to know who does what in the administration.")
SEEN_BY = _("Those who run the system.")

AUTHOR = _("To say who wrote it.")
STEERING = _("To know who speaks for each organisation in the steering group.")
EVERYONE_AGREED = _("Everyone, once the person has agreed; until then organisers.")
EVERYONE = _("Everyone.")
SIGN_IN = _("To let you sign in and stay signed in.")
NOBODY = _("Nobody; the system only.")
YOURSELF = _("You yourself.")

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
        NOBODY,
        Clock.ACCOUNT,
        _("A scrambled password"),
        secret=True,
    ),
    PersonalField(
        "network.User.last_login", ACCOUNT, SEEN_BY, Clock.ACCOUNT, _("When you last signed in")
    ),
    PersonalField("network.User.date_joined", ACCOUNT, SEEN_BY, Clock.ACCOUNT),
    PersonalField(
        "network.SignIn.session_key",
        SIGN_IN,
        NOBODY,
        Clock.SIGN_IN,
        _("A number that tells your browser from others"),
        secret=True,
    ),
    PersonalField(
        "network.SignIn.session_data",
        SIGN_IN,
        NOBODY,
        Clock.SIGN_IN,
        _("Who is signed in with it"),
        secret=True,
    ),
    *(
        PersonalField(f"network.SignIn.{name}", SIGN_IN, YOURSELF, Clock.SIGN_IN)
        for name in ("account", "device", "began_at")
    ),
)
NOT_PERSONAL = {
    "network.SignIn": ("expire_date",),
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

ROADS = (
    Road("network.SignIn", lambda person: person.is_account("account")),
    Road("network.User", lambda person: person.is_account("pk")),
)
WRITTEN = _(
    "Names that editors write in texts and under pictures: no address says whose they are. Write to us."
)
NO_ROAD = {"network.Article": WRITTEN, "network.SteeringSeat": WRITTEN}


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Sign-ins that have ended, and accounts whose address nobody has confirmed: someone only asked for a code."""
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    expired = {
        "sign-ins": SignIn.objects.filter(expire_date__lt=Clock.SIGN_IN.cutoff(now)),
        "accounts nobody confirmed": User.objects.filter(
            ~Exists(confirmed),
            is_staff=False,
            is_superuser=False,
            last_login=None,
            date_joined__lt=Clock.CONFIRMATION.cutoff(now),
        ),
    }
    with transaction.atomic():
        removed = {what: rows.count() for what, rows in expired.items()}
        if not dry_run:
            for rows in expired.values():
                rows.delete()
    files = Resource.objects.exclude(file="").values_list("file", flat=True)
    removed["files"] = sweep(private_files(), FOLDER, in_use=files, now=now, dry_run=dry_run)
    return Receipt("network", removed)
