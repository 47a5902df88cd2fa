"""What search engines read about the sessions of a gathering."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conferences.models import Conference
from programme.models import Session
from programme.structured import MOST_SUB_EVENTS
from tests.factories import make_conference, make_contribution, make_room, make_session

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
PROGRAMME = "/en/arrangementer/konferansen/program/"
START = datetime(2031, 1, 15, 8, tzinfo=UTC)
ADDRESS = {
    "@type": "PostalAddress",
    "streetAddress": "Strandgata 1",
    "postalCode": "4300",
    "addressLocality": "Sandnes",
    "addressCountry": "NO",
}


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(slug="konferansen", starts_at=START)


def structured(client: Client, path: str) -> dict[str, Any]:
    (block,) = BLOCK.findall(client.get(path).content.decode())
    found: dict[str, Any] = json.loads(block)
    return found


@pytest.fixture
def session(conference: Conference) -> Session:
    session = make_session(
        conference,
        "nokkel",
        title="En nøkkel",
        language="da",
        room=make_room(conference.venue, "Salen"),
        starts_at=START,
        ends_at=START + timedelta(hours=1),
    )
    make_contribution(session, "Åse Nøkkel", presented_as="vaktmester")
    make_contribution(session, "Ola Uten")
    return session


def test_a_programme_is_an_event_with_its_sessions(
    outsider: Client, conference: Conference, session: Session
) -> None:
    make_session(conference, "pause", kind=Session.Kind.BREAK)
    found = structured(outsider, PROGRAMME)
    house = {"@type": "Place", "name": "Fjordsalen", "address": ADDRESS}
    assert (found["@type"], found["name"], found["location"]) == (
        "Event",
        conference.title,
        [house],
    )
    assert found["subEvent"] == [
        {
            "@type": "Event",
            "name": "En nøkkel",
            "url": f"http://testserver{PROGRAMME}nokkel/",
            "inLanguage": "da",
            "startDate": "2031-01-15T09:00:00+01:00",
            "endDate": "2031-01-15T10:00:00+01:00",
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "location": [
                {"@type": "Place", "name": "Salen", "address": ADDRESS, "containedInPlace": house}
            ],
            "performer": [
                {"@type": "Person", "name": "Åse Nøkkel", "description": "vaktmester"},
                {"@type": "Person", "name": "Ola Uten"},
            ],
        }
    ]


def test_a_session_is_a_part_of_its_gathering(
    outsider: Client, conference: Conference, session: Session
) -> None:
    (part,) = structured(outsider, PROGRAMME)["subEvent"]
    found = structured(outsider, f"{PROGRAMME}nokkel/")
    whole = found.pop("superEvent")
    assert found == {"@context": "https://schema.org", **part}
    assert (whole["name"], whole["url"]) == (
        conference.title,
        "http://testserver/en/arrangementer/konferansen/",
    )


def test_cancelled_is_said_of_all(outsider: Client, session: Session) -> None:
    Conference.objects.update(cancelled_at=timezone.now())
    found = structured(outsider, PROGRAMME)
    told = {found["eventStatus"], *(each["eventStatus"] for each in found["subEvent"])}
    assert told == {"https://schema.org/EventCancelled"}


def test_a_session_that_is_called_off_says_so_for_itself(
    outsider: Client, conference: Conference
) -> None:
    make_session(conference, called_off_at=timezone.now())
    found = structured(outsider, PROGRAMME)
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    (part,) = found["subEvent"]
    assert part["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_large_programme_leaves_its_sessions_to_their_pages(
    outsider: Client, conference: Conference
) -> None:
    for number in range(MOST_SUB_EVENTS + 1):
        make_session(conference, f"okt-{number}")
    assert "subEvent" not in structured(outsider, PROGRAMME)
    assert structured(outsider, f"{PROGRAMME}okt-0/")["superEvent"]
