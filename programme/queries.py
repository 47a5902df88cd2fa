"""What readers see of a programme is its newest version; the sessions' own rows are the organisers' draft."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from conferences.models import Conference
from conferences.queries import with_venue
from programme import snapshots
from programme.models import ProgrammeVersion, Session, Speaker

# Calendars that subscribe have looked again long before so many more are published.
VERSIONS_REMEMBERED = 20


def with_sessions(conference_pk: int) -> tuple[Conference, list[Session]]:
    """The conference with its venue, and its published sessions in order.

    One query, two where nothing was published or a session is called off. The sessions have rooms, tracks and contributions, and are
    to be read only: they are what was published, whatever happened to their rows since.
    """
    versions = ProgrammeVersion.objects.filter(conference=conference_pk)
    called_off = Session.objects.filter(
        conference=OuterRef("conference"), called_off_at__isnull=False
    )
    newest = (
        versions.select_related("conference__venue")
        .annotate(calls_off=Exists(called_off))
        .order_by("-number")
        .first()
    )
    if newest is None:
        return with_venue(conference_pk), []
    sessions = snapshots.sessions_of(newest.conference, newest.snapshot)
    if vars(newest)["calls_off"]:
        mark_called_off(conference_pk, sessions)
    return newest.conference, sessions


def mark_called_off(conference_pk: int, sessions: Sequence[Session]) -> None:
    """A session is called off for everyone at once, whatever was published."""
    rows = Session.objects.filter(conference=conference_pk, called_off_at__isnull=False)
    moments = dict(rows.values_list("pk", "called_off_at"))
    for session in sessions:
        session.called_off_at = moments.get(session.pk)


def workshops(conference_pk: int) -> list[Session]:
    """The sessions that people choose, by block and time, also those called off.

    They are as they were published, with block, seats and repetition as they are now; one that nobody has
    published yet isn't among them. Three queries, one where nothing is to be chosen.
    """
    rows = Session.objects.filter(block__conference=conference_pk).select_related("block")
    there = {row.pk: row for row in rows.only(*CHOOSING)}
    if not there:
        return []
    conference, published = with_sessions(conference_pk)
    found = [session for session in published if session.pk in there]
    for session in found:
        row = there[session.pk]
        session.block, session.capacity = row.block, row.capacity
        session.repeats_id, session.called_off_at = row.repeats_id, row.called_off_at
        assert session.block is not None
        session.block.conference = conference
    return sorted(found, key=by_block_and_time)


# What is asked of the rows of workshops; the rest is what was published.
CHOOSING = (
    *("capacity", "repeats", "called_off_at"),
    *(f"block__{name}" for name in ("conference", "key", "title", "rule", "closes_at", "position")),
)


def by_block_and_time(session: Session) -> tuple[Any, ...]:
    block = session.block
    assert block is not None
    return block.position, block.pk, session.starts_at, session.pk


def with_draft(conference_pk: int) -> tuple[Conference, list[Session]]:
    """As with_sessions(), of what the organisers work on: three queries."""
    conference = with_venue(conference_pk)
    sessions = list(draft_of(conference_pk))
    for session in sessions:
        session.conference = conference
    return conference, sessions


def draft_of(conference_pk: int) -> QuerySet[Session]:
    """The rows of a programme with all that a version keeps of them."""
    rows = Session.objects.filter(conference=conference_pk)
    return rows.select_related("room__venue", "track").prefetch_related("contributions")


def load_people(sessions: Sequence[Session]) -> None:
    """Fetches who contributes to each of the sessions, in one query; who is no longer known is left out."""
    found = {session: session.contributions.all() for session in sessions}
    wanted = {each.speaker_id for contributions in found.values() for each in contributions}
    speakers = Speaker.objects.in_bulk(wanted)
    for session, contributions in found.items():
        known = [each for each in contributions if each.speaker_id in speakers]
        for each in known:
            each.speaker = speakers[each.speaker_id]
        snapshots.remember_contributions(session, known)


def published_versions() -> Iterable[ProgrammeVersion]:
    """The newest of each gathering that everyone sees, the latest gathering first."""
    public = Conference.objects.public()
    versions = ProgrammeVersion.objects.newest().filter(conference__in=public)
    return versions.select_related("conference__venue").order_by("-conference__starts_at")


def published_speakers() -> set[int]:
    """The numbers of those who stand in a programme that everyone sees."""
    return {number for version in published_versions() for number in speakers_in(version)}


def speakers_in(version: ProgrammeVersion) -> set[int]:
    return {each["speaker_id"] for entry in version.snapshot for each in entry["contributions"]}


def newest_version(conference_pk: int) -> ProgrammeVersion | None:
    return ProgrammeVersion.objects.filter(conference=conference_pk).order_by("-number").first()


def taken_out(conference: Conference, sessions: Sequence[Session]) -> list[Session]:
    """Sessions that readers saw in one of the last versions and that are no longer in `sessions`, the newest one.

    As they were when they were seen last; whoever has one in a calendar must be told that it is gone.
    """
    seen = {session.guid for session in sessions}
    found = []
    versions = ProgrammeVersion.objects.filter(conference=conference.pk).order_by("-number")
    for snapshot in versions[1:VERSIONS_REMEMBERED].values_list("snapshot", flat=True):
        for session in snapshots.sessions_of(conference, snapshot):
            if session.guid not in seen:
                seen.add(session.guid)
                found.append(session)
    return found
