from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from conferences.models import Conference

# What only pages tell; nothing is decided by it, so it isn't read under the lock.
TEXTS = (
    "summary",
    "theme",
    "theme_questions",
    "about",
    "target_group",
    "practical",
    "venue__directions",
    "venue__accessibility",
)


def touch(conference: Conference) -> None:
    """Marks what visitors see as changed, so that no kept page of it is shown again."""
    Conference.objects.filter(pk=conference.pk).update(
        revision=F("revision") + 1, changed_at=timezone.now()
    )


def lock(conference_id: int) -> Conference:
    """The conference, held against every other booking of it until the transaction ends (`domain.md` 4).

    PostgreSQL locks the row and gives up after five seconds (settings) with OperationalError; SQLite's
    immediate transaction has locked the whole database already. Must be called inside a transaction,
    before any check. The venue comes along.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Take the lock of a conference inside a transaction."
        )
    held = Conference.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("venue").defer(*TEXTS).get(pk=conference_id)
