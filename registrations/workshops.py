"""Choice blocks with their seats: counted for deciding, and put together for pages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q

from conferences.models import Conference
from network.validators import fold
from programme.models import ChoiceBlock, Contribution, Session
from programme.queries import workshops
from recovery_network import i18n
from registrations.models import Registration, SessionSeat
from registrations.models.seat import SessionSeatQuerySet

State = SessionSeat.State


@dataclass
class SeatLedger:
    """Who holds and who awaits seats in the workshops of one conference, counted from the rows.

    It is right only while the conference is locked (`domain.md` 4). `sessions` are those that people
    choose, without the ones called off.
    """

    conference: Conference
    sessions: dict[int, Session] = field(default_factory=dict)
    held: Counter[int] = field(default_factory=Counter)
    waiting: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(cls, conference: Conference) -> "SeatLedger":
        """In four queries, or one where nothing is to be chosen."""
        sessions = offered(conference)
        ledger = cls(conference, {session.pk: session for session in sessions})
        if sessions:
            rows = SessionSeat.objects.filter(session__in=sessions).order_by()
            counted = rows.values_list("session_id", "state").annotate(people=Count("pk"))
            for session_id, state, people in counted:
                if state == State.HELD:
                    ledger.held[session_id] = people
                elif state == State.WAITING:
                    ledger.waiting[session_id] = people
        return ledger

    @cached_property
    def contributors(self) -> dict[int, set[str]]:
        """The folded names of those who hold each workshop, and their addresses in lower case."""
        found: dict[int, set[str]] = defaultdict(set)
        rows = Contribution.objects.filter(session__in=self.sessions).order_by()
        for session_id, name, email in rows.values_list(
            "session_id", "speaker__name", "speaker__email"
        ):
            found[session_id] |= {fold(name), email.lower()} - {""}
        return found

    @property
    def blocks(self) -> dict[ChoiceBlock, list[Session]]:
        """The blocks in their order, each with its workshops."""
        return by_block(self.sessions.values())

    def left(self, session: Session) -> int | None:
        """Free seats, None where there is no limit; never below zero."""
        if session.capacity is None:
            return None
        return max(session.capacity - self.held[session.pk], 0)

    def has_room(self, session: Session) -> bool:
        return self.left(session) != 0

    def is_held_by(self, session: Session, registration: Registration) -> bool:
        """Whether the person is one of those who hold the workshop, by name or by an address of their own."""
        known = self.contributors.get(session.pk, set())
        return bool({fold(registration.name), registration.email.lower()} & known)


def has_blocks(conference: Conference) -> bool:
    """Whether there is anything to choose; asked once for each time the conference is read."""
    known: bool | None = vars(conference).get("has_choice_blocks")
    if known is None:
        known = ChoiceBlock.objects.filter(conference=conference.pk).exists()
        vars(conference)["has_choice_blocks"] = known
    return known


def is_known_to_have_none(conference: Conference) -> bool:
    """Whether has_blocks() has been asked of this reading of the conference, and said no."""
    return vars(conference).get("has_choice_blocks") is False


def offered(conference: Conference) -> list[Session]:
    """The workshops that people choose, by block and time: those published and not called off."""
    if is_known_to_have_none(conference):
        return []
    return [each for each in workshops(conference.pk) if each.called_off_at is None]


def by_block(sessions: Iterable[Session]) -> dict[ChoiceBlock, list[Session]]:
    found: dict[ChoiceBlock, list[Session]] = defaultdict(list)
    for session in sessions:
        assert session.block is not None
        found[session.block].append(session)
    return dict(found)


def seats_of(
    registration: Registration, known: Mapping[int, Session] | None = None
) -> list[SessionSeat]:
    """A person's seats, turns and wishes, in the order of the day, with their workshops as published.

    `known` are those workshops where the caller has read them already.
    """
    seats = list(
        registration.seats.select_related("session__block", "session__room__venue").defer(
            "session__abstract"
        )
    )
    if not seats:
        return []
    if known is None:
        known = {each.pk: each for each in workshops(registration.conference_id)}
    for seat in seats:
        seat.session.conference = registration.conference
        seat.session = known.get(seat.session_id, seat.session)
    return sorted(seats, key=lambda seat: (seat.session.starts_at, seat.rank, seat.pk))


@dataclass(frozen=True)
class BlockOfSeats:
    """One block as it stands for one person, for reading."""

    block: ChoiceBlock
    held: SessionSeat | None
    waiting: SessionSeat | None
    wishes: Sequence[SessionSeat]
    turn: int | None

    @property
    def is_missing(self) -> bool:
        """Whether a choice that everyone makes hasn't been made."""
        return self.block.is_must and not (self.held or self.waiting or self.wishes)


def chosen(
    registration: Registration, known: Sequence[SessionSeat] | None = None
) -> list[BlockOfSeats]:
    """Every block of the gathering with what the person has there: six queries at most.

    `known` are their seats where the caller has read them already.
    """
    if is_known_to_have_none(registration.conference):
        return []
    blocks = list(ChoiceBlock.objects.filter(conference=registration.conference_id))
    if not blocks or registration.companion_of_id is not None or registration.is_unnamed:
        return []
    seats: dict[int, list[SessionSeat]] = defaultdict(list)
    for seat in seats_of(registration) if known is None else known:
        seats[seat.block_id].append(seat)
    turns = turns_in_line([seat for each in seats.values() for seat in each if seat.waits])
    return [as_it_stands(block, seats[block.pk], turns) for block in blocks]


def as_it_stands(
    block: ChoiceBlock, seats: Sequence[SessionSeat], turns: dict[int, int]
) -> BlockOfSeats:
    held = next((seat for seat in seats if seat.is_held), None)
    waiting = next((seat for seat in seats if seat.waits), None)
    wishes = [seat for seat in seats if seat.state == State.WISHED]
    return BlockOfSeats(block, held, waiting, wishes, turns[waiting.pk] if waiting else None)


def turns_in_line(waiting: Sequence[SessionSeat]) -> dict[int, int]:
    """The place in line of each, 1 for the first, in one query."""
    if not waiting:
        return {}
    lines: dict[int, list[int]] = defaultdict(list)
    everyone = SessionSeat.objects.in_line().filter(
        session__in=[each.session_id for each in waiting]
    )
    for session_id, pk in everyone.values_list("session_id", "pk"):
        lines[session_id].append(pk)
    return {each.pk: lines[each.session_id].index(each.pk) + 1 for each in waiting}


@dataclass(frozen=True)
class Line:
    """One workshop of a person in words for mails and calendars; times in the conference's zone."""

    time: str
    title: str
    place: str
    state: str
    block: str


def lines(registration: Registration) -> list[Line]:
    """What the person has chosen, and the blocks where they should have and haven't."""
    found = []
    for block in chosen(registration):
        seats = [each for each in (block.held, block.waiting, *block.wishes) if each]
        found += [line_of(seat) for seat in seats]
        if block.is_missing:
            found.append(Line("", "", "", MISSING, block.block.title))
    return found


MISSING = "missing"


def line_of(seat: SessionSeat) -> Line:
    session = seat.session
    assert session.block is not None
    time = i18n.time_range(session.starts_at, session.ends_at)
    return Line(time, session.title, session.place(), seat.state, session.block.title)


@dataclass(frozen=True)
class BoardRow:
    """One workshop as the organiser's draft has it; `over` is how many hold a seat beyond its number."""

    session: Session
    is_published: bool
    taken: int
    left: int | None
    waiting: int
    wished: int
    over: int


@dataclass(frozen=True)
class BoardBlock:
    block: ChoiceBlock
    rows: list[BoardRow]
    without: int


def board(conference: Conference) -> list[BoardBlock]:
    """Every block with its workshops, also those called off, and how many have no seat: four queries."""
    sessions = list(
        Session.objects.filter(block__conference=conference)
        .select_related("block", "room__venue", "conference")
        .annotate(
            taken=Count("seats", filter=Q(seats__state=State.HELD)),
            in_line=Count("seats", filter=Q(seats__state=State.WAITING)),
            wished=Count("seats", filter=Q(seats__state=State.WISHED)),
        )
        .order_by("block__position", "block__pk", "starts_at", "pk")
    )
    holding = Registration.objects.filter(conference=conference, companion_of=None).holding()
    people = holding.count()
    published = {each.pk for each in workshops(conference.pk)}
    return [
        BoardBlock(block, rows, people - sum(row.taken for row in rows))
        for block, those in by_block(sessions).items()
        for rows in [[board_row(each, each.pk in published) for each in those]]
    ]


def board_row(session: Session, is_published: bool) -> BoardRow:
    counts = vars(session)
    taken, capacity = counts["taken"], session.capacity
    return BoardRow(
        session,
        is_published,
        taken=taken,
        left=None if capacity is None else max(capacity - taken, 0),
        waiting=counts["in_line"],
        wished=counts["wished"],
        over=0 if capacity is None else max(taken - capacity, 0),
    )


def people_in(session: Session) -> SessionSeatQuerySet:
    """Those with a seat by name, then the line in its order, then the wishes."""
    return session.seats.select_related("registration__booking__organisation").order_by(
        "state", "waiting_since", "registration__name_key", "pk"
    )


@dataclass(frozen=True)
class Offer:
    """One workshop as the form of registering offers it; `left` None means no limit."""

    session: Session
    left: int | None
    waiting: int

    @property
    def full(self) -> bool:
        return self.left == 0


@dataclass(frozen=True)
class BlockOffer:
    """One block as the form offers it: for reading, never for deciding."""

    block: ChoiceBlock
    offers: list[Offer]


def block_offers(
    conference: Conference, now: datetime, *, closed_too: bool = False
) -> list[BlockOffer]:
    """What one chooses when registering: four queries, one where there is nothing to choose.

    `closed_too` is for organisers, who choose for others as long as there are seats.
    """
    ledger = SeatLedger.of(conference)
    found = [
        BlockOffer(block, [offer_of(session, ledger) for session in sessions])
        for block, sessions in ledger.blocks.items()
    ]
    return [each for each in found if closed_too or each.block.open_until() > now]


def offer_of(session: Session, ledger: SeatLedger) -> Offer:
    return Offer(session, ledger.left(session), ledger.waiting[session.pk])
