"""A programme as data, and data as a programme.

A snapshot is a list with an entry for each session, in the order of the clock. What a session stands
in (room, track) is copied into it, because a room that is renamed is a change of the programme. Speakers
stand in it by number alone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Model

from conferences.models import Conference, Room, Venue
from programme.models import Contribution, Session, Track

Entry = dict[str, Any]
Row = TypeVar("Row", bound=Model)
Snapshot = list[Entry]

# What a session points at is copied instead.
COPIED = ("conference", "room", "track")
# What decides who gets a seat, and whether there is one, holds at once and stands in no version.
AT_ONCE = ("block", "capacity", "repeats", "called_off_at", "taken_out_at")
# A session's own columns, whatever they become.
COLUMNS = [
    field for field in Session._meta.concrete_fields if field.name not in (*COPIED, *AT_ONCE)
]
SESSION = [field.attname for field in COLUMNS]
# What readers see of the rest. A field that isn't here stays between the organisers.
ROOM = ("id", "key", "name", "capacity", "accessibility", "position")
VENUE = ("id", "name", "street", "postcode", "city", "country")
TRACK = ("id", "key", "name", "position")
CONTRIBUTION = ("speaker_id", "role", "presented_as", "position")


def take(sessions: Iterable[Session]) -> Snapshot:
    """`sessions` as data; their rooms, tracks and contributions should be fetched."""
    return [entry_of(session) for session in sessions]


def entry_of(session: Session) -> Entry:
    room = session.room
    return {
        **plain(session, SESSION),
        "room": None
        if room is None
        else {**plain(room, ROOM), "venue": plain(room.venue, VENUE) if room.venue else None},
        "track": plain(session.track, TRACK) if session.track else None,
        "contributions": [plain(each, CONTRIBUTION) for each in session.contributions.all()],
    }


def plain(row: Model, names: Iterable[str]) -> Entry:
    return {name: as_json(getattr(row, name)) for name in names}


def as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def state_of_row(session: Session) -> str:
    """The same as long as nobody has changed any of the session's own columns; asks the database nothing."""
    names = [field.attname for field in Session._meta.concrete_fields]
    return fingerprint(plain(session, names))


def fingerprint(part: Snapshot | Entry) -> str:
    """The same for the same programme, or session, and for no other."""
    text = json.dumps(part, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def sessions_of(conference: Conference, snapshot: Snapshot) -> list[Session]:
    """The sessions of a snapshot, with rooms, tracks and contributions, and without asking the database.

    They are to be read and never saved. Names of speakers are fetched by queries.load_people().
    """
    return [session_of(conference, entry) for entry in snapshot]


def session_of(conference: Conference, entry: Entry) -> Session:
    session = unsaved(Session, columns_of(entry), conference=conference)
    session.room = room_of(entry["room"])
    session.track = (
        unsaved(Track, entry["track"], conference=conference) if entry["track"] else None
    )
    contributions = [
        unsaved(Contribution, {name: each[name] for name in CONTRIBUTION}, session=session)
        for each in entry["contributions"]
    ]
    remember_contributions(session, contributions)
    return session


def columns_of(entry: Entry) -> Entry:
    """The values of a session's own columns; one that was added since is as for a new row."""
    return {
        field.attname: field.to_python(entry[field.attname])
        for field in COLUMNS
        if field.attname in entry
    }


def room_of(entry: Entry | None) -> Room | None:
    if entry is None:
        return None
    venue = unsaved(Venue, entry["venue"]) if entry["venue"] else None
    return unsaved(Room, {name: entry[name] for name in ROOM}, venue=venue)


def unsaved(model: type[Row], values: Entry, **related: Any) -> Row:
    """A row as if the database had given it."""
    row = model(**values, **related)
    row._state.adding = False
    row._state.db = "default"
    return row


def remember_contributions(session: Session, contributions: Sequence[Contribution]) -> None:
    """Makes `session.contributions.all()` answer with these, as prefetch_related() would."""
    rows: Any = session.contributions.get_queryset()
    rows._result_cache = list(contributions)
    rows._prefetch_done = True
    cast("Any", session)._prefetched_objects_cache = {"contributions": rows}


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
