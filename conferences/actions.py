from datetime import date

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from conferences.copying import Copying, copiers, copy_own
from conferences.models import Conference
from conferences.queries import TEXTS
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.search import actions as search
from recovery_network.search.registry import CONFERENCE
from recovery_network.slugs import free_slug


def touch(conference: Conference) -> None:
    """Marks what visitors see as changed, so that no kept page of it is shown again and search knows it."""
    Conference.objects.filter(pk=conference.pk).update(
        revision=F("revision") + 1, changed_at=timezone.now()
    )
    search.changed(CONFERENCE, conference.pk)


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


# What was decided about the old one, and is decided anew for the new one.
UNDECIDED = ("published_at", "closed_at", "cancelled_at", "archived_at")


@transaction.atomic
def copy(
    *,
    conference: Conference,
    title: str,
    first_day: date,
    by: User,
    with_contributors: bool = False,
) -> Conference:
    """A draft like `conference` that begins on `first_day`: every date moves with it, every clock time stays.

    What is copied stands in conferences.copying and in each app's own copying.py; nobody's registration is.
    """
    days = (first_day - conference.starts_at.astimezone(conference.zone).date()).days
    copying = Copying(conference, conference, days, with_contributors)
    copying.target = copying.clone(
        conference,
        title=title,
        slug=free_slug(title, Conference.objects.all(), "slug"),
        revision=1,
        **dict.fromkeys(UNDECIDED),
    )
    for copier in (copy_own, *copiers()):
        copier(copying)
    record(
        action="conference.copied",
        by=by,
        object=copying.target,
        conference_id=copying.target.pk,
        source=conference.key,
    )
    return copying.target
