"""Choosing, changing and leaving workshops (`domain.md` 3). Each verb locks the conference first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock, touch
from conferences.models import Conference
from network.models import User
from programme.models import ChoiceBlock, Session
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions import seating
from registrations.actions.places import check_named, locked
from registrations.errors import RegistrationError
from registrations.models import Registration, SessionSeat
from registrations.queries import whole_registrations
from registrations.workshops import SeatLedger, seats_of

State = SessionSeat.State


class Outcome(StrEnum):
    """What choosing a workshop comes to; the audit log has it after "seat."."""

    TAKEN = "taken"
    MOVED = "moved"
    WAITING = "waiting"
    WISHED = "wished"


@dataclass
class Desk:
    """One person's seats, and those of the whole conference."""

    registration: Registration
    ledger: SeatLedger
    seats: list[SessionSeat]
    now: datetime

    @classmethod
    def seen(cls, registration: Registration) -> "Desk":
        """As they seem now: for showing, never for deciding."""
        ledger = SeatLedger.of(registration.conference)
        return cls.with_ledger(registration, ledger)

    @classmethod
    def held_still(cls, registration: Registration) -> "Desk":
        """As they stand with the conference locked and every free seat given away."""
        conference = lock(registration.conference_id)
        seating.fill(conference)
        registration = locked(registration)
        return cls.with_ledger(registration, SeatLedger.of(conference))

    @classmethod
    def with_ledger(cls, registration: Registration, ledger: SeatLedger) -> "Desk":
        seats = seats_of(registration, ledger.sessions)
        return cls(registration, ledger, seats, timezone.now())

    def in_block(self, session: Session, state: State) -> SessionSeat | None:
        same = (seat for seat in self.seats if seat.block_id == session.block_id)
        return next((seat for seat in same if seat.state == state), None)

    def elsewhere(self, session: Session) -> list[Session]:
        return [seat.session for seat in self.seats if seat.block_id != session.block_id]

    def drop(self, seat: SessionSeat | None) -> None:
        if seat is not None:
            counts = self.ledger.held if seat.is_held else self.ledger.waiting
            counts[seat.session_id] -= seat.state != State.WISHED
            self.seats.remove(seat)
            seat.delete()


@transaction.atomic
def change_workshop(
    *,
    registration: Registration,
    session: Session,
    wait: bool = False,
    by: User | None = None,
    reason: str = "",
) -> Registration:
    """Choose a workshop, or swap into it: the old seat is kept until the new one is certain.

    Where it is full and the person says `wait`, they stand in its line and keep the seat they have.
    `by` None is the person themselves; an organiser may after the deadline, and may give a seat to
    someone who holds the workshop, but never one that isn't there. Raises RegistrationError:
    unknown_workshop, chosen_already, overlap, same_workshop, own_workshop, workshop_full, too_late,
    wrong_state, closed, handed_over.
    """
    desk = Desk.held_still(registration)
    outcome = outcome_of(desk, session, by=by)
    if outcome == Outcome.WAITING and not wait:
        raise seating.full(session)
    write = {Outcome.WAITING: stand_in_line, Outcome.WISHED: wish_for}.get(outcome, move_to)
    write(desk, desk.ledger.sessions[session.pk])
    finish(desk, action=f"seat.{outcome}", session=session, by=by, reason=reason)
    return desk.registration


def outcome_of(desk: Desk, session: Session, *, by: User | None = None) -> Outcome:
    """What choosing the workshop would come to. Raises RegistrationError as change_workshop does."""
    session = current(session, desk.ledger)
    check_may_change(desk, seating.block_of(session), by)
    check_new(desk, session)
    seating.check_fits(session, desk.elsewhere(session), seating.block_of(session))
    if by is None:
        seating.check_not_own(session, desk.registration, desk.ledger)
    if desk.registration.state in Registration.HOPING:
        return Outcome.WISHED
    if not desk.ledger.has_room(session):
        return Outcome.WAITING
    return Outcome.MOVED if desk.in_block(session, State.HELD) else Outcome.TAKEN


@transaction.atomic
def leave_workshop(
    *, registration: Registration, session: Session, by: User | None = None, reason: str = ""
) -> Registration:
    """Give up a seat, a turn in line or a wish; a freed seat goes to the first in its line.

    Raises RegistrationError: wrong_state where there is nothing to give up, must_choose where everyone
    takes part in one workshop of the block, too_late, closed.
    """
    desk = Desk.held_still(registration)
    seat = seat_to_leave(desk, session, by=by)
    desk.drop(seat)
    finish(desk, action="seat.left", session=seat.session, by=by, reason=reason)
    return desk.registration


def seat_to_leave(desk: Desk, session: Session, *, by: User | None = None) -> SessionSeat:
    """What would be given up. Raises RegistrationError as leave_workshop does."""
    seat = next((each for each in desk.seats if each.session_id == session.pk), None)
    if seat is None:
        raise RegistrationError(_("You have no seat and no turn there."), code="wrong_state")
    block = seating.block_of(seat.session)
    check_may_change(desk, block, by)
    keeps_one = seat.waits or seat.rank == SessionSeat.SECOND
    if by is None and block.is_must and not keeps_one:
        raise RegistrationError(
            _("Everyone takes part in one workshop here. Change to another instead."),
            code="must_choose",
        )
    return seat


@transaction.atomic
def call_off_workshop(*, session: Session, by: User, reason: str = "") -> int:
    """Call one workshop off: its seats, turns and wishes end, and each of these people is asked to choose again.

    `reason` is the organiser's own words, plain text. Returns how many mails were written. Raises
    RegistrationError: wrong_state where it is called off already or has begun.
    """
    conference = lock(session.conference_id)
    session = Session.objects.get(pk=session.pk)
    now = timezone.now()
    if session.called_off_at is not None:
        raise RegistrationError(_("The workshop is called off already."), code="wrong_state")
    if session.starts_at <= now:
        raise RegistrationError(_("The workshop has begun."), code="wrong_state")
    session.called_off_at = now
    session.save(update_fields=["called_off_at"])
    touch(conference)
    affected = whole_registrations().filter(seats__session=session).order_by("pk")
    told = 0
    for registration in list(affected):
        drop_called_off(registration, session)
        seating.raise_sequence(registration)
        mail = mails.workshop_called_off(registration, session=session, reason=reason.strip())
        told += mail is not None
    seating.fill(conference)
    record(
        action="session.called_off",
        by=by,
        object=session,
        conference_id=conference.pk,
        reason=reason.strip(),
        told=told,
    )
    return told


def current(session: Session, ledger: SeatLedger) -> Session:
    found = ledger.sessions.get(session.pk)
    if found is None:
        raise RegistrationError(_("Choose one of the workshops."), code="unknown_workshop")
    return found


def check_may_change(desk: Desk, block: ChoiceBlock, by: User | None) -> None:
    registration, conference = desk.registration, desk.ledger.conference
    check_named(registration)
    if conference.is_called_off(desk.now):
        raise RegistrationError(_("The gathering is cancelled."), code="closed")
    if not registration.is_active or registration.companion_of_id is not None:
        raise RegistrationError(
            _("Only those who are registered have seats in workshops."), code="wrong_state"
        )
    if by is None and seating.open_until(block, desk.ledger) <= desk.now:
        raise RegistrationError(
            _("The deadline for changing workshop has passed. Contact the organiser."),
            code="too_late",
        )
    if conference.state(desk.now) in {Conference.State.HELD, Conference.State.ARCHIVED}:
        raise RegistrationError(_("The gathering is over."), code="closed")


def check_new(desk: Desk, session: Session) -> None:
    mine = next((seat for seat in desk.seats if seat.session_id == session.pk), None)
    if mine is not None and mine.rank == SessionSeat.FIRST:
        raise RegistrationError(
            _("You wait for “%(workshop)s” already.") % {"workshop": session.title}
            if mine.waits
            else _("You have chosen “%(workshop)s” already.") % {"workshop": session.title},
            code="chosen_already",
        )


def move_to(desk: Desk, session: Session) -> None:
    """Into a free seat. A turn in another line of the block is kept; the person leaves that themselves."""
    desk.drop(desk.in_block(session, State.HELD))
    seating.held_by(desk.registration, session, desk.ledger, desk.now).save()


def stand_in_line(desk: Desk, session: Session) -> None:
    """At the end of the line; a turn in another line of the block is given up for it."""
    desk.drop(desk.in_block(session, State.WAITING))
    seating.awaited_by(desk.registration, session, desk.ledger, desk.now).save()


def wish_for(desk: Desk, session: Session) -> None:
    """Who waits for a place wishes: this first, what was first before second."""
    for seat in [seat for seat in desk.seats if seat.block_id == session.block_id]:
        if seat.session_id == session.pk or seat.rank == SessionSeat.SECOND:
            desk.drop(seat)
    before = desk.in_block(session, State.WISHED)
    if before is not None:
        before.rank = SessionSeat.SECOND
        before.save(update_fields=["rank"])
    pick = seating.Pick(seating.block_of(session), session, None, wait=True)
    for wish in seating.wishes_for(desk.registration, pick, desk.ledger, desk.now):
        wish.save()


def finish(desk: Desk, *, action: str, session: Session, by: User | None, reason: str) -> None:
    """Passes on what was freed, and tells the person once."""
    registration = desk.registration
    record(
        action=action,
        by=by,
        object=registration,
        conference_id=registration.conference_id,
        workshop=session.key,
        reason=reason.strip(),
    )
    if registration.pk in seating.fill(desk.ledger.conference):
        return  # a trade moved them on at once, and they were told of that
    seating.raise_sequence(registration)
    mails.workshops_changed(registration)


def drop_called_off(registration: Registration, session: Session) -> None:
    """What was the second wish is now the first."""
    seat = registration.seats.get(session=session)
    others = registration.seats.filter(block=seat.block_id).exclude(pk=seat.pk)
    seat.delete()
    if seat.rank == SessionSeat.FIRST:
        others.update(rank=SessionSeat.FIRST)
