from typing import Any

from conferences.models import Conference
from programme.models import Contribution, Session, Speaker, Track
from tests.factories.counting import numbers


def make_session(conference: Conference, key: str = "", **fields: Any) -> Session:
    values = {"title": "Et foredrag", "starts_at": conference.starts_at}
    return Session.objects.create(
        conference=conference, key=key or f"okt-{next(numbers)}", **{**values, **fields}
    )


def make_contribution(session: Session, name: str = "Kari Innleder", **fields: Any) -> Contribution:
    speaker = Speaker.objects.create(name=name)
    return Contribution.objects.create(session=session, speaker=speaker, **fields)


def make_track(conference: Conference, name: str = "", **fields: Any) -> Track:
    return Track.objects.create(
        conference=conference, name=name or f"Spor {next(numbers)}", **fields
    )
