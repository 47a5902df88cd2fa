"""A programme of ours as a schedule. Everything in it is public already."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from conferences.calendars import absolute
from conferences.models import Conference
from programme.frab.model import Day, Event, Person, Room, Schedule
from programme.models import Contribution, Session
from programme.timetable import by_day
from recovery_network.i18n import speaking

# Never changed: other systems know our rooms and people by what is made from it.
NAMESPACE = UUID("5b0f6a3c-6a51-4d4e-9c0a-3f7d0f0f2b61")
MOST = 2**31 - 1
NO_SLUG = re.compile(r"[^a-z0-9_-]+")
SHORTEST_ACRONYM = 4


def guid_of(kind: str, key: str) -> UUID:
    return uuid5(NAMESPACE, f"{kind}:{key}")


def number_of(guid: UUID) -> int:
    """A number that fits in 31 bits, the same every time, and that counts nothing."""
    return guid.int % MOST + 1


def schedule_of(conference: Conference, sessions: Sequence[Session]) -> Schedule:
    """`sessions` in order, with rooms, tracks and people; the format can't say that one is called off."""
    sessions = [session for session in sessions if session.called_off_at is None]
    days = days_of(conference, sessions)
    rooms = {each.room.pk: each.room for each in sessions if each.room}
    tracks = {each.track.pk: each.track for each in sessions if each.track}
    return Schedule(
        title=conference.title,
        acronym=NO_SLUG.sub("_", conference.slug.lower().replace("-", "_")).ljust(
            SHORTEST_ACRONYM, "_"
        ),
        version=str(conference.revision),
        url=absolute(conference.get_absolute_url()),
        time_zone=conference.time_zone,
        first=days[0].date,
        last=days[-1].date,
        days=days,
        rooms=[
            Room(each.name, str(guid_of("room", each.key)), each.capacity)
            for each in sorted(rooms.values(), key=lambda room: (room.position, room.pk))
        ],
        tracks=[
            each.name
            for each in sorted(tracks.values(), key=lambda track: (track.position, track.pk))
        ],
    )


def days_of(conference: Conference, sessions: Sequence[Session]) -> list[Day]:
    """Each date of the gathering, also where nothing happens on it: a schedule has one day at least."""
    numbers = numbers_of(sessions)
    slugs = slugs_of(conference, sessions)
    found = dict(by_day(conference, sessions))
    local = (
        moment.astimezone(conference.zone).date()
        for moment in (conference.starts_at, conference.ends_at - timedelta(microseconds=1))
    )
    first, last = local
    dates = {first + timedelta(days=n) for n in range((last - first).days + 1)} | set(found)
    return [
        day_of(
            conference,
            each,
            [
                event_of(conference, session, numbers[session.guid], slugs[session.guid])
                for session in found.get(each, ())
            ],
        )
        for each in sorted(dates)
    ]


def day_of(conference: Conference, day: date, events: list[Event]) -> Day:
    midnight = datetime.combine(day, time(), conference.zone)
    ends = [event.ends_at() or event.starts_at for event in events]
    night = datetime.combine(day + timedelta(days=1), time(), conference.zone)
    return Day(day, midnight, max([night, *ends]), events)


def numbers_of(sessions: Iterable[Session]) -> dict[UUID, int]:
    """A number for each session, unlike all others of its programme."""
    found: dict[UUID, int] = {}
    taken: set[int] = set()
    for guid in sorted(session.guid for session in sessions):
        number = number_of(guid)
        while number in taken:
            number = number % MOST + 1
        taken.add(number)
        found[guid] = number
    return found


def slugs_of(conference: Conference, sessions: Iterable[Session]) -> dict[UUID, str]:
    """In small letters, ending with a letter or a digit; addresses that differ by that alone stay apart."""
    found: dict[UUID, str] = {}
    taken: set[str] = set()
    for session in sessions:
        slug = f"{conference.slug}-{session.key}".lower().rstrip("_-")
        while slug in taken:
            slug += "x"
        taken.add(slug)
        found[session.guid] = slug
    return found


def event_of(conference: Conference, session: Session, number: int, slug: str) -> Event:
    length = session.ends_at - session.starts_at if session.ends_at else timedelta()
    # A break has no page of its own.
    page = conference if session.is_pause() else session
    return Event(
        guid=session.guid,
        number=number,
        starts_at=session.starts_at.astimezone(conference.zone),
        minutes=-(-length // timedelta(minutes=1)),
        title=session.title,
        room=session.room.name if session.room else session.location,
        slug=slug,
        track=session.track.name if session.track else "",
        type=session.kind,
        language=session.spoken(),
        abstract=session.abstract,
        description=noted(conference, session),
        url=absolute(page.get_absolute_url()),
        persons=tuple(person_of(each) for each in session.contributions.all()),
    )


def noted(conference: Conference, session: Session) -> str:
    """The content note as a sentence in the language of the texts; programme.frab.reading knows it again."""
    if not session.content_note:
        return ""
    with speaking(conference.language):
        return f"{_('Content note:')} {session.content_note}"


def person_of(contribution: Contribution) -> Person:
    guid = guid_of("speaker", contribution.speaker.key)
    return Person(
        name=contribution.speaker.name,
        number=number_of(guid),
        guid=str(guid),
        role=contribution.role,
        presented_as=contribution.presentation(),
    )
