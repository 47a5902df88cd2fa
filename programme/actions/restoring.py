from uuid import UUID

from django.db import transaction
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference, Room
from network.models import User
from programme import queries, snapshots
from programme.errors import ProgrammeError
from programme.models import Contribution, ProgrammeVersion, Session, Speaker, Track
from programme.snapshots import Entry
from recovery_network.audit.actions import record


@transaction.atomic
def restore(*, version: ProgrammeVersion, by: User) -> int:
    """Make the draft what it was in `version`; readers see nothing of it before it is published.

    Sessions are found again by their guid, so that those who chose one keep their seat. A room that is
    gone becomes the place's text, a track that is gone is made anew, a speaker who is gone is left out;
    returns how many contributions were. Raises ProgrammeError: chosen, where a session would go that
    people hold a seat in.
    """
    conference = lock(version.conference_id)
    there = {str(session.guid): session for session in queries.draft_of(conference.pk)}
    wanted = {entry["guid"] for entry in version.snapshot}
    for guid, session in there.items():
        if guid not in wanted:
            remove(session)
    # Addresses may have been swapped between sessions: they make room for each other first.
    for session in there.values():
        if str(session.guid) in wanted:
            session.key = f"flyttes-{session.pk}"
            session.save(update_fields=["key"])
    known = set(
        Speaker.objects.filter(
            pk__in={
                each["speaker_id"] for entry in version.snapshot for each in entry["contributions"]
            }
        ).values_list("pk", flat=True)
    )
    left_out = sum(
        write(conference, entry, there.get(entry["guid"]), known) for entry in version.snapshot
    )
    record(
        action="programme.restored",
        by=by,
        object=conference,
        conference_id=conference.pk,
        version=version.number,
    )
    return left_out


def remove(session: Session) -> None:
    try:
        session.delete()
    except (ProtectedError, RestrictedError):
        raise ProgrammeError(
            _("“%(title)s” is not in that version, but people have chosen it. Move them first.")
            % {"title": session.title},
            code="chosen",
        ) from None


def write(conference: Conference, entry: Entry, session: Session | None, known: set[int]) -> int:
    """Makes or changes one session; returns how many contributions were left out."""
    # One that was taken out and not yet gone for good comes back as the row it was.
    session = session or Session(pk=entry["id"], conference=conference, guid=UUID(entry["guid"]))
    for name, value in snapshots.columns_of(entry).items():
        # A workshop that people choose keeps its end: without one nobody knows what it overlaps.
        lost_end = name == "ends_at" and value is None and session.block_id is not None
        if name not in {"id", "guid"} and not lost_end:
            setattr(session, name, value)
    session.room = room_again(entry)
    if entry["room"] and session.room is None:
        session.location = ", ".join(
            part for part in (entry["room"]["name"], entry["location"]) if part
        )[:120]
    session.track = track_again(conference, entry)
    session.save()
    session.contributions.all().delete()
    kept = [each for each in entry["contributions"] if each["speaker_id"] in known]
    Contribution.objects.bulk_create(
        Contribution(
            session=session,
            **{name: each[name] for name in snapshots.CONTRIBUTION},
        )
        for each in kept
    )
    return len(entry["contributions"]) - len(kept)


def room_again(entry: Entry) -> Room | None:
    return Room.objects.filter(key=entry["room"]["key"]).first() if entry["room"] else None


def track_again(conference: Conference, entry: Entry) -> Track | None:
    if not entry["track"]:
        return None
    tracks = Track.objects.filter(conference=conference)
    kept = tracks.filter(key=entry["track"]["key"]).first()
    same = kept or tracks.filter(name__iexact=entry["track"]["name"]).first()
    values = {name: entry["track"][name] for name in ("name", "position")}
    return same or Track.objects.create(conference=conference, **values)
