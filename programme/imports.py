"""What a schedule from another system would change in the draft of a programme. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from conferences.models import Conference, Room
from conferences.queries import rooms_for
from programme import queries
from programme.frab.gathering import guid_of
from programme.frab.model import Event, Person, Schedule
from programme.models import (
    Contribution,
    ImportedSession,
    ImportedSpeaker,
    Session,
    Speaker,
    Track,
)
from recovery_network.i18n import speaking

Kind = Session.Kind
# What other systems call their sessions.
KINDS = {
    **{kind.value: kind for kind in Kind},
    "lecture": Kind.TALK,
    "keynote": Kind.TALK,
    "presentation": Kind.TALK,
    "lightning_talk": Kind.TALK,
    "panel": Kind.DEBATE,
    "podium": Kind.DEBATE,
    "discussion": Kind.DEBATE,
    "meeting": Kind.CONVERSATION,
    "meetup": Kind.CONVERSATION,
    "hands-on": Kind.WORKSHOP,
    "course": Kind.WORKSHOP,
    "concert": Kind.MUSIC,
    "performance": Kind.MUSIC,
    "ceremony": Kind.OPENING,
    "lunch": Kind.MEAL,
    "dinner": Kind.MEAL,
    "coffee": Kind.BREAK,
}
LANGUAGES = {"no": "nb", "nob": "nb", "nno": "nn", "dan": "da", "eng": "en"}


@dataclass(frozen=True)
class Row:
    """One session of the file, and the one of ours that it is, if any, with what would change in it."""

    event: Event
    session: Session | None
    values: dict[str, Any]
    changes: list[str]
    remarks: list[str] = field(default_factory=list)

    def is_same(self) -> bool:
        return self.session is not None and not self.changes


@dataclass(frozen=True)
class Plan:
    rows: list[Row]
    # Sessions that came from an earlier file and aren't in this one.
    gone: list[Session]
    rooms: list[str]
    tracks: list[str]
    people: list[str]
    # Events of the file that are one and the same session here.
    doubles: list[Event]

    def new(self) -> list[Row]:
        return [row for row in self.rows if row.session is None]

    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.session and row.changes]

    def same(self) -> list[Row]:
        return [row for row in self.rows if row.is_same()]


class Desk:
    """What there is in the draft of one conference, by what files call it."""

    def __init__(self, conference: Conference, schedule: Schedule) -> None:
        self.conference, self.schedule = conference, schedule
        self.sessions = list(queries.draft_of(conference.pk))
        queries.load_people(self.sessions)
        self.by_guid = {session.guid: session for session in self.sessions}
        imported = ImportedSession.objects.filter(conference=conference)
        self.ours = dict(imported.values_list("guid", "session_guid"))

    @cached_property
    def rooms(self) -> dict[str, Room]:
        """The conference's own rooms before those of its venue."""
        near = [
            room
            for room in rooms_for(self.conference)
            if room.conference_id or room.venue_id == self.conference.venue_id
        ]
        return {room.name.casefold(): room for room in reversed(near)}

    @cached_property
    def tracks(self) -> dict[str, Track]:
        tracks = Track.objects.filter(conference=self.conference)
        return {track.name.casefold(): track for track in tracks}

    @cached_property
    def namesakes(self) -> set[str]:
        """The names that are more than one person's in the file."""
        people = {(each.name.casefold(), each.guid or each.number) for each in self.people()}
        names = [name for name, _identity in people]
        return {name for name in names if names.count(name) > 1}

    def people(self) -> Iterable[Person]:
        return (person for event in self.schedule.events() for person in event.persons)

    @cached_property
    def speakers(self) -> dict[str, Speaker]:
        """By identity: who was imported before, then by our own guid, then by a name that is one person's."""
        found: dict[str, Speaker] = {}
        names: dict[str, list[Speaker]] = {}
        for speaker in Speaker.objects.order_by("pk"):
            found[f"guid:{guid_of('speaker', speaker.key)}"] = speaker
            names.setdefault(speaker.name.casefold(), []).append(speaker)
        for name, those in names.items():
            if len(those) == 1:
                found[f"name:{name}"] = those[0]
        known = ImportedSpeaker.objects.filter(conference=self.conference)
        for each in known.select_related("speaker"):
            found[each.identity] = each.speaker
        return found

    def session_of(self, event: Event) -> Session | None:
        return self.by_guid.get(self.ours.get(event.guid, event.guid))

    def speaker_of(self, person: Person) -> Speaker | None:
        return next(
            (self.speakers[each] for each in self.identities(person) if each in self.speakers),
            None,
        )

    def identities(self, person: Person) -> list[str]:
        """What a person is known by, the surest first."""
        found = []
        if person.guid:
            found.append(f"guid:{person.guid}")
        if person.number is not None:
            found.append(f"number:{person.number}")
        name = person.name.casefold()
        return found if found and name in self.namesakes else [*found, f"name:{name}"]


def plan(desk: Desk) -> Plan:
    rows = [row_of(desk, event) for event in desk.schedule.events()]
    there = {row.session.guid for row in rows if row.session}
    came = set(desk.ours.values())
    ours = [row.session.guid for row in rows if row.session]
    return Plan(
        rows=rows,
        gone=[each for each in desk.sessions if each.guid in came - there],
        rooms=unknown((row.event.room for row in rows if not stays(row)), desk.rooms),
        tracks=unknown((row.event.track for row in rows), desk.tracks),
        people=sorted({each.name for each in desk.people() if desk.speaker_of(each) is None}),
        doubles=[row.event for row in rows if row.session and ours.count(row.session.guid) > 1],
    )


def stays(row: Row) -> bool:
    """Whether the place is said already, be it as a room or in words."""
    return row.session is not None and same(place_of(row.session), row.event.room)


def unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """The names that aren't known, each once, in their order."""
    found = {name.casefold(): name for name in names if name}
    return [name for key, name in found.items() if key not in set(known)]


def row_of(desk: Desk, event: Event) -> Row:
    session, remarks = desk.session_of(event), []
    values = values_of(desk.conference, event, session)
    if event.type and event.type not in KINDS:
        remarks.append(_("We have no kind “%(kind)s”.") % {"kind": event.type[:40]})
    if event.language and language_of(event) is None:
        remarks.append(_("We have no language “%(language)s”.") % {"language": event.language[:20]})
    local = event.starts_at.astimezone(desk.conference.zone).date()
    first = desk.conference.starts_at.astimezone(desk.conference.zone).date()
    last = desk.conference.ends_at.astimezone(desk.conference.zone).date()
    if not first <= local <= last:
        remarks.append(_("It is outside the days of the gathering."))
    return Row(event, session, values, changes_of(desk, event, session, values), remarks)


def values_of(conference: Conference, event: Event, session: Session | None) -> dict[str, Any]:
    """The columns that the file decides; what it doesn't tell stays as it is."""
    note, description = content_note(conference, event.description)
    values: dict[str, Any] = {
        "title": event.title,
        "starts_at": event.starts_at,
        "abstract": abstract_of(event, description),
    }
    # A workshop that people choose keeps its end where the file has none.
    if session is None or session.block_id is None or event.minutes:
        values["ends_at"] = event.ends_at()
    if kind := KINDS.get(event.type):
        values["kind"] = kind
    elif session is None:
        values["kind"] = Kind.TALK
    if language := language_of(event):
        values["language"] = "" if language == conference.language else language
    if note:
        values["content_note"] = note
    return values


def language_of(event: Event) -> str | None:
    """One of our codes, or None."""
    code = event.language.replace("_", "-").partition("-")[0]
    found = LANGUAGES.get(code, code)
    return found if found in Conference.Language else None


def abstract_of(event: Event, description: str) -> str:
    """All that a file tells of a session in words, and where its links lead."""
    links = "\n".join(f"- [{in_brackets(link.title)}]({link.url})" for link in event.links)
    parts = (event.subtitle, event.abstract, description, links)
    return "\n\n".join(part for part in parts if part)


def in_brackets(title: str) -> str:
    return title.replace("[", "(").replace("]", ")")


def content_note(conference: Conference, description: str) -> tuple[str, str]:
    """The note that our own files write into the description, and what is left of that."""
    for language in (conference.language, *settings.LANGUAGE_NAMES):
        with speaking(language):
            label = f"{_('Content note:')} "
        if description.startswith(label) and len(description) <= len(label) + 200:
            return description.removeprefix(label), ""
    return "", description


def changes_of(
    desk: Desk, event: Event, session: Session | None, values: dict[str, Any]
) -> list[str]:
    """What would be another in our session, in words."""
    if session is None:
        return []
    found = [
        str(getattr(Session._meta.get_field(name), "verbose_name", name))
        for name, value in values.items()
        if not equal(getattr(session, name), value)
    ]
    if not same(place_of(session), event.room):
        found.append(_("room"))
    if not same(session.track.name if session.track else "", event.track):
        found.append(_("track"))
    if people_of(session) != people_in(desk, event, session):
        found.append(_("contributors"))
    return found


def equal(ours: Any, theirs: Any) -> bool:
    """Lines may end in two ways; a second more or less is none."""
    if isinstance(ours, str):
        return ours.replace("\r\n", "\n").strip() == str(theirs)
    if isinstance(ours, datetime):
        return ours.replace(second=0, microsecond=0) == cast("datetime | None", theirs)
    return ours is theirs


def place_of(session: Session) -> str:
    return session.room.name if session.room else session.location


def same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def people_of(session: Session) -> list[tuple[int, str]]:
    return [(each.speaker_id, each.role) for each in session.contributions.all()]


def people_in(desk: Desk, event: Event, session: Session) -> list[tuple[int, str]]:
    """Who takes part as what, each once; 0 stands for someone who isn't known yet."""
    roles: dict[int, str] = {}
    for each in session.contributions.all():
        roles.setdefault(each.speaker_id, each.role)
    found = []
    for person in event.persons:
        speaker = desk.speaker_of(person)
        pk = speaker.pk if speaker else 0
        found.append((pk, role_of(person) or roles.get(pk, Contribution.Role.SPEAKER)))
    return list(dict.fromkeys(found)) if 0 not in dict(found) else found


def role_of(person: Person) -> str:
    return person.role if person.role in Contribution.Role else ""
