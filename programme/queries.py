from collections.abc import Sequence

from django.db.models import Prefetch, prefetch_related_objects

from conferences.models import Conference
from conferences.queries import with_venue
from programme.models import Contribution, Session


def with_sessions(conference_pk: int) -> tuple[Conference, list[Session]]:
    """The conference with its venue, and its sessions in order: one query, two where it has none."""
    sessions = list(
        Session.objects.filter(conference=conference_pk).select_related(
            "conference__venue", "room__venue", "track"
        )
    )
    conference = sessions[0].conference if sessions else with_venue(conference_pk)
    return conference, sessions


def load_people(sessions: Sequence[Session]) -> None:
    """Fetches who contributes to each of the sessions, in one query."""
    contributions = Contribution.objects.select_related("speaker")
    prefetch_related_objects(sessions, Prefetch("contributions", contributions))
