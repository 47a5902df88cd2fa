from conferences.models import Conference
from conferences.queries import with_venue
from programme.models import Session


def with_sessions(conference_pk: int) -> tuple[Conference, list[Session]]:
    """The conference with its venue, and its sessions in order: one query, two where it has none."""
    sessions = list(
        Session.objects.filter(conference=conference_pk).select_related("conference__venue")
    )
    conference = sessions[0].conference if sessions else with_venue(conference_pk)
    return conference, sessions
