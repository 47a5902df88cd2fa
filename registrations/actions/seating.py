"""Who gets a seat in a workshop, and when (`domain.md` 3): what the verbs have in common.

Everything here is called with the conference locked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.models import Conference
from network.models import User
from programme.models import ChoiceBlock, Session
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.applying import Choice
from registrations.errors import RegistrationError
from registrations.models import Registration, SessionSeat
from registrations.workshops import SeatLedger, has_blocks

State = SessionSeat.State


@dataclass(frozen=True)
class Pick:
    """A choice whose keys were found."""

    block: ChoiceBlock
    first: Session
    second: Session | None
    wait: bool

    @property
    def sessions(self) -> list[Session]:
        return [self.first, *([self.second] if self.second else [])]


# --- Choosing when registering ---------------------------------------------------------------


def choose(
    registration: Registration,
    choices: Sequence[Choice],
    ledger: SeatLedger,
    *,
    holds: bool,
    now: datetime,
    by: User | None = None,
) -> list[SessionSeat]:
    """The seats of a new registration, or its wishes until it `holds` a place itself; for the caller to write.

    Raises RegistrationError, its field naming the block: unknown_workshop, must_choose, overlap,
    same_workshop, own_workshop, workshop_full, second_needed, second_full.
    """
    picks = [found(choice, ledger, now=now, by=by) for choice in choices]
    if by is None:
        check_musts(picks, ledger, now)
    others: list[Session] = []
    for pick in picks:
        for session in pick.sessions:
            check_fits(session, others, pick.block)
            if by is None:
                check_not_own(session, registration, ledger)
        others.extend(pick.sessions)
    make = seats_for if holds else wishes_for
    return [seat for pick in picks for seat in make(registration, pick, ledger, now)]


def found(choice: Choice, ledger: SeatLedger, *, now: datetime, by: User | None) -> Pick:
    sessions = {
        session.key: session
        for block, among in ledger.blocks.items()
        if block.key == choice.block and (by is not None or open_until(block, ledger) > now)
        for session in among
    }
    first, second = sessions.get(choice.session), sessions.get(choice.second)
    if first is None or (choice.second and second is None) or first == second:
        raise RegistrationError(
            _("Choose one of the workshops."),
            code="unknown_workshop",
            field=field_of(choice.block),
        )
    return Pick(block_of(first), first, second, choice.wait or second is not None)


def field_of(block_key: str) -> str:
    """The field of the form for a block; the one below is that of its second choice."""
    return f"block-{block_key}"


def second_field_of(block_key: str) -> str:
    return f"second-{block_key}"


def block_of(session: Session) -> ChoiceBlock:
    """The block of a workshop that people choose."""
    assert session.block is not None
    return session.block


def open_until(block: ChoiceBlock, ledger: SeatLedger) -> datetime:
    block.conference = ledger.conference
    return block.open_until()


def check_musts(picks: Sequence[Pick], ledger: SeatLedger, now: datetime) -> None:
    picked = {pick.block.pk for pick in picks}
    for block in ledger.blocks:
        if block.is_must and block.pk not in picked and open_until(block, ledger) > now:
            raise RegistrationError(
                _("Choose a workshop in “%(block)s”.") % {"block": block.title},
                code="must_choose",
                field=field_of(block.key),
            )


def check_fits(session: Session, others: Iterable[Session], block: ChoiceBlock) -> None:
    """Refuses what nobody can do: be in two places at once, or take the same workshop twice."""
    for other in others:
        words = {"one": session.title, "other": other.title}
        if session.topic == other.topic:
            raise RegistrationError(
                _("“%(one)s” is chosen already, at another time. Choose another workshop.") % words,
                code="same_workshop",
                field=field_of(block.key),
            )
        if session.overlaps(other):
            raise RegistrationError(
                _("“%(one)s” is at the same time as “%(other)s”. Choose another workshop.") % words,
                code="overlap",
                field=field_of(block.key),
            )


def check_not_own(session: Session, registration: Registration, ledger: SeatLedger) -> None:
    if ledger.is_held_by(session, registration):
        raise RegistrationError(
            _("%(name)s holds “%(workshop)s” and needs no seat there. Choose another workshop.")
            % {"name": registration.name, "workshop": session.title},
            code="own_workshop",
            field=field_of(block_of(session).key),
        )


def own_workshop(registration: Registration, *, name: str = "", email: str = "") -> Session | None:
    """A workshop that came with the place, as a seat, a turn or a wish, to someone of this name or address
    who holds it.
    """
    ledger = SeatLedger.of(registration.conference)
    someone = Registration(name=name, email=email)
    for session_id in registration.seats.values_list("session_id", flat=True):
        session = ledger.sessions.get(session_id)
        if session is not None and ledger.is_held_by(session, someone):
            return session
    return None


def seats_for(
    registration: Registration, pick: Pick, ledger: SeatLedger, now: datetime
) -> list[SessionSeat]:
    """The first choice where there is room, else a turn in its line and the second meanwhile."""
    if ledger.has_room(pick.first):
        return [held_by(registration, pick.first, ledger, now)]
    if not pick.wait:
        raise full(pick.first)
    in_line = awaited_by(registration, pick.first, ledger, now)
    if pick.second is None:
        check_none_free(pick, ledger)
        return [in_line]
    if not ledger.has_room(pick.second):
        raise RegistrationError(
            _("“%(workshop)s” is full too. Choose another second choice.")
            % {"workshop": pick.second.title},
            code="second_full",
            field=second_field_of(pick.block.key),
        )
    return [held_by(registration, pick.second, ledger, now), in_line]


def full(session: Session) -> RegistrationError:
    return RegistrationError(
        _("“%(workshop)s” is full now. Choose another, or stand in line for it.")
        % {"workshop": session.title},
        code="workshop_full",
        field=field_of(block_of(session).key),
    )


def check_none_free(pick: Pick, ledger: SeatLedger) -> None:
    """Where everyone takes part in one, nobody only waits as long as another has room."""
    others = [each for each in ledger.blocks[pick.block] if each != pick.first]
    if pick.block.is_must and any(ledger.has_room(each) for each in others):
        raise RegistrationError(
            _("“%(workshop)s” is full. Name a second choice too, in case no seat comes free.")
            % {"workshop": pick.first.title},
            code="second_needed",
            field=second_field_of(pick.block.key),
        )


def held_by(
    registration: Registration, session: Session, ledger: SeatLedger, now: datetime
) -> SessionSeat:
    ledger.held[session.pk] += 1
    return new_seat(registration, session, State.HELD, now)


def awaited_by(
    registration: Registration, session: Session, ledger: SeatLedger, now: datetime
) -> SessionSeat:
    ledger.waiting[session.pk] += 1
    seat = new_seat(registration, session, State.WAITING, now)
    seat.waiting_since = now
    return seat


def wishes_for(
    registration: Registration, pick: Pick, _ledger: SeatLedger, now: datetime
) -> list[SessionSeat]:
    wishes = [new_seat(registration, session, State.WISHED, now) for session in pick.sessions]
    for rank, seat in enumerate(wishes, start=SessionSeat.FIRST):
        seat.rank = rank
    return wishes


def new_seat(
    registration: Registration, session: Session, state: State, now: datetime
) -> SessionSeat:
    return SessionSeat(
        registration=registration,
        session=session,
        block=block_of(session),
        state=state,
        created_at=now,
    )


# --- Following the place ---------------------------------------------------------------------


def realise(registration: Registration, conference: Conference, now: datetime) -> None:
    """Someone who waited for a place has one: their wishes become seats, or turns in line.

    Those who wait for a workshop already come first, so fill() must have been called before.
    """
    wished = list(registration.seats.wished())
    if not wished:
        return
    ledger = SeatLedger.of(conference)
    wishes: dict[int, list[SessionSeat]] = defaultdict(list)
    for each in wished:
        if each.session_id in ledger.sessions:
            each.session = ledger.sessions[each.session_id]
            wishes[each.block_id].append(each)
        else:
            each.delete()  # nobody can choose it any more
    for first, *others in wishes.values():
        got = ledger.has_room(first.session)
        take(first, ledger) if got else queue_again(first, ledger, now)
        for other in others:
            if not got and ledger.has_room(other.session):
                take(other, ledger)
            else:
                other.delete()


def take(seat: SessionSeat, ledger: SeatLedger) -> None:
    ledger.held[seat.session_id] += 1
    seat.hold()
    seat.save(update_fields=SEAT_FIELDS)


def queue_again(seat: SessionSeat, ledger: SeatLedger, now: datetime) -> None:
    ledger.waiting[seat.session_id] += 1
    seat.wait(now)
    seat.save(update_fields=SEAT_FIELDS)


SEAT_FIELDS = ["state", "rank", "waiting_since"]


def release(registration: Registration) -> None:
    """Give up every seat, turn and wish; the caller calls fill() afterwards."""
    registration.seats.all().delete()


# --- Passing freed seats on ------------------------------------------------------------------


def awaited(now: datetime) -> set[int]:
    """The conferences to come in which somebody waits for a seat, by their keys."""
    line = SessionSeat.objects.filter(
        state=State.WAITING, registration__conference__starts_at__gt=now
    )
    return set(line.order_by().values_list("registration__conference", flat=True).distinct())


def fill(conference: Conference) -> set[int]:
    """Give every free seat to the first in its line, and what they held meanwhile to the next.

    Nobody is left waiting for a seat that is free, so a newcomer who finds one has jumped no queue. Each
    person who moves gets one mail. After a block has closed nobody is moved: people know their day.
    Returns whom it moved, by the keys of their registrations.
    """
    if not has_blocks(conference):
        return set()
    line = list(
        SessionSeat.objects.in_line()
        .filter(session__block__conference=conference, session__called_off_at=None)
        .select_related(
            "registration__tier",
            "registration__booking__organisation",
            "registration__conference__venue",
        )
    )
    now = timezone.now()
    if not line or conference.is_called_off(now):
        return set()
    moved = Filling(conference, line, now).run()
    tell_moved(moved)
    return {seat.registration_id for seat in moved}


class Filling:
    """One round of passing seats on."""

    def __init__(self, conference: Conference, line: list[SessionSeat], now: datetime) -> None:
        self.ledger = SeatLedger.of(conference)
        self.lines: dict[int, list[SessionSeat]] = defaultdict(list)
        for seat in line:
            session = self.ledger.sessions.get(seat.session_id)
            if session is not None and open_until(block_of(session), self.ledger) > now:
                self.lines[seat.session_id].append(seat)
        self.seats: dict[int, list[SessionSeat]] = defaultdict(list)
        theirs = SessionSeat.objects.filter(
            registration__in=[seat.registration_id for seat in line]
        )
        for seat in theirs.held().select_related("session"):
            seat.session = self.ledger.sessions.get(seat.session_id, seat.session)
            self.seats[seat.registration_id].append(seat)
        self.moved: list[SessionSeat] = []

    def run(self) -> list[SessionSeat]:
        """The seats that people were moved into, in that order."""
        while self.give_a_free_seat() or self.trade():
            pass
        return self.moved

    def give_a_free_seat(self) -> bool:
        for session_id in list(self.lines):
            if self.ledger.has_room(self.ledger.sessions[session_id]):
                seat = self.first_in_line(session_id)
                if seat is not None:
                    self.move([seat])
                    return True
        return False

    def trade(self) -> bool:
        """Those who are first in line for each other's workshops change places."""
        for start in list(self.lines):
            ring: list[SessionSeat] = []
            wanted: int | None = start
            while wanted is not None and len(ring) <= len(self.lines):
                seat = self.first_in_line(wanted)
                if seat is None:
                    break
                ring.append(seat)
                held = self.held_meanwhile(seat)
                wanted = held.session_id if held else None
                if wanted == start:
                    self.move(ring)
                    return True
        return False

    def first_in_line(self, session_id: int) -> SessionSeat | None:
        """The first who can still be at the workshop: times may have changed since they chose."""
        return next((seat for seat in self.lines.get(session_id, []) if self.fits(seat)), None)

    def fits(self, seat: SessionSeat) -> bool:
        elsewhere = [
            each for each in self.seats[seat.registration_id] if each.block_id != seat.block_id
        ]
        wanted = self.ledger.sessions[seat.session_id]
        return not any(
            wanted.overlaps(each.session) or wanted.topic == each.session.topic
            for each in elsewhere
        )

    def held_meanwhile(self, seat: SessionSeat) -> SessionSeat | None:
        mine = self.seats[seat.registration_id]
        return next((each for each in mine if each.block_id == seat.block_id), None)

    def move(self, seats: Sequence[SessionSeat]) -> None:
        """Into the workshop waited for, and out of the one held meanwhile: all of them, or none."""
        for seat in seats:
            held = self.held_meanwhile(seat)
            if held is not None:
                self.seats[seat.registration_id].remove(held)
                self.ledger.held[held.session_id] -= 1
                held.delete()
        for seat in seats:
            self.lines[seat.session_id].remove(seat)
            self.ledger.waiting[seat.session_id] -= 1
            take(seat, self.ledger)
            self.seats[seat.registration_id].append(seat)
            self.moved.append(seat)


def tell_moved(moved: Sequence[SessionSeat]) -> None:
    """One mail for each person, however many workshops they were moved into."""
    people: dict[int, list[SessionSeat]] = defaultdict(list)
    for seat in moved:
        people[seat.registration_id].append(seat)
    for seats in people.values():
        registration = seats[0].registration
        raise_sequence(registration)
        record(
            action="seat.moved_up",
            by=None,
            object=registration,
            conference_id=registration.conference_id,
            workshops=[seat.session.key for seat in seats],
        )
        mails.workshop_moved_up(registration)


def raise_sequence(registration: Registration) -> None:
    """What the person's calendar entry tells has changed."""
    registration.sequence += 1
    registration.save(update_fields=["sequence"])
