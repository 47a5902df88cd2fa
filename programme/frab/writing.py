"""A schedule as a file, as the public schemas of c3voc have it."""

import json
import re
from collections import defaultdict
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from programme.frab.model import Day, Event, Person, Schedule

GENERATOR = "recovery-network"
JSON_SCHEMA = "https://c3voc.de/schedule/schema.json"
# The grid that viewers draw; our sessions may begin at any minute.
TIMESLOT = "00:05"
# What XML 1.0 can't hold in any spelling.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(schedule: Schedule) -> bytes:
    document = {
        "$schema": JSON_SCHEMA,
        "generator": {"name": GENERATOR},
        "schedule": {
            "version": schedule.version,
            "base_url": schedule.url,
            "conference": conference_as_json(schedule),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def conference_as_json(schedule: Schedule) -> dict[str, Any]:
    return {
        "acronym": schedule.acronym,
        "title": schedule.title,
        "start": str(schedule.first),
        "end": str(schedule.last),
        "daysCount": len(schedule.days),
        "timeslot_duration": TIMESLOT,
        "time_zone_name": schedule.time_zone,
        "url": schedule.url,
        "rooms": [
            {"name": room.name, "guid": room.guid, "capacity": room.capacity}
            for room in schedule.rooms
        ],
        "tracks": [{"name": name} for name in schedule.tracks],
        "days": [day_as_json(index, day) for index, day in enumerate(schedule.days, start=1)],
    }


def day_as_json(index: int, day: Day) -> dict[str, Any]:
    return {
        "index": index,
        "date": str(day.date),
        "day_start": day.starts_at.isoformat(),
        "day_end": day.ends_at.isoformat(),
        "rooms": {
            room: [event_as_json(event) for event in events]
            for room, events in in_rooms(day).items()
        },
    }


def event_as_json(event: Event) -> dict[str, Any]:
    return {
        "id": event.number,
        "guid": str(event.guid),
        "date": event.starts_at.isoformat(),
        "start": clock(event),
        "duration": duration(event),
        "room": event.room,
        "slug": event.slug,
        "url": event.url,
        "title": event.title,
        "subtitle": event.subtitle,
        "track": event.track or None,
        "type": event.type,
        "language": event.language,
        "abstract": event.abstract,
        "description": event.description,
        "persons": [person_as_json(person) for person in event.persons],
        "links": [{"url": link.url, "title": link.title} for link in event.links],
    }


def person_as_json(person: Person) -> dict[str, Any]:
    return {
        "id": person.number,
        "guid": person.guid,
        "name": person.name,
        "public_name": person.name,
        "role": person.role,
        "presented_as": person.presented_as,
    }


def as_xml(schedule: Schedule) -> bytes:
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR, version="1")
    add(root, "version", schedule.version)
    conference = SubElement(root, "conference")
    add(conference, "acronym", schedule.acronym)
    add(conference, "title", schedule.title)
    add(conference, "start", str(schedule.first))
    add(conference, "end", str(schedule.last))
    add(conference, "days", str(len(schedule.days)))
    add(conference, "timeslot_duration", TIMESLOT)
    add(conference, "base_url", schedule.url)
    add(conference, "time_zone_name", schedule.time_zone)
    for index, day in enumerate(schedule.days, start=1):
        add_day(root, index, day)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def add_day(root: Element, index: int, day: Day) -> None:
    element = SubElement(
        root,
        "day",
        index=str(index),
        date=str(day.date),
        start=day.starts_at.isoformat(),
        end=day.ends_at.isoformat(),
    )
    for room, events in in_rooms(day).items():
        inside = SubElement(element, "room", name=xml_text(room))
        for event in events:
            add_event(inside, event)


def add_event(room: Element, event: Event) -> None:
    element = SubElement(room, "event", guid=str(event.guid), id=str(event.number))
    for name, value in (
        ("date", event.starts_at.isoformat()),
        ("start", clock(event)),
        ("duration", duration(event)),
        ("room", event.room),
        ("slug", event.slug),
        ("url", event.url),
        ("title", event.title),
        ("subtitle", event.subtitle),
        ("track", event.track),
        ("type", event.type),
        ("language", event.language),
        ("abstract", event.abstract),
        ("description", event.description),
    ):
        add(element, name, value)
    persons = SubElement(element, "persons")
    for person in event.persons:
        add(persons, "person", person.name).set("id", str(person.number))
    links = SubElement(element, "links")
    for link in event.links:
        add(links, "link", link.title).set("href", xml_text(link.url))


def add(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = xml_text(text)
    return element


def xml_text(text: str) -> str:
    return NO_XML.sub("", text)


def in_rooms(day: Day) -> dict[str, list[Event]]:
    """The events of a day by room, each in the order of the day."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in day.events:
        found[event.room].append(event)
    return dict(found)


def clock(event: Event) -> str:
    return f"{event.starts_at:%H:%M}"


def duration(event: Event) -> str:
    return f"{event.minutes // 60:02}:{event.minutes % 60:02}"
