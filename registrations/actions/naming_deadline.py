"""Places without a name have a deadline: the contact person is reminded of it once, and then they go on."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from conferences.actions import lock
from conferences.models import Conference
from recovery_network.audit.actions import record
from recovery_network.mail.models import Mail
from registrations import mails, party_mails, queries
from registrations.actions.places import close, fill
from registrations.models import Registration
from registrations.models.registration import RegistrationQuerySet

log = logging.getLogger(__name__)
REMIND_BEFORE = timedelta(days=3)


def without_a_name() -> RegistrationQuerySet:
    """Of gatherings that aren't over or called off."""
    unnamed = Registration.objects.active().unnamed()
    return unnamed.filter(conference__ends_at__gt=timezone.now(), conference__cancelled_at=None)


def to_be_named_by(moment: datetime) -> Q:
    """Those whose deadline has come at `moment`: see Conference.nameable_until()."""
    none_set = Q(conference__unnamed_until=None, conference__starts_at__lte=moment)
    return none_set | Q(conference__unnamed_until__lte=moment)


# --- Reminding -------------------------------------------------------------------------------


def remind_of_names() -> int:
    """Write once to each contact person whose places still have no name some days before the deadline.

    Places reserved after that moment count for nothing: the answer to the reservation said it. The deadline
    is part of the mail's key, so moving it makes a new one. Returns how many mails were written.
    """
    now = timezone.now()
    due = without_a_name().filter(to_be_named_by(now + REMIND_BEFORE)).exclude(to_be_named_by(now))
    keys = {
        party_mails.names_missing_key(each.booking_id, until): each.booking_id
        for each in due.select_related("conference").order_by("booking_id", "pk")
        if each.created_at < (until := each.conference.nameable_until()) - REMIND_BEFORE
    }
    told = set(Mail.objects.filter(key__in=keys).values_list("key", flat=True))
    return sum(remind(booking_id) for key, booking_id in keys.items() if key not in told)


@transaction.atomic
def remind(booking_id: int) -> bool:
    """Holds the rows, so that nobody is reminded of a place that is named at the same moment."""
    rows = without_a_name().filter(booking=booking_id)
    held = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    unnamed = list(held.select_related("tier", "booking__organisation", "conference__venue"))
    if not unnamed:
        return False
    # Asked again with the rows held: calling off writes to every row.
    conference = Conference.objects.get(pk=unnamed[0].conference_id)
    if conference.is_called_off() or conference.nameable_until() <= timezone.now():
        return False
    return party_mails.names_missing(unnamed[0].booking, unnamed) is not None


# --- Giving up -------------------------------------------------------------------------------


def release_unnamed() -> int:
    """Give up what has no name after the deadline, one gathering at a time; returns how many places that were.

    One that is busy is left for the next round.
    """
    late = without_a_name().filter(to_be_named_by(timezone.now())).order_by("conference_id")
    released = 0
    for conference_id in list(late.values_list("conference_id", flat=True).distinct()):
        try:
            released += release_at(conference_id)
        except OperationalError:
            log.warning("A conference was busy; its places without a name are given up next time.")
    return released


@transaction.atomic
def release_at(conference_id: int) -> int:
    """Cancelled without cost; the next in line gets them, and each contact person is told once of all theirs."""
    conference = lock(conference_id)
    now = timezone.now()
    if conference.is_called_off(now) or now < conference.nameable_until():
        return 0
    rows = queries.whole_registrations().filter(conference=conference)
    late = list(rows.active().unnamed().order_by("pk"))
    for registration in late:
        give_up(registration, now)
    for unnamed in by_booking(late):
        party_mails.unnamed_released(unnamed[0].booking, unnamed)
    fill(conference)
    return len(late)


def give_up(registration: Registration, now: datetime) -> None:
    mails.withdraw_all(registration)
    close(registration, Registration.State.CANCELLED, now)
    record(
        action="registration.released_unnamed",
        by=None,
        object=registration,
        conference_id=registration.conference_id,
    )


def by_booking(registrations: Iterable[Registration]) -> list[list[Registration]]:
    found: dict[int, list[Registration]] = defaultdict(list)
    for each in registrations:
        found[each.booking_id].append(each)
    return list(found.values())
