"""What readers see of a programme is its newest version; the sessions' own rows are the organisers' draft."""

from collections.abc import Sequence

from django.db.models import QuerySet

from conferences.models import Conference
from conferences.queries import with_venue
from programme import snapshots
from programme.models import ProgrammeVersion, Session, Speaker

# Calendars that subscribe have looked again long before so many more are published.
VERSIONS_REMEMBERED = 20


def with_sessions(conference_pk: int) -> tuple[Conference, list[Session]]:
    """The conference with its venue, and its published sessions in order.

    One query, two where nothing was published. The sessions have rooms, tracks and contributions, and are
    to be read only: they are what was published, whatever happened to their rows since.
    """
    versions = ProgrammeVersion.objects.filter(conference=conference_pk)
    newest = versions.select_related("conference__venue").order_by("-number").first()
    if newest is None:
        return with_venue(conference_pk), []
    return newest.conference, snapshots.sessions_of(newest.conference, newest.snapshot)


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
