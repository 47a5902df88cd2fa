"""The rules of the public schedule schemas (c3voc's XSD and JSON schema), written down by us.

The schemas themselves belong to others and aren't kept here. An element or member that the schema doesn't
name is an error, as it is there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str)


def optional_text(value: Any) -> bool:
    return value is None or text(value)


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def positive(value: Any) -> bool:
    return whole(int(value)) and int(value) > 0


def matching(pattern: str) -> Check:
    return lambda value: text(value) and re.fullmatch(pattern, value) is not None


def day(value: Any) -> bool:
    return date.fromisoformat(value).isoformat() == str(value)


def moment(value: Any) -> bool:
    return datetime.fromisoformat(value).utcoffset() is not None


def uuid(value: Any) -> bool:
    return str(UUID(value)) == str(value)


def anything(value: Any) -> bool:
    return True


address = matching(r"https?://\S+")
duration = matching(r"[0-9]{1,2}:[0-9]{2}")
start = matching("[0-2][0-9]:[0-5][0-9]")

# Children and attributes with their check; "?" marks what may be left out.
XML_CONFERENCE: dict[str, Check] = {
    "title": text, "acronym": text, "start?": day, "end?": day, "days?": positive, "timeslot_duration?": duration,
    "base_url?": address, "time_zone_name?": text,
}  # fmt: skip
XML_EVENT: dict[str, Check] = {
    "room": text, "title": text, "subtitle": text, "type": text, "date": moment, "start": start,
    "duration": duration, "abstract": text, "slug": text, "track": text, "logo?": text, "persons?": anything,
    "language?": text, "description?": text, "recording?": anything, "links?": anything, "attachments?": anything,
    "video_download_url?": address, "url?": address,
}  # fmt: skip
JSON_CONFERENCE: dict[str, Check] = {
    "acronym": matching("[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?"), "title": text, "description?": text,
    "start": day, "end": day, "daysCount": whole, "timeslot_duration": text,
    "time_zone_name?": matching("([A-Z][a-z]+/[A-Z][a-z]+)|UTC"), "logo?": address, "colors?": anything,
    "keywords?": anything, "url?": address, "tracks?": anything, "rooms?": anything, "meta?": anything,
    "days": anything,
}  # fmt: skip
JSON_DAY: dict[str, Check] = {
    "index": whole, "date": day, "day_start": moment, "day_end": moment, "rooms": anything,
}  # fmt: skip
JSON_ROOM: dict[str, Check] = {
    "guid": uuid, "name": text, "description?": optional_text,
    "capacity?": lambda value: value is None or whole(value),
}  # fmt: skip
JSON_EVENT: dict[str, Check] = {
    "id": positive, "guid": uuid, "logo?": address, "date": moment, "start": start,
    "duration": matching("[0-9]+:[0-9]{2}"), "room": text, "slug": matching("[a-z0-9_-]+[a-z0-9]"), "url": address,
    "title": text, "subtitle": optional_text, "track": optional_text, "type": text, "language": text,
    "abstract": optional_text, "description": optional_text, "recording_license?": text,
    "do_not_record?": anything, "do_not_stream?": anything, "persons": anything, "links": anything,
    "attachments?": anything, "answers?": anything,
}  # fmt: skip


def faults(where: str, found: dict[str, Any], rules: Mapping[str, Check]) -> Iterable[str]:
    names = {name.rstrip("?"): check for name, check in rules.items()}
    yield from (f"{where}: unknown {name}" for name in found if name not in names)
    for name, check in rules.items():
        if name.rstrip("?") in found:
            try:
                if not check(found[name.rstrip("?")]):
                    yield f"{where}: {name} is {found[name.rstrip('?')]!r}"
            except (TypeError, ValueError) as error:
                yield f"{where}: {name}: {error}"
        elif not name.endswith("?"):
            yield f"{where}: {name} is missing"


def children(element: Element) -> dict[str, Any]:
    """The text of each child; `all` allows each of them once."""
    names = [child.tag for child in element]
    assert len(names) == len(set(names)), f"{element.tag}: something stands twice"
    return {child.tag: child.text or "" for child in element}


def faults_of_xml(root: Element) -> list[str]:
    tags = [child.tag for child in root]
    shape = re.fullmatch(r"(generator )?version conference( day)+", " ".join(tags))
    found = [] if root.tag == "schedule" and shape else [f"schedule: {tags}"]
    conference = root.find("conference")
    found += faults("conference", children(conference) if conference is not None else {}, XML_CONFERENCE)  # fmt: skip
    for each in root.findall("day"):
        rules = {"date": day, "start": moment, "end": moment, "index": positive}
        found += faults("day", each.attrib, rules)
        found += [f"day holds {child.tag}" for child in each if child.tag != "room"]
    for room in root.findall("day/room"):
        found += faults("room", room.attrib, {"name": text})
        found += [f"room holds {child.tag}" for child in room if child.tag != "event"]
    for event in root.findall("day/room/event"):
        found += faults("event", event.attrib, {"guid": uuid, "id": positive})
        found += faults("event", children(event), XML_EVENT)
        for person in event.findall("persons/*"):
            found += faults(person.tag, person.attrib, {"id?": positive})
        for link in event.findall("links/*"):
            found += faults(link.tag, link.attrib, {"href?": text})
    found += twice("guid", [event.attrib.get("guid") for event in root.iter("event")])
    found += twice("id", [event.attrib.get("id") for event in root.iter("event")])
    found += twice("slug", [event.findtext("slug") for event in root.iter("event")])
    found += twice("index", [each.attrib.get("index") for each in root.findall("day")])
    return found


def faults_of_json(document: dict[str, Any]) -> list[str]:
    rules = {"schedule": anything, "$schema?": text, "generator?": anything}
    found = [*faults("document", document, rules)]
    schedule = document["schedule"]
    found += [] if "rooms" not in schedule else ["schedule: rooms"]
    found += faults("schedule", schedule, {"version": text, "base_url?": address, "conference": anything})  # fmt: skip
    conference = schedule["conference"]
    found += faults("conference", conference, JSON_CONFERENCE)
    for room in conference.get("rooms", []):
        found += faults("room", room, JSON_ROOM)
    for each in conference["days"]:
        found += faults("day", each, JSON_DAY)
        for name, events in each["rooms"].items():
            for event in events:
                found += faults("event", event, JSON_EVENT)
                found += [] if event["room"] == name else [f"event in another room than {name}"]
                for person in event["persons"]:
                    named = text(person.get("name")) and text(person.get("public_name"))
                    found += [] if named and whole(person.get("id")) else [f"person {person}"]
    return found


def twice(what: str, values: list[Any]) -> list[str]:
    return [f"{what} twice: {each}" for each in set(values) if values.count(each) > 1]
