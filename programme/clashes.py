"""What an organiser may have overlooked in a plan: warnings, that never stand in the way.

Pure: it reads dataclasses and asks nobody. Times may lie in any zone; durations are real ones, so a night when
the clocks change makes no clash.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import combinations

SHORTEST_GAP = timedelta(minutes=5)
# What lies further apart is another day, and the night between is no gap.
LONGEST_GAP = timedelta(hours=5)


class Kind(Enum):
    ROOM = "room"
    PERSON = "person"
    FACILITATOR = "facilitator"
    CAPACITY = "capacity"
    OUTSIDE = "outside"
    NO_END = "no_end"
    GAP = "gap"


@dataclass(frozen=True)
class Person:
    number: int
    name: str
    facilitates: bool = False


@dataclass(frozen=True)
class Slot:
    """A session as far as it can clash. `seats` is how many it is for, where that is known."""

    number: int
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    room: int | None = None
    room_name: str = ""
    room_holds: int | None = None
    seats: int | None = None
    people: tuple[Person, ...] = ()

    @property
    def end(self) -> datetime:
        """Where the end isn't known it counts as the moment it begins."""
        return self.ends_at or self.starts_at

    def meets(self, other: "Slot") -> bool:
        """Whether both are on at some moment; one that begins as the other ends doesn't meet it."""
        if self.starts_at == other.starts_at:
            return True
        return self.starts_at < other.end and other.starts_at < self.end


@dataclass(frozen=True)
class Bounds:
    """When the gathering is, and how many may come (None: no limit)."""

    starts_at: datetime
    ends_at: datetime
    people: int | None = None


@dataclass(frozen=True)
class Clash:
    """`slots` in the order of the clock; the rest is what the sentence about it needs."""

    kind: Kind
    slots: tuple[Slot, ...]
    person: Person | None = None
    wanted: int | None = None
    minutes: int | None = None


def find(slots: Iterable[Slot], bounds: Bounds) -> list[Clash]:
    """All clashes in the order of the clock, the graver first where several lie at one time."""
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.end, slot.number))
    pairs = [pair for pair in combinations(ordered, 2) if pair[0].meets(pair[1])]
    found = [
        *in_one_room(pairs),
        *in_two_places(pairs),
        *over_capacity(ordered, pairs, bounds),
        *outside(ordered, bounds),
        *without_an_end(ordered),
        *gaps(ordered),
    ]
    grave = list(Kind)
    return sorted(found, key=lambda clash: (clash.slots[0].starts_at, grave.index(clash.kind)))


Pairs = Sequence[tuple[Slot, Slot]]


def in_one_room(pairs: Pairs) -> Iterator[Clash]:
    for pair in pairs:
        if pair[0].room is not None and pair[0].room == pair[1].room:
            yield Clash(Kind.ROOM, pair)


def in_two_places(pairs: Pairs) -> Iterator[Clash]:
    for pair in pairs:
        there = {person.number: person for person in pair[1].people}
        for number, person in {each.number: each for each in pair[0].people}.items():
            if number in there:
                facilitates = any(
                    each.facilitates
                    for slot in pair
                    for each in slot.people
                    if each.number == number
                )
                kind = Kind.FACILITATOR if facilitates else Kind.PERSON
                yield Clash(kind, pair, person=person)


def over_capacity(ordered: Sequence[Slot], pairs: Pairs, bounds: Bounds) -> Iterator[Clash]:
    """More seats than chairs; a session that nothing is beside is for all who come."""
    beside = {slot.number for pair in pairs for slot in pair}
    for slot in ordered:
        everyone = None if slot.number in beside else bounds.people
        wanted = everyone if slot.seats is None else slot.seats
        if wanted is not None and slot.room_holds is not None and wanted > slot.room_holds:
            yield Clash(Kind.CAPACITY, (slot,), wanted=wanted)


def outside(ordered: Sequence[Slot], bounds: Bounds) -> Iterator[Clash]:
    for slot in ordered:
        if slot.starts_at < bounds.starts_at or slot.end > bounds.ends_at:
            yield Clash(Kind.OUTSIDE, (slot,))


def without_an_end(ordered: Sequence[Slot]) -> Iterator[Clash]:
    """Only where something follows soon; the last of a day may go on as long as it likes."""
    for index, slot in enumerate(ordered):
        follows = next(
            (each for each in ordered[index + 1 :] if each.starts_at > slot.starts_at), None
        )
        soon = follows is not None and follows.starts_at - slot.starts_at < LONGEST_GAP
        if slot.ends_at is None and follows is not None and soon:
            yield Clash(Kind.NO_END, (slot, follows))


def gaps(ordered: Sequence[Slot]) -> Iterator[Clash]:
    """Time of a day in which nothing is planned, not even a break."""
    for index, slot in enumerate(ordered[1:], start=1):
        last = max(ordered[:index], key=lambda each: each.end)
        free = slot.starts_at - last.end
        if last.ends_at is not None and SHORTEST_GAP <= free < LONGEST_GAP:
            minutes = int(free.total_seconds() // 60)
            yield Clash(Kind.GAP, (last, slot), minutes=minutes)
