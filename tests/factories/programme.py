from typing import Any

from conferences.models import Conference
from programme import snapshots
from programme.models import Contribution, ProgrammeVersion, Session, Speaker, Track
from programme.queries import draft_of
from tests.factories.counting import numbers


def make_session(
    conference: Conference, key: str = "", *, published: bool = True, **fields: Any
) -> Session:
    """A session that readers see at once, unless it is one of the organisers' draft."""
    values = {"title": "Et foredrag", "starts_at": conference.starts_at}
    made = Session.objects.create(
        conference=conference, key=key or f"okt-{next(numbers)}", **{**values, **fields}
    )
    if published:
        republish(conference.pk)
    return made


def make_contribution(
    session: Session, name: str = "Kari Innleder", *, published: bool = True, **fields: Any
) -> Contribution:
    speaker = Speaker.objects.create(name=name)
    made = Contribution.objects.create(session=session, speaker=speaker, **fields)
    if published:
        republish(session.conference_id)
    return made


def republish(conference_pk: int) -> ProgrammeVersion:
    """The draft as the one version that readers see, as if it had always been so."""
    snapshot = snapshots.take(draft_of(conference_pk))
    version, _made = ProgrammeVersion.objects.update_or_create(
        conference_id=conference_pk, number=1, defaults={"snapshot": snapshot}
    )
    return version


def make_track(conference: Conference, name: str = "", **fields: Any) -> Track:
    return Track.objects.create(
        conference=conference, name=name or f"Spor {next(numbers)}", **fields
    )
