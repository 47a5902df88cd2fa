"""A schedule out of a file that somebody else made, or a list of what is wrong with it.

Files are broken, huge, hostile or contradict themselves; whatever they are, the answer is a list of rows
with reasons, and never an error of ours.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from network.validators import validate_plain_text
from programme.frab.model import Day, Event, Link, Person, Room, Schedule

# Numbers of events where a file has no guid, made into one; never changed.
NUMBERS = UUID("3b0b1a55-6a8c-4f0f-9a3e-5d0f1c7c8a10")
MOST_BYTES = 4_000_000
MOST_EVENTS = 2_000
MOST_PEOPLE = 60
YEARS = range(1990, 2200)
LONGEST = timedelta(hours=24)
# A day of a programme may end in the next morning.
NIGHT = timedelta(hours=12)
DURATION = re.compile(r"([0-9]{1,4}):([0-5]?[0-9])(?::[0-9]{1,2})?")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")
# What neither a database nor a page can hold.
UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST_TEXTS = {"title": 200, "room": 80, "track": 80, "person": 120, "abstract": 20_000}


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: the file, a day, or an event by its number and title."""

    where: str
    reason: str


@dataclass
class Found:
    """A schedule is worth using only where there are no problems."""

    schedule: Schedule
    problems: list[Problem] = field(default_factory=list)


class Unreadable(Exception):
    """The whole file, or one row of it, can't be used; the sentence says why."""


def read(content: bytes, zone: ZoneInfo) -> Found:
    """The schedule in `content`, XML or JSON; times without an offset are meant in `zone`."""
    try:
        raw = raw_schedule(content)
    except Unreadable as refusal:
        return Found(Schedule(title=""), [Problem(_("The file"), str(refusal))])
    return Reader(zone).read(raw)


def raw_schedule(content: bytes) -> dict[str, Any]:
    """The file as plain values, in the shape that JSON has. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise Unreadable(_("It is larger than %(most)d MB.") % {"most": most})
    if not content.strip():
        raise Unreadable(_("It is empty."))
    plain = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return from_json(plain) if plain.startswith((b"{", b"[")) else from_xml(content)


def from_json(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable(_("It is neither XML nor JSON that can be read.")) from None
    schedule = mapping(mapping(document).get("schedule"))
    conference = mapping(schedule.get("conference"))
    if not conference:
        raise Unreadable(_("It holds no schedule: “schedule” with “conference” is missing."))
    return {**conference, "version": schedule.get("version")}


def from_xml(content: bytes) -> dict[str, Any]:
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable(
            _("It declares a document type or entities of its own, which we don't read.")
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise Unreadable(_("It is neither XML nor JSON that can be read.")) from None
    conference = root.find("conference")
    if root.tag != "schedule" or conference is None:
        raise Unreadable(_("It holds no schedule: “schedule” with “conference” is missing."))
    return {
        **{child.tag: child.text for child in conference},
        "version": root.findtext("version"),
        "days": [day_from_xml(day) for day in root.findall("day")],
    }


def day_from_xml(day: Element) -> dict[str, Any]:
    rooms: dict[str, list[Any]] = {}
    for room in day.findall("room"):
        rooms.setdefault(room.get("name", ""), []).extend(
            event_from_xml(event) for event in room.findall("event")
        )
    return {
        "date": day.get("date"),
        "day_start": day.get("start"),
        "day_end": day.get("end"),
        "rooms": rooms,
    }


def event_from_xml(event: Element) -> dict[str, Any]:
    return {
        **{child.tag: child.text for child in event},
        "id": event.get("id"),
        "guid": event.get("guid") or event.findtext("guid"),
        "persons": [
            {"id": person.get("id"), "guid": person.get("guid"), "name": person.text}
            for person in event.findall("persons/person")
        ],
        "links": [
            {"url": link.get("href"), "title": link.text} for link in event.findall("links/link")
        ],
    }


class Reader:
    """Goes through one schedule and gathers what is wrong with it."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.acronym = ""
        self.rooms: dict[str, Room] = {}
        self.seen: set[UUID] = set()
        self.problems: list[Problem] = []
        self.count = 0

    def read(self, raw: dict[str, Any]) -> Found:
        self.acronym = text(raw.get("acronym"))
        for each in listing(raw.get("rooms")):
            name = text(mapping(each).get("name"))
            capacity = mapping(each).get("capacity")
            holds = capacity if isinstance(capacity, int) and 0 < capacity < 1_000_000 else None
            self.rooms[name.casefold()] = Room(name, capacity=holds)
        days = []
        for number, each in enumerate(listing(raw.get("days")), start=1):
            if day := self.day(number, mapping(each)):
                days.append(day)
        if not self.count and not self.problems:
            self.problems.append(Problem(_("The file"), _("It holds no sessions.")))
        schedule = Schedule(
            title=text(raw.get("title")),
            acronym=self.acronym,
            version=text(raw.get("version")),
            time_zone=text(raw.get("time_zone_name")),
            days=days,
            rooms=list(self.rooms.values()),
        )
        return Found(schedule, self.problems)

    def day(self, number: int, raw: dict[str, Any]) -> Day | None:
        where = _("Day %(number)d") % {"number": number}
        try:
            begins = self.moment(raw.get("day_start"))
            ends = self.moment(raw.get("day_end"))
            day = on_date(raw.get("date")) or (begins.date() if begins else None)
        except Unreadable as refusal:
            self.problems.append(Problem(where, str(refusal)))
            return None
        if day is None:
            self.problems.append(Problem(where, _("Its date is missing.")))
            return None
        midnight = datetime.combine(day, time(), self.zone)
        begins = min(begins, midnight) if begins else midnight
        night = datetime.combine(day + timedelta(days=1), time(), self.zone) + NIGHT
        ends = max(ends, night) if ends and ends > begins else night
        found = Day(day, begins, ends, [])
        found.events.extend(self.events(found, raw))
        return found

    def events(self, day: Day, raw: dict[str, Any]) -> Iterator[Event]:
        for room, events in mapping(raw.get("rooms")).items():
            for each in listing(events):
                self.count += 1
                if self.count > MOST_EVENTS:
                    if self.count == MOST_EVENTS + 1:
                        reason = _("It holds more than %(most)d sessions.") % {"most": MOST_EVENTS}
                        self.problems.append(Problem(_("The file"), reason))
                    return
                values = mapping(each)
                try:
                    yield self.event(day, text(room), values)
                except Unreadable as refusal:
                    self.problems.append(Problem(self.name_of(values), str(refusal)))

    def name_of(self, raw: dict[str, Any]) -> str:
        title = text(raw.get("title"))[:80]
        number = _("Session %(number)d") % {"number": self.count}
        return f"{number}: {title}" if title else number

    def event(self, day: Day, room: str, raw: dict[str, Any]) -> Event:
        """Raises Unreadable for a row that can't be used."""
        title = short(raw.get("title"), "title", _("Its title"))
        if not title:
            raise Unreadable(_("It has no title."))
        return Event(
            guid=self.guid(raw),
            number=self.count,
            starts_at=self.start(day, raw),
            minutes=self.minutes(day, raw),
            title=title,
            room=self.room(room, raw),
            subtitle=text(raw.get("subtitle")),
            track=short(track_name(raw.get("track")), "track", _("Its track")),
            type=text(raw.get("type")).casefold(),
            language=text(raw.get("language")).casefold(),
            abstract=long(raw.get("abstract")),
            description=long(raw.get("description")),
            persons=persons(raw),
            links=links(raw),
        )

    def guid(self, raw: dict[str, Any]) -> UUID:
        given, number = text(raw.get("guid")), text(raw.get("id"))
        if not given and not number:
            raise Unreadable(_("It has neither a guid nor a number, so it can't be known again."))
        try:
            guid = UUID(given) if given else uuid5(NUMBERS, f"{self.acronym}:{number}")
        except ValueError:
            raise Unreadable(_("Its guid is not one: %(guid)s.") % {"guid": given[:40]}) from None
        if guid in self.seen:
            raise Unreadable(_("Another session of the file has the same guid."))
        self.seen.add(guid)
        return guid

    def start(self, day: Day, raw: dict[str, Any]) -> datetime:
        given = text(raw.get("date"))
        clock = text(raw.get("start"))
        if "T" in given or not clock:
            starts_at = self.moment(given)
        else:
            starts_at = self.at_clock(day.date, clock)
        if starts_at is None:
            raise Unreadable(_("It doesn't say when it begins."))
        if not day.starts_at <= starts_at < day.ends_at:
            raise Unreadable(
                _("It begins outside the day it stands under, %(day)s.") % {"day": day.date}
            )
        return starts_at

    def at_clock(self, day: date, clock: str) -> datetime:
        found = CLOCK.fullmatch(clock)
        if found is None:
            raise Unreadable(_("Its time of day can't be read: %(time)s.") % {"time": clock[:40]})
        return datetime.combine(day, time(int(found[1]), int(found[2])), self.zone)

    def minutes(self, day: Day, raw: dict[str, Any]) -> int:
        given = text(raw.get("duration"))
        if given.startswith("-"):
            raise Unreadable(_("It ends before it begins."))
        if given:
            found = DURATION.fullmatch(given)
            if found is None:
                raise Unreadable(
                    _("Its length can't be read: %(length)s.") % {"length": given[:40]}
                )
            length = timedelta(hours=int(found[1]), minutes=int(found[2]))
        else:
            length = self.until_end(day, raw)
        if length > LONGEST:
            raise Unreadable(_("It lasts longer than a day."))
        return length // timedelta(minutes=1)

    def until_end(self, day: Day, raw: dict[str, Any]) -> timedelta:
        """From the end, where a file tells that instead of the length."""
        ends_at = self.moment(raw.get("end")) if "T" in text(raw.get("end")) else None
        if ends_at is None:
            return timedelta()
        length = ends_at - self.start(day, raw)
        if length <= timedelta():
            raise Unreadable(_("It ends before it begins."))
        return length

    def room(self, around: str, raw: dict[str, Any]) -> str:
        said = text(raw.get("room")) or around
        if around and said.casefold() != around.casefold():
            raise Unreadable(
                _("It says that its room is %(said)s, but stands under %(around)s.")
                % {"said": said[:80], "around": around[:80]}
            )
        if said and self.rooms and said.casefold() not in self.rooms:
            raise Unreadable(
                _("Its room %(room)s is not among those of the file.") % {"room": said[:80]}
            )
        return short(said, "room", _("Its room"))

    def moment(self, value: Any) -> datetime | None:
        given = text(value)
        if not given:
            return None
        try:
            found = datetime.fromisoformat(given)
            if found.year not in YEARS:
                raise ValueError
            found = found if found.utcoffset() is not None else found.replace(tzinfo=self.zone)
            return found.astimezone(self.zone).replace(second=0, microsecond=0)
        except ValueError:
            raise Unreadable(_("This is not a time: %(time)s.") % {"time": given[:40]}) from None


def on_date(value: Any) -> date | None:
    given = text(value)
    try:
        found = date.fromisoformat(given[:10]) if given else None
        if found and found.year not in YEARS:
            raise ValueError
        return found
    except ValueError:
        raise Unreadable(_("This is not a date: %(date)s.") % {"date": given[:40]}) from None


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value as one line of text; anything but text and numbers is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        return " ".join(UNUSABLE.sub("", str(value)).split())
    except ValueError:  # a number with thousands of digits
        return ""


def long(value: Any) -> str:
    """Text with its lines. Raises Unreadable where it is far too long."""
    if not isinstance(value, str):
        return ""
    found = UNUSABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(found) > LONGEST_TEXTS["abstract"]:
        most = LONGEST_TEXTS["abstract"]
        raise Unreadable(_("Its description is longer than %(most)d signs.") % {"most": most})
    return found


def short(value: Any, name: str, label: str) -> str:
    """One line that fits and hides nothing. Raises Unreadable."""
    found = text(value)
    most = LONGEST_TEXTS[name]
    if len(found) > most:
        raise Unreadable(
            _("%(what)s is longer than %(most)d signs.") % {"what": label, "most": most}
        )
    try:
        validate_plain_text(found)
    except ValidationError as refusal:
        raise Unreadable(f"{label}: {refusal.messages[0]}") from None
    return found


def track_name(value: Any) -> Any:
    """Some write a track as an object with a name."""
    return mapping(value).get("name") if isinstance(value, dict) else value


def persons(raw: dict[str, Any]) -> tuple[Person, ...]:
    """Who takes part, each once in each role. Raises Unreadable."""
    found: dict[tuple[str, str], Person] = {}
    given = listing(raw.get("persons"))
    if len(given) > MOST_PEOPLE:
        raise Unreadable(_("More than %(most)d people take part.") % {"most": MOST_PEOPLE})
    for each in given:
        values = mapping(each)
        names = (values.get(key) for key in ("name", "public_name", "full_public_name"))
        name = short(next((name for name in names if text(name)), ""), "person", _("A name"))
        if not name:
            raise Unreadable(_("Someone who takes part has no name."))
        person = Person(
            name=name,
            number=number(values.get("id")),
            guid=text(values.get("guid"))[:40].lower(),
            role=text(values.get("role")),
            presented_as=text(values.get("presented_as"))[:240],
        )
        known_by = person.guid or str(person.number or "") or name.casefold()
        found.setdefault((known_by, person.role), person)
    return tuple(found.values())


def number(value: Any) -> int | None:
    given = text(value)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else None


def links(raw: dict[str, Any]) -> tuple[Link, ...]:
    """Those that lead to a page."""
    found = []
    for each in listing(raw.get("links"))[:MOST_PEOPLE]:
        values = mapping(each)
        url = text(values.get("url") or each)
        if re.fullmatch(r"https?://[^\s<>()]{1,500}", url):
            found.append(Link(url, text(values.get("title")) or url))
    return tuple(found)
