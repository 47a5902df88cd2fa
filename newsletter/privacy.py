from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from newsletter.models import SubscribeRequest, Suppression
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road

LETTERS = _("To send you the newsletter you asked for.")
ASKED = _("To ask you whether it was you who wanted the newsletter.")
STOPPED = _(
    "To send nothing more to an address that takes no mail, or whose owner doesn't want it."
)
WRITER = _("To know who wrote it.")
ORGANISERS = _("Organisers.")
EDITORS = _("Organisers and editors.")
NOBODY = _("Nobody; the system only.")

PERSONAL = (
    PersonalField("newsletter.Subscription.email", LETTERS, ORGANISERS, Clock.NEWSLETTER),
    PersonalField("newsletter.Subscription.language", LETTERS, ORGANISERS, Clock.NEWSLETTER),
    PersonalField("newsletter.Subscription.subscribed_at", LETTERS, ORGANISERS, Clock.NEWSLETTER),
    PersonalField(
        "newsletter.Subscription.key",
        LETTERS,
        NOBODY,
        Clock.NEWSLETTER,
        _("The secret part of your link"),
        secret=True,
    ),
    PersonalField("newsletter.SubscribeRequest.email", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("newsletter.SubscribeRequest.language", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField("newsletter.SubscribeRequest.agreed_to", ASKED, NOBODY, Clock.CONFIRMATION),
    PersonalField(
        "newsletter.SubscribeRequest.key",
        ASKED,
        NOBODY,
        Clock.CONFIRMATION,
        _("The key in the link we sent you"),
        secret=True,
    ),
    PersonalField("newsletter.Suppression.email", STOPPED, ORGANISERS, Clock.STOPPED),
    PersonalField("newsletter.Suppression.reason", STOPPED, ORGANISERS, Clock.STOPPED),
    PersonalField("newsletter.Suppression.detail", STOPPED, ORGANISERS, Clock.STOPPED),
    PersonalField("newsletter.Suppression.since", STOPPED, ORGANISERS, Clock.STOPPED),
    PersonalField("newsletter.Suppression.lifted_at", STOPPED, ORGANISERS, Clock.STOPPED),
    PersonalField("newsletter.Suppression.lifted_by", STOPPED, ORGANISERS, Clock.STOPPED),
    PersonalField("newsletter.Letter.written_by", WRITER, EDITORS, Clock.CONTENT),
)
NOT_PERSONAL = {
    "newsletter.SubscribeRequest": ("asked_at",),
    "newsletter.Letter": (
        *("language", "is_public", "slug", "state", "send_at", "sent_at", "addresses"),
        *("written_up_to", "written", "created_at"),
    ),
    "newsletter.LetterText": "*",
}

ROADS = (
    Road("newsletter.Subscription", lambda person: person.owns("email"), also=("topics",)),
    Road(
        "newsletter.SubscribeRequest",
        lambda person: person.owns("email"),
        also=("topics", "asked_at"),
    ),
    Road(
        "newsletter.Suppression",
        lambda person: person.owns("email"),
        fields=("email", "reason", "detail", "since", "lifted_at"),
    ),
    Road(
        "newsletter.Suppression",
        lambda person: person.is_account("lifted_by"),
        fields=("lifted_by",),
        blank={"lifted_by": None},
    ),
    Road(
        "newsletter.Letter",
        lambda person: person.is_account("written_by"),
        blank={"written_by": None},
        also=("created_at", "state"),
    ),
)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    expired = {
        "wishes to subscribe": SubscribeRequest.objects.filter(
            asked_at__lt=Clock.CONFIRMATION.cutoff(now)
        ),
        "stopped addresses": Suppression.objects.filter(since__lt=Clock.STOPPED.cutoff(now)),
    }
    with transaction.atomic():
        removed = {what: rows.count() for what, rows in expired.items()}
        if not dry_run:
            for rows in expired.values():
                rows.delete()
    return Receipt("newsletter", removed)
