from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """`role` and `presented_as` are ours: JSON carries them, XML doesn't."""

    name: str
    number: int | None = None
    guid: str = ""
    role: str = ""
    presented_as: str = ""


@dataclass(frozen=True)
class Link:
    url: str
    title: str


@dataclass(frozen=True)
class Event:
    """`minutes` 0 means that nobody knows when it ends."""

    guid: UUID
    number: int
    starts_at: datetime
    minutes: int
    title: str
    room: str = ""
    slug: str = ""
    subtitle: str = ""
    track: str = ""
    type: str = ""
    language: str = ""
    abstract: str = ""
    description: str = ""
    url: str = ""
    persons: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()

    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.minutes else None


@dataclass(frozen=True)
class Day:
    date: date
    starts_at: datetime
    ends_at: datetime
    events: list[Event]


@dataclass(frozen=True)
class Room:
    name: str
    guid: str = ""
    capacity: int | None = None


@dataclass(frozen=True)
class Schedule:
    title: str
    acronym: str = ""
    version: str = ""
    url: str = ""
    time_zone: str = ""
    first: date | None = None
    last: date | None = None
    days: list[Day] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)
    tracks: list[str] = field(default_factory=list)

    def events(self) -> list[Event]:
        return [event for day in self.days for event in day.events]
