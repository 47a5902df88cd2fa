"""The shapes a programme is read in: days with slots, a list for each track or room, and what is on just now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

from conferences.models import Conference
from programme.models import Session

# Beyond this many threads the same one no longer gets the same column.
MOST_COLUMNS = 4
# Longer lists of what goes on already say nothing.
MOST_STILL_ON = 3
# How long a session without an end is taken to be, where nothing follows it.
UNKNOWN_LENGTH = timedelta(hours=1)


@dataclass(frozen=True)
class Card:
    """A session in a slot; `column` counts from 1, and is 0 where it may stand anywhere."""

    session: Session
    column: int


@dataclass(frozen=True)
class Slot:
    """Sessions that begin together, and those that began before and go on."""

    starts_at: datetime
    cards: list[Card]
    still_on: list[Session]

    def ends_at(self) -> datetime | None:
        """Where all of them end together; None where they don't, or it isn't known."""
        ends = {card.session.ends_at for card in self.cards}
        return ends.pop() if len(ends) == 1 else None

    def end_together(self) -> bool:
        return len({card.session.ends_at for card in self.cards}) == 1


@dataclass(frozen=True)
class Day:
    date: date
    slots: list[Slot]
    columns: int

    def starts_at(self) -> datetime:
        return self.slots[0].starts_at


@dataclass(frozen=True)
class Thread:
    """What happens one after the other in a track or a room; without a name, what belongs to none."""

    name: str
    sessions: list[Session]


@dataclass(frozen=True)
class ThreadedDay:
    date: date
    threads: list[Thread]

    def starts_at(self) -> datetime:
        return min(each.sessions[0].starts_at for each in self.threads)


@dataclass(frozen=True)
class Now:
    """What is on, and what comes next; one of them may be empty."""

    on: list[Session]
    following: list[Session]


def local_day(conference: Conference, session: Session) -> date:
    return session.starts_at.astimezone(conference.zone).date()


def by_day(conference: Conference, sessions: Iterable[Session]) -> list[tuple[date, list[Session]]]:
    """The sessions, which are in order, under the date they begin on where they are held."""
    return [(day, list(those)) for day, those in groupby(sessions, partial(local_day, conference))]


def by_time(conference: Conference, sessions: Sequence[Session]) -> list[Day]:
    columns = columns_of(sessions)
    return [
        Day(day, slots_of(those, columns), len(columns))
        for day, those in by_day(conference, sessions)
    ]


def columns_of(sessions: Iterable[Session]) -> dict[int, int]:
    """The column of each track, by its primary key; none where there are too many or just one."""
    tracks = {session.track.pk: session.track for session in sessions if session.track}
    if not 1 < len(tracks) <= MOST_COLUMNS:
        return {}
    ordered = sorted(tracks.values(), key=lambda track: (track.position, track.pk))
    return {track.pk: column for column, track in enumerate(ordered, start=1)}


def slots_of(sessions: Sequence[Session], columns: dict[int, int]) -> list[Slot]:
    slots: list[Slot] = []
    going: list[Session] = []
    for starts_at, those in groupby(sessions, lambda session: session.starts_at):
        together = sorted(those, key=side_by_side)
        going = [each for each in going if each.ends_at and each.ends_at > starts_at]
        cards = [
            Card(each, columns.get(each.track.pk, 0) if each.track else 0) for each in together
        ]
        held = [each for each in together if not each.is_pause()]
        slots.append(Slot(starts_at, cards, going if held and len(going) <= MOST_STILL_ON else []))
        going = going + held
    return slots


def side_by_side(session: Session) -> tuple[int, int, int, int]:
    """The order of sessions that begin together: those of no track first, then by track and room."""
    track, room = session.track, session.room
    return (
        -1 if track is None else track.position,
        track.pk if track else 0,
        room.position if room else 0,
        room.pk if room else 0,
    )


def by_track(conference: Conference, sessions: Sequence[Session]) -> list[ThreadedDay]:
    """For each day its tracks in their order; what is for everyone stands first, without a name."""
    return [
        ThreadedDay(
            day,
            threads(
                those,
                key=lambda session: side_by_side(session)[:2],
                name=lambda session: session.track.name if session.track else "",
            ),
        )
        for day, those in by_day(conference, sessions)
    ]


def by_room(conference: Conference, sessions: Sequence[Session]) -> list[ThreadedDay]:
    """For each day its rooms in their order, then other places; what has no place stands first."""

    def order(session: Session) -> tuple[int, int, str]:
        if session.room:
            return (1, session.room.position, session.place())
        return (2 if session.location else 0, 0, session.place())

    return [
        ThreadedDay(day, threads(those, key=order, name=lambda session: session.place()))
        for day, those in by_day(conference, sessions)
    ]


def threads(
    sessions: Iterable[Session],
    *,
    key: Callable[[Session], tuple[int, ...] | tuple[int, int, str]],
    name: Callable[[Session], str],
) -> list[Thread]:
    found = [list(those) for _key, those in groupby(sorted(sessions, key=key), key)]
    return [Thread(name(those[0]), those) for those in found]


def now_and_next(conference: Conference, sessions: Sequence[Session], now: datetime) -> Now | None:
    """None except on a day of the programme, until its last session ends."""
    today = now.astimezone(conference.zone).date()
    those = [
        session
        for session in sessions
        if session.called_off_at is None and local_day(conference, session) == today
    ]
    on = [each for each in those if each.starts_at <= now < assumed_end(each, those)]
    later = [each for each in those if each.starts_at > now]
    following = [each for each in later if each.starts_at == later[0].starts_at]
    return Now(on, following) if on or following else None


def assumed_end(session: Session, those: Iterable[Session]) -> datetime:
    """The end; where it isn't known, when the next one of `those` begins at the same place."""
    if session.ends_at:
        return session.ends_at
    after = [
        each.starts_at
        for each in those
        if each.starts_at > session.starts_at and each.place() == session.place()
    ]
    return min(after, default=session.starts_at + UNKNOWN_LENGTH)
