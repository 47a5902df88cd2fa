from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recovery_network.mail import backends
from recovery_network.mail.models import Mail
from recovery_network.privacy.fields import Clock, PersonalField, Receipt, Road
from recovery_network.privacy.person import Person

PURPOSE = _("To send you what you asked for, and to help you if it didn't arrive.")
SEEN_BY = _("Organisers. Nobody can read a mail with a sign-in code.")

PERSONAL = (
    PersonalField("mail.Mail.recipient", PURPOSE, SEEN_BY, Clock.MAIL),
    PersonalField("mail.Mail.subject", PURPOSE, SEEN_BY, Clock.MAIL),
    PersonalField("mail.Mail.text", PURPOSE, SEEN_BY, Clock.MAIL),
    PersonalField("mail.Mail.html", PURPOSE, SEEN_BY, Clock.MAIL),
    PersonalField("mail.Mail.attachments", PURPOSE, SEEN_BY, Clock.MAIL),
)
NOT_PERSONAL = {
    "mail.Mail": (
        "key",
        "kind",
        "language",
        "about",
        "state",
        "attempts",
        "error_class",
        "error",
        "created_at",
        "not_before",
        "nudged_at",
        "claimed_at",
        "sent_at",
        "blanked_at",
    ),
    "mail.Wording": "*",
}

ROADS = (
    Road(
        "mail.Mail",
        lambda person: person.owns("recipient"),
        blank=Mail.BLANK,
        also=("kind", "created_at"),
    ),
)


def release(person: Person, now: datetime) -> Decimal:
    """What hasn't left is not sent, and the rows may be blanked: they stay, so that nothing is sent again."""
    theirs = Mail.objects.filter(person.owns("recipient"))
    theirs.exclude(state__in=Mail.FINISHED).update(state=Mail.State.CANCELLED)
    theirs.update(**Mail.BLANK, blanked_at=now)
    return Decimal(0)


def purge(now: datetime, *, dry_run: bool) -> Receipt:
    """Blank words and recipients of finished mails; the rows stay, so that nothing is sent again.

    A mail that still waits when its time is up is cancelled and blanked with the others.
    """
    cutoff = Clock.MAIL.cutoff(now)
    old = Mail.objects.filter(created_at__lt=cutoff, blanked_at=None).filter(
        Q(state__in=Mail.FINISHED) | Q(state=Mail.State.QUEUED, not_before__lt=cutoff)
    )
    files = [file for file in written_mails() if file.stat().st_mtime < cutoff.timestamp()]
    removed = {"mails": old.count(), "mail files": len(files)}
    if not dry_run:
        old.filter(state=Mail.State.QUEUED).update(state=Mail.State.CANCELLED)
        old.update(**Mail.BLANK, blanked_at=timezone.now())
        for file in files:
            file.unlink(missing_ok=True)
    return Receipt("mail", removed)


def written_mails() -> list[Path]:
    """The files of the demo's mail folder; none where mails go to a server."""
    folder = backends.folder()
    return list(folder.glob("*.eml")) if folder else []
