from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference, Room
from network.models import User
from programme.errors import ProgrammeError
from programme.frab.model import Event, Schedule
from programme.imports import Desk, Plan, Row, plan, role_of, stays
from programme.models import (
    Contribution,
    ImportedSession,
    ImportedSpeaker,
    Session,
    Speaker,
    Track,
)
from recovery_network.audit.actions import record
from recovery_network.slugs import slug_beside


@dataclass(frozen=True)
class Result:
    added: int
    changed: int
    same: int
    removed: int


@transaction.atomic
def import_schedule(
    *, conference: Conference, schedule: Schedule, remove: Collection[UUID] = (), by: User | None
) -> Result:
    """Bring the draft of a programme to what a file says, whole or not at all.

    Sessions are known again by the file's guid, people by guid, number or name; rooms and tracks by name.
    What came from an earlier file and is in this one no longer stays, but for the guids in `remove`.
    Raises ProgrammeError: doubles, where two of the file would be one of ours; chosen, where one that is to
    be removed is held by people.
    """
    conference = lock(conference.pk)
    desk = Desk(conference, schedule)
    found = plan(desk)
    if found.doubles:
        raise ProgrammeError(
            _("“%(title)s” stands twice in the file as one session of ours.")
            % {"title": found.doubles[0].title},
            code="doubles",
        )
    write(desk, found)
    remember(desk, found)
    gone = [session for session in found.gone if session.guid in remove]
    for session in gone:
        take_away(session)
    result = Result(len(found.new()), len(found.changed()), len(found.same()), len(gone))
    record(
        action="programme.imported",
        by=by,
        object=conference,
        conference_id=conference.pk,
        added=result.added,
        changed=result.changed,
        removed=result.removed,
    )
    return result


def take_away(session: Session) -> None:
    try:
        session.delete()
    except (ProtectedError, RestrictedError):
        raise ProgrammeError(
            _("“%(title)s” can't be taken out: people have chosen it. Move them first.")
            % {"title": session.title},
            code="chosen",
        ) from None


def write(desk: Desk, found: Plan) -> None:
    """Rooms and tracks first, then people, then sessions, then who contributes to which."""
    make_rooms_and_tracks(desk, found)
    make_speakers(desk)
    keys = {session.key for session in desk.sessions}
    # Readers may still see these, with their materials: they come back as the rows they were.
    aside = Session.everything.filter(conference=desk.conference, taken_out_at__isnull=False)
    taken_out = dict(aside.values_list("guid", "pk"))
    new = []
    for row in found.new():
        session = filled(desk, row, Session(conference=desk.conference))
        session.guid = guid_again(desk, row.event) or session.guid
        session.pk = taken_out.get(session.guid)
        session.key = slug_beside(keys, session.title)
        keys.add(session.key)
        desk.ours[row.event.guid] = session.guid
        new.append((session, row.event))
    Session.objects.bulk_create(session for session, _event in new if session.guid not in taken_out)
    for session, _event in new:
        if session.guid in taken_out:
            session.save()
    Contribution.objects.bulk_create(
        each for session, event in new for each in contributions(desk, session, event)
    )
    for row in found.changed():
        assert row.session is not None
        filled(desk, row, row.session).save()
        change_people(desk, row.session, row.event)


def guid_again(desk: Desk, event: Event) -> UUID | None:
    """The guid that it had here before it was taken out, so that calendars know it again."""
    before = desk.ours.get(event.guid)
    return before if before not in desk.by_guid else None


def make_rooms_and_tracks(desk: Desk, found: Plan) -> None:
    holds = {room.name.casefold(): room.capacity for room in desk.schedule.rooms}
    for name in found.rooms:
        desk.rooms[name.casefold()] = Room.objects.create(
            conference=desk.conference,
            name=name,
            capacity=holds.get(name.casefold()),
            position=len(desk.rooms),
        )
    for name in found.tracks:
        desk.tracks[name.casefold()] = Track.objects.create(
            conference=desk.conference, name=name, position=len(desk.tracks)
        )


def make_speakers(desk: Desk) -> None:
    """Everyone of the file has a row afterwards, and is known by all that the file calls them."""
    for person in desk.people():
        speaker = desk.speaker_of(person) or Speaker.objects.create(name=person.name)
        for identity in desk.identities(person):
            desk.speakers.setdefault(identity, speaker)


def filled(desk: Desk, row: Row, session: Session) -> Session:
    """`session` with what the file tells of it, not saved."""
    for name, value in row.values.items():
        setattr(session, name, value)
    if not stays(row):
        session.room = desk.rooms[row.event.room.casefold()] if row.event.room else None
        session.location = ""
    session.track = desk.tracks[row.event.track.casefold()] if row.event.track else None
    return session


def contributions(desk: Desk, session: Session, event: Event) -> list[Contribution]:
    """Who contributes in the order of the file, not saved; each once in each role."""
    known = list(session.contributions.all()) if session.guid in desk.by_guid else []
    roles = {each.speaker_id: each.role for each in reversed(known)}
    found: dict[tuple[int, str], Contribution] = {}
    for position, person in enumerate(event.persons):
        speaker = desk.speaker_of(person)
        assert speaker is not None
        role = role_of(person) or roles.get(speaker.pk, Contribution.Role.SPEAKER)
        row = Contribution(session=session, speaker=speaker, role=role, position=position)
        if person.presented_as and person.presented_as != row.presentation():
            row.presented_as = person.presented_as
        found.setdefault((speaker.pk, role), row)
    return list(found.values())


def change_people(desk: Desk, session: Session, event: Event) -> None:
    """Rows that stay keep what else is said in them."""
    rows = {(each.speaker_id, each.role): each for each in session.contributions.all()}
    for wanted in contributions(desk, session, event):
        kept = rows.pop((wanted.speaker_id, wanted.role), None)
        if kept is None:
            wanted.save()
        else:
            kept.position = wanted.position
            kept.presented_as = wanted.presented_as or kept.presented_as
            kept.save(update_fields=["position", "presented_as"])
    for gone in rows.values():
        gone.delete()


def remember(desk: Desk, found: Plan) -> None:
    """Which of ours each session and person of the file is, for the next time."""
    ImportedSession.objects.bulk_create(
        (
            ImportedSession(
                conference=desk.conference,
                guid=row.event.guid,
                session_guid=row.session.guid if row.session else desk.ours[row.event.guid],
            )
            for row in found.rows
        ),
        ignore_conflicts=True,
    )
    ImportedSpeaker.objects.bulk_create(
        (
            ImportedSpeaker(conference=desk.conference, identity=identity, speaker=speaker)
            for person in desk.people()
            if (speaker := desk.speaker_of(person))
            for identity in desk.identities(person)[:1]
        ),
        ignore_conflicts=True,
    )
