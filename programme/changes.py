"""What differs between two snapshots of a programme, session by session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from programme.models import Contribution, Session
from programme.snapshots import Entry, Snapshot, moment
from recovery_network import i18n

Names = Mapping[int, str]


class What(Enum):
    NEW = "new"
    REMOVED = "removed"
    TIME = "time"
    PLACE = "place"
    TITLE = "title"
    PEOPLE = "people"
    KIND = "kind"
    TRACK = "track"
    TEXT = "text"
    ADDRESS = "address"
    DETAILS = "details"


# What those who chose a session must know; a mended text isn't worth a mail.
WORTH_TELLING = frozenset({What.REMOVED, What.TIME, What.PLACE, What.TITLE, What.PEOPLE})


@dataclass(frozen=True)
class Change:
    """One session that differs; `before` is None where it is new, `after` where it is removed."""

    guid: str
    before: Entry | None
    after: Entry | None
    what: tuple[What, ...]

    @property
    def title(self) -> str:
        return str((self.after or self.before or {})["title"])

    @property
    def starts_at(self) -> datetime:
        found = moment((self.after or self.before or {})["starts_at"])
        assert found is not None
        return found

    @property
    def is_worth_telling(self) -> bool:
        return not WORTH_TELLING.isdisjoint(self.what)


def compare(before: Snapshot, after: Snapshot) -> list[Change]:
    """The sessions that differ, in the order of the clock as it is afterwards."""
    old = {entry["guid"]: entry for entry in before}
    new = {entry["guid"]: entry for entry in after}
    found = [
        Change(guid, old.get(guid), new.get(guid), what)
        for guid in {**old, **new}
        if (what := difference(old.get(guid), new.get(guid)))
    ]
    return sorted(found, key=lambda change: (change.starts_at, change.title))


def difference(before: Entry | None, after: Entry | None) -> tuple[What, ...]:
    if before is None:
        return (What.NEW,)
    if after is None:
        return (What.REMOVED,)
    named = tuple(what for what, part in PARTS.items() if part(before) != part(after))
    return named or (() if before == after else (What.DETAILS,))


def time_of(entry: Entry) -> tuple[str, str | None]:
    return entry["starts_at"], entry["ends_at"]


def place_of(entry: Entry) -> str:
    room = entry["room"]
    named = "" if room is None else room["name"]
    if room is not None and room["venue"]:
        named = f"{named} ({room['venue']['name']})"
    return ", ".join(part for part in (named, entry["location"]) if part)


def people_of(entry: Entry) -> list[tuple[int, str, str]]:
    return [
        (each["speaker_id"], each["role"], each["presented_as"]) for each in entry["contributions"]
    ]


def track_of(entry: Entry) -> str:
    return entry["track"]["name"] if entry["track"] else ""


PARTS: dict[What, Any] = {
    What.TIME: time_of,
    What.PLACE: place_of,
    What.TITLE: lambda entry: entry["title"],
    What.PEOPLE: people_of,
    What.KIND: lambda entry: entry["kind"],
    What.TRACK: track_of,
    What.TEXT: lambda entry: (entry["abstract"], entry["content_note"]),
    What.ADDRESS: lambda entry: entry["key"],
}


def sentences(change: Change, names: Names) -> list[str]:
    """The change in words, in the active language and time zone."""
    return [sentence(what, change, names) for what in change.what]


def sentence(what: What, change: Change, names: Names) -> str:
    before, after = change.before, change.after
    if before is None:
        return _("New: %(when)s.") % {"when": when(after or {})}
    if after is None:
        return _("Taken out. It was %(when)s.") % {"when": when(before)}
    if what is What.TEXT:
        return _("The description was changed.")
    if what is What.ADDRESS:
        return _("Its page has a new address.")
    if what is What.DETAILS:
        return _("Details were changed.")
    old, new = (said(what, entry, names) or _("none") for entry in (before, after))
    return str(SENTENCES[what]() % {"before": old, "after": new})


SENTENCES: dict[What, Any] = {
    What.TIME: lambda: _("Moved from %(before)s to %(after)s."),
    What.PLACE: lambda: _("Place: %(before)s, now %(after)s."),
    What.TITLE: lambda: _("It was called “%(before)s”, now “%(after)s”."),
    What.PEOPLE: lambda: _("Contributors: %(before)s. Now: %(after)s."),
    What.KIND: lambda: _("Kind: %(before)s, now %(after)s."),
    What.TRACK: lambda: _("Track: %(before)s, now %(after)s."),
}


def said(what: What, entry: Entry, names: Names) -> str:
    match what:
        case What.TIME:
            return when(entry)
        case What.PEOPLE:
            return credits_of(entry["contributions"], names)
        case What.KIND:
            return str(dict(Session.Kind.choices).get(entry["kind"], entry["kind"]))
        case _:
            return str(PARTS[what](entry))


def when(entry: Entry) -> str:
    start, end = moment(entry["starts_at"]), moment(entry["ends_at"])
    assert start is not None
    return f"{i18n.date_short(start)} {i18n.time_range(start, end)}"


def credits_of(contributions: Sequence[Entry], names: Names) -> str:
    return "; ".join(credit(each, names) for each in contributions)


def credit(contribution: Entry, names: Names) -> str:
    """ "Kari Innleder (programme host), professor"; those who are no longer known have no name."""
    name = names.get(contribution["speaker_id"]) or _("someone who is no longer known")
    if contribution["role"] != Contribution.Role.SPEAKER:
        role = dict(Contribution.Role.choices).get(contribution["role"], contribution["role"])
        name = f"{name} ({role})"
    return ", ".join(part for part in (name, contribution["presented_as"]) if part)
