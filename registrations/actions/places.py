"""Who gets a freed place, and when (`domain.md` 5)."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from recovery_network import keys
from recovery_network.audit.actions import record
from registrations import line, mails, queries
from registrations.actions import seating
from registrations.actions.telling import tell_moved
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.models.cancellation_rule import NOTHING
from registrations.queries import Ledger

log = logging.getLogger(__name__)
State = Registration.State

STATE_FIELDS = [
    "state", "confirmed_at", "waiting_since", "waiting_for", "offer_key", "offer_expires_at", "cancelled_at", "declined_at",
    "cancellation_fee", "undo_until", "sequence",
]  # fmt: skip


def fill(conference: Conference, *, approved: Collection[int] = frozenset()) -> Ledger:
    """Give every free place to the first in line who may have it; the conference is locked by the caller.

    Returns the places as they are afterwards, with those that are kept for a party in line. Nobody is left
    waiting for a place that is free and not kept, so a newcomer who finds one has jumped no queue. After
    the start, and when cancelled, nothing is given.
    Seats in workshops go first to those who wait for them and have their place. Whoever is among
    `approved` by key gets the place without being asked, and is told by the caller.
    """
    seating.fill(conference)
    now = timezone.now()
    ledger = Ledger.of(conference)
    if not ledger.waiting or ledger.house_is_full():
        return ledger
    if conference.starts_at <= now or conference.state(now) not in GIVING:
        return ledger
    tiers = {tier.pk: tier for tier in conference.tiers.all()}
    served = line.serve(ledger, line.units(conference), tiers)
    if served.given:
        rows = whole(conference, [each.pk for unit in served.given for each in unit])
        for unit in served.given:
            told_later = any(each.pk in approved for each in unit)
            give([rows[each.pk] for each in unit], now, approved=told_later)
    return ledger


GIVING = {Conference.State.PUBLISHED, Conference.State.OPEN, Conference.State.CLOSED}


def whole(conference: Conference, pks: Collection[int]) -> dict[int, Registration]:
    """With all that is told about them."""
    rows = queries.whole_registrations().select_related("companion_of").filter(pk__in=pks)
    found = {row.pk: row for row in rows}
    for row in found.values():
        row.conference = conference
    return found


def give(unit: Sequence[Registration], now: datetime, *, approved: bool = False) -> None:
    """Confirm at once where the organiser set no hours, else offer the places until the deadline."""
    conference = unit[0].conference
    at_once = approved or conference.offer_hours == 0
    for registration in unit:
        registration.sequence += 1
        if registration.companion_of_id is None:
            seating.realise(registration, conference, now)
        if at_once:
            confirm_place(registration, now)
        else:
            offer_place(registration, now)
        record(
            action="registration.confirmed" if at_once else "registration.offered",
            by=None,
            object=registration,
            conference_id=conference.pk,
        )
    if not approved:
        tell_moved(unit)


def offer_place(registration: Registration, now: datetime) -> None:
    conference = registration.conference
    registration.state = State.OFFERED
    registration.offer_key = keys.secret_key()
    deadline = now + timedelta(hours=conference.offer_hours)
    registration.offer_expires_at = min(deadline, conference.starts_at)
    registration.waiting_for = ""
    registration.save(update_fields=STATE_FIELDS)


def confirm_place(registration: Registration, now: datetime) -> None:
    registration.state = State.CONFIRMED
    registration.confirmed_at = now
    registration.waiting_for = ""
    registration.offer_key = None
    registration.offer_expires_at = None
    registration.save(update_fields=STATE_FIELDS)


def locked(registration: Registration) -> Registration:
    """The registration as it is now, with its conference locked.

    Raises RegistrationError: handed_over where it has become another person's since it was read, or was erased:
    what somebody wanted for themselves must not happen to their colleague.
    """
    lock(registration.conference_id)
    found = queries.whole_registrations().filter(pk=registration.pk).first()
    if found is None:
        raise RegistrationError(_("This registration is not here any more."), code="handed_over")
    if found.manage_key != registration.manage_key:
        raise RegistrationError(_("The place has been handed over."), code="handed_over")
    return found


def check_named(registration: Registration) -> None:
    """Raises RegistrationError: unnamed where it is yet to be said who comes."""
    if registration.is_unnamed:
        raise RegistrationError(
            _("This place has no name yet. Say first who comes."), code="unnamed"
        )


def moving_together(registration: Registration) -> list[Registration]:
    """Those in the same state whose turn, or offer, is one with this one's, companions included.

    A party that comes together has been in line since the same moment. Must be called under the lock.
    """
    rows = queries.whole_registrations().select_related("companion_of")
    rows = rows.filter(booking=registration.booking_id, state=registration.state)
    if registration.booking.together:
        rows = rows.filter(waiting_since=registration.waiting_since)
    else:
        person = registration.companion_of_id or registration.pk
        rows = rows.filter(Q(pk=person) | Q(companion_of=person))
    return list(rows.order_by("pk"))


def companions_of(
    registration: Registration, states: Collection[str] = Registration.ACTIVE
) -> list[Registration]:
    """Whoever accompanies them, nobody or one, where they are in one of `states`; under the lock."""
    found = queries.whole_registrations().select_related("companion_of")
    return list(found.filter(companion_of=registration.pk, state__in=states))


def scarcity_for(
    ledger: Ledger, registration: Registration, companions: Sequence[Registration]
) -> Registration.Scarcity | None:
    """What stands in the way of a place for this person with the companions. Takes them in the ledger."""
    for each in (registration, *companions):
        companion = each.companion_of_id is not None
        owner = registration.booking.organisation_id
        scarcity = ledger.scarcity(each.tier, owner, companion=companion)
        if scarcity:
            return scarcity
        ledger.take(each.tier, owner, companion=companion)
    return None


@transaction.atomic
def refill(*, conference_id: int) -> None:
    """Fill places that an organiser's change has made, for instance a higher capacity."""
    fill(lock(conference_id))


@transaction.atomic
def accept_offer(*, registration: Registration) -> Registration:
    """Say yes for everyone whom the offer is for: one person with their companion, or a party that comes
    together.

    Raises RegistrationError: expired after the deadline, wrong_state where there is no offer, closed where
    the gathering is called off.
    """
    registration = locked(registration)
    now = timezone.now()
    check_offer(registration, now)
    unit = moving_together(registration)
    for each in unit:
        each.sequence += 1
        confirm_place(each, now)
        record(
            action="registration.offer_accepted",
            by=None,
            object=each,
            conference_id=each.conference_id,
        )
    tell_moved(unit)
    registration.refresh_from_db()
    return registration


@transaction.atomic
def decline_offer(*, registration: Registration) -> Registration:
    """Gives the places to the next in line. Raises RegistrationError as accept_offer does."""
    registration = locked(registration)
    now = timezone.now()
    check_offer(registration, now)
    unit = moving_together(registration)
    for each in unit:
        close(each, State.CANCELLED, now)
        record(
            action="registration.offer_declined",
            by=None,
            object=each,
            conference_id=each.conference_id,
        )
    tell_moved(unit)
    fill(registration.conference)
    registration.refresh_from_db()
    return registration


def check_stands(registration: Registration, now: datetime) -> None:
    if registration.conference.is_called_off(now):
        raise RegistrationError(_("The gathering is cancelled."), code="closed")


def check_offer(registration: Registration, now: datetime) -> None:
    check_stands(registration, now)
    if registration.state == State.LAPSED or (
        registration.state == State.OFFERED
        and registration.offer_expires_at
        and registration.offer_expires_at <= now
    ):
        raise RegistrationError(
            _("The deadline has passed, and the place went to the next in line."), code="expired"
        )
    if registration.state != State.OFFERED:
        raise RegistrationError(_("There is no open offer here."), code="wrong_state")


def close(
    registration: Registration,
    state: State,
    now: datetime,
    *,
    fee: Decimal = NOTHING,
    undo_until: datetime | None = None,
) -> None:
    """Give up the place, the offer or the place in line; `fee` is what it costs, in kr."""
    registration.state = state
    registration.cancelled_at = now if state == State.CANCELLED else None
    registration.cancellation_fee = fee
    registration.undo_until = undo_until
    registration.waiting_for = ""
    registration.offer_key = registration.offer_key if state == State.LAPSED else None
    registration.sequence += 1
    registration.save(update_fields=STATE_FIELDS)
    seating.release(registration)


@transaction.atomic
def confirm(*, registration: Registration, by: User) -> Registration:
    """An organiser gives a place to someone who waits, was offered one or let it lapse.

    Raises RegistrationError: full where no place is free, wrong_state for the confirmed and cancelled,
    closed where the gathering is called off.
    """
    registration = locked(registration)
    check_stands(registration, timezone.now())
    if registration.state not in {State.WAITING, State.OFFERED, State.LAPSED}:
        raise RegistrationError(
            _("Only someone who waits or has an offer can be confirmed."), code="wrong_state"
        )
    moving = [registration, *companions_of(registration, [registration.state])]
    if registration.state != State.OFFERED:
        scarcity = scarcity_for(Ledger.of(registration.conference), registration, moving[1:])
        if scarcity:
            raise RegistrationError(
                _("No place is free: %(reason)s.") % {"reason": scarcity.label}, code="full"
            )
        seating.fill(registration.conference)
        seating.realise(registration, registration.conference, timezone.now())
    for each in moving:
        each.sequence += 1
        confirm_place(each, timezone.now())
        record(
            action="registration.confirmed", by=by, object=each, conference_id=each.conference_id
        )
    mails.confirmation(moving[0])
    return moving[0]


def settle() -> int:
    """Let offers lapse whose deadline has passed and give free places and seats away, one conference at a time.

    Returns how many conferences were settled. One that is busy is left for the next round.
    """
    now = timezone.now()
    unsettled = (
        Registration.objects.filter(
            Q(state=State.OFFERED, offer_expires_at__lte=now)
            | Q(state=State.WAITING, conference__starts_at__gt=now)
        )
        .exclude(conference__cancelled_at__lte=now)
        .order_by()
        .values_list("conference_id", flat=True)
        .distinct()
    )
    settled = 0
    for conference_id in sorted({*unsettled, *seating.awaited(now)}):
        try:
            settle_one(conference_id)
        except OperationalError:
            log.warning("A conference was busy; its places are settled next time.")
        else:
            settled += 1
    return settled


@transaction.atomic
def settle_one(conference_id: int) -> None:
    conference = lock(conference_id)
    now = timezone.now()
    if conference.is_called_off(now):
        return
    lapsing = queries.whole_registrations().select_related("companion_of")
    lapsing = lapsing.filter(conference=conference, state=State.OFFERED, offer_expires_at__lte=now)
    groups: dict[tuple[object, ...], list[Registration]] = {}
    for registration in lapsing.order_by("pk"):
        close(registration, State.LAPSED, now)
        record(
            action="registration.offer_lapsed",
            by=None,
            object=registration,
            conference_id=conference.pk,
        )
        booking = registration.booking
        unit: tuple[object, ...] = (registration.companion_of_id or registration.pk,)
        if booking.together:
            unit = (booking.pk, registration.waiting_since)
        groups.setdefault(unit, []).append(registration)
    for group in groups.values():
        tell_moved(group)
    fill(conference)
