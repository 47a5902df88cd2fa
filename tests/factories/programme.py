from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from conferences.models import Conference, Room
from programme import snapshots
from programme.models import (
    ChoiceBlock,
    Contribution,
    Material,
    ProgrammeVersion,
    Session,
    Speaker,
    Track,
)
from programme.queries import draft_of
from tests.factories.counting import numbers
from tests.factories.files import pdf

TRACKS = ("Bolig og nærmiljø", "Arbeid og økonomi", "Familie og venner", "Rettigheter", "Forskning")
TITLES = (
    "Et sted å bo, og en dør å lukke",
    "Arbeid som passer, og en sjef som spør",
    "Hva kan naboer gjøre for hverandre?",
    "Når systemene møter folk der de er",
    "Erfaring som kunnskap i kommunen",
)


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


def make_large_programme(
    conference: Conference, *, days: int = 3, rooms: int = 20, sessions: int = 500
) -> list[Session]:
    """Sessions of an hour in all rooms at once, with tracks and two people each, as large meetings have them."""
    halls = Room.objects.bulk_create(
        Room(conference=conference, name=f"Sal {number}", position=number)
        for number in range(rooms)
    )
    tracks = Track.objects.bulk_create(
        Track(conference=conference, name=name, position=position)
        for position, name in enumerate(TRACKS)
    )
    speakers = Speaker.objects.bulk_create(
        Speaker(name=f"Person Etternavn {number}", affiliation=f"Kommune {number}")
        for number in range(100)
    )
    made = []
    for number in range(sessions):
        turn, hall = divmod(number, rooms)
        day, hour = divmod(turn, -(-sessions // (rooms * days)))
        starts_at = conference.starts_at + timedelta(days=day, hours=hour)
        title = f"{TITLES[number % len(TITLES)]} {number}"
        made.append(
            Session(
                conference=conference,
                key=f"okt-{number}",
                title=title,
                room=halls[hall],
                track=tracks[hall % len(tracks)],
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=50),
            )
        )
    Session.objects.bulk_create(made)
    Contribution.objects.bulk_create(
        Contribution(session=session, speaker=speakers[(number * 2 + place) % 100], position=place)
        for number, session in enumerate(made)
        for place in range(2)
    )
    republish(conference.pk)
    return made


def make_material(session: Session, **fields: Any) -> Material:
    """A PDF for everyone, let through by an organiser."""
    values: dict[str, Any] = {"title": "Lysbilder"}
    if "file" not in fields and "transcript" not in fields:
        values["file"] = ContentFile(pdf(), name="document.pdf")
    return Material.objects.create(session=session, **{**values, **fields})


def make_block(conference: Conference, key: str = "", **fields: Any) -> ChoiceBlock:
    """A block of which everyone takes one, unless told."""
    number = next(numbers)
    values = {"title": f"Blokk {number}", "position": number}
    return ChoiceBlock.objects.create(
        conference=conference, key=key or f"blokk-{number}", **{**values, **fields}
    )


def make_workshop(block: ChoiceBlock, key: str = "", *, hour: int = 1, **fields: Any) -> Session:
    """One hour that begins `hour` hours into the gathering."""
    starts_at = block.conference.starts_at + timedelta(hours=hour)
    number = next(numbers)
    values = {
        "kind": Session.Kind.WORKSHOP,
        "title": f"Verksted {number}",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "block": block,
    }
    return make_session(block.conference, key or f"verksted-{number}", **{**values, **fields})
