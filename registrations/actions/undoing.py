"""A few minutes to think again after something was done to many registrations at once.

The mails about them wait as long, so that what is undone was never told.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.mail import outbox
from registrations import mails, party_mails
from registrations.actions.correcting import check_person_once
from registrations.actions.places import fill
from registrations.errors import RegistrationError
from registrations.models import Booking, BulkChange, Registration, SessionSeat
from registrations.queries import Ledger, people_in, whole_registrations
from registrations.workshops import SeatLedger

Seat = SessionSeat.State

# After these the contact person gets one mail about the whole party.
ANSWERS = {BulkChange.Action.APPROVE, BulkChange.Action.DECLINE}
WINDOW = timedelta(minutes=5)
MOMENTS = (
    "confirmed_at",
    "waiting_since",
    "ahead_since",
    "offer_expires_at",
    "cancelled_at",
    "declined_at",
)
SUMS = ("price", "cancellation_fee")
PLAIN = ("state", "waiting_for", "offer_key", "tier_id", "sequence")


@dataclass
class Undone:
    """How many are as they were before, and why some aren't."""

    restored: int = 0
    skipped: list[str] = field(default_factory=list)


@contextmanager
def undoable(
    *, action: BulkChange.Action, registrations: Sequence[Registration], by: User
) -> Iterator[BulkChange]:
    """Writes down how `registrations` stand, and holds back the mails about them while the window is open."""
    now = timezone.now()
    numbers = [each.pk for each in registrations]
    chosen = Registration.objects.filter(Q(pk__in=numbers) | Q(companion_of__in=numbers))
    current = chosen.prefetch_related("seats").in_bulk()
    change = BulkChange.objects.create(
        action=action,
        done_by=by,
        done_at=now,
        undo_until=now + WINDOW,
        before={str(pk): snapshot(registration) for pk, registration in current.items()},
    )
    about = {mails.about(each) for each in current.values()}
    if action in ANSWERS:
        bookings = Booking.objects.filter(registrations__in=current)
        about |= {party_mails.about(each) for each in bookings}
    with outbox.held_back(about=about, until=change.undo_until):
        yield change


def snapshot(registration: Registration) -> dict[str, Any]:
    moments = {name: getattr(registration, name) for name in MOMENTS}
    return {
        **{name: getattr(registration, name) for name in PLAIN},
        **{name: moment and moment.isoformat() for name, moment in moments.items()},
        **{name: str(getattr(registration, name)) for name in SUMS},
        "seats": [
            [seat.session_id, seat.block_id, seat.state, seat.rank, str(seat.waiting_since or "")]
            for seat in registration.seats.all()
        ],
    }


def last_change(*, by: User) -> BulkChange | None:
    """What `by` did last, while it can be undone."""
    change = BulkChange.objects.filter(done_by=by).first()
    return change if change and change.can_be_undone(timezone.now()) else None


@transaction.atomic
def undo(*, change: BulkChange, by: User) -> Undone:
    """Put each registration back as it stood, where it hasn't changed since and its place is still free.

    The mails that waited are never sent. Raises RegistrationError: too_late, wrong_state where it is
    undone already, and OperationalError where a conference was busy; then nothing is undone.
    """
    affected = Registration.objects.filter(pk__in=[int(pk) for pk in change.before])
    for conference_id in sorted(set(affected.values_list("conference_id", flat=True))):
        lock(conference_id)
    change = BulkChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    now = timezone.now()
    if change.undone_at is not None:
        raise RegistrationError(_("It is undone already."), code="wrong_state")
    if not change.can_be_undone(now):
        raise RegistrationError(
            _("The time to undo it is over, and the mails are on their way."), code="too_late"
        )
    undone = Undone()
    conferences: dict[int, Conference] = {}
    parties: dict[Booking, bool] = {}
    for registration in whole_registrations().filter(pk__in=affected.values("pk")).order_by("pk"):
        before = change.before[str(registration.pk)]
        if registration.sequence == before["sequence"]:
            continue  # it was refused when it was done
        try:
            with transaction.atomic():
                restore(registration, before, change, now, by)
        except RegistrationError as refusal:
            undone.skipped.append(f"{registration}: {refusal}")
        except IntegrityError:
            taken = _("Someone with this name and this e-mail is registered already.")
            undone.skipped.append(f"{registration}: {taken}")
        else:
            undone.restored += 1
            conferences[registration.conference_id] = registration.conference
            parties.setdefault(registration.booking, True)
            continue
        parties[registration.booking] = False
    change.undone_at = now
    change.save(update_fields=["undone_at"])
    for conference in conferences.values():
        fill(conference)
    for booking, is_whole in parties.items():
        put_right(booking, change, is_whole=is_whole)
    return undone


def put_right(booking: Booking, change: BulkChange, *, is_whole: bool) -> None:
    """Take back what was to tell the contact of it. They hear anew how all stand where they were told of it in
    another mail since, and where not all of the party are as before.
    """
    withdrawn = party_mails.withdraw_held(booking, until=change.undo_until)
    if party_mails.told_since(booking, change.done_at) or (withdrawn and not is_whole):
        party_mails.withdraw(booking)
        everyone = people_in(booking)
        party_mails.party(booking, everyone, occasion=f"undone{change.pk}")


def restore(
    registration: Registration, before: dict[str, Any], change: BulkChange, now: datetime, by: User
) -> None:
    if registration.sequence != before["sequence"] + 1 or registration.checked_in_at:
        raise RegistrationError(_("It has changed since."), code="wrong_state")
    owner = registration.booking.organisation_id
    accompanies = registration.companion_of_id is not None
    ledger = Ledger.of(registration.conference)
    if registration.state in Registration.HOLDING:
        ledger.take(registration.tier, owner, companion=accompanies, places=-1)
    for name in MOMENTS:
        setattr(registration, name, parse_datetime(before[name]) if before[name] else None)
    for name in PLAIN:
        setattr(registration, name, before[name])
    for name in SUMS:
        setattr(registration, name, Decimal(before[name]))
    registration.sequence = before["sequence"] + 2  # calendars only ever count upwards
    registration.tier = registration.conference.tiers.get(pk=before["tier_id"])
    check_restorable(registration, ledger, now)
    registration.save(update_fields=[*MOMENTS, *PLAIN, *SUMS])
    outbox.withdraw_held(about=mails.about(registration), until=change.undo_until)
    if change.action != BulkChange.Action.MOVE and not restore_seats(
        registration, before["seats"], now
    ):
        mails.workshops_changed(registration)
    record(
        action="registration.restored",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
        undone=change.action,
    )


def restore_seats(registration: Registration, rows: list[list[Any]], now: datetime) -> bool:
    """What they had in workshops; a seat that someone else has by now becomes a turn in its line.

    Returns whether they have all of it again.
    """
    is_whole = True
    registration.seats.all().delete()
    ledger = SeatLedger.of(registration.conference)
    waiting = {block for _session, block, state, *_rest in rows if state == Seat.WAITING}
    for session_id, block_id, state, rank, since in rows:
        session = ledger.sessions.get(session_id)
        if session is None:
            is_whole = False
            continue  # called off meanwhile
        moment = parse_datetime(since) if since else None
        if state == Seat.HELD and not ledger.has_room(session):
            is_whole = False
            if block_id in waiting:
                continue
            waiting.add(block_id)
            state, moment = Seat.WAITING, now
        if state == Seat.HELD:
            ledger.held[session_id] += 1
        registration.seats.create(
            session_id=session_id, block_id=block_id, state=state, rank=rank, waiting_since=moment
        )
    return is_whole


def check_restorable(registration: Registration, ledger: Ledger, now: datetime) -> None:
    if registration.state in Registration.HOLDING:
        person = registration.companion_of
        if person is not None and person.state not in Registration.HOLDING:
            raise RegistrationError(
                _("A companion follows the person they accompany."), code="wrong_state"
            )
        owner = registration.booking.organisation_id
        scarcity = ledger.scarcity(registration.tier, owner, companion=person is not None)
        if scarcity:
            raise RegistrationError(
                _("The place is taken by now: %(reason)s.") % {"reason": scarcity.label},
                code="full",
            )
    expires = registration.offer_expires_at
    if registration.state == Registration.State.OFFERED and expires and expires <= now:
        raise RegistrationError(_("The offer has lapsed meanwhile."), code="expired")
    check_person_once(registration)
