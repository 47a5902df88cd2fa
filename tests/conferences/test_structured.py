import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conferences.models import Conference
from registrations.models import Tier
from tests import factories
from tests.factories import make_conference, make_organisation, make_tier

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def structured(client: Client, conference: Conference) -> dict[str, Any]:
    page = client.get(f"/en/arrangementer/{conference.slug}/").content.decode()
    (block,) = BLOCK.findall(page)
    assert page.count("<script") == 1
    found: dict[str, Any] = json.loads(block)
    return found


def test_tells_the_whole_gathering(
    outsider: Client, conference: Conference, employee_tier: Tier, free_tier: Tier
) -> None:
    conference.organiser_rows.create(organisation=make_organisation("Bygdekommunen"))
    url = "http://testserver/en/arrangementer/konferansen/"
    offer = {
        "@type": "Offer",
        "priceCurrency": "NOK",
        "url": url,
        "availability": "https://schema.org/InStock",
    }
    assert structured(outsider, conference) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Sosial recovery-konferansen",
        "description": "En dag om det som hjelper.",
        "url": url,
        "inLanguage": "nb",
        "startDate": conference.starts_at.astimezone(conference.zone).isoformat(),
        "endDate": conference.ends_at.astimezone(conference.zone).isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": [
            {
                "@type": "Place",
                "name": "Fjordsalen",
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": "Strandgata 1",
                    "postalCode": "4300",
                    "addressLocality": "Sandnes",
                    "addressCountry": "NO",
                },
            }
        ],
        "organizer": [{"@type": "Organization", "name": "Bygdekommunen"}],
        "offers": [
            {**offer, "name": "Ansatt", "price": "500.00"},
            {**offer, "name": "Friplass", "price": "0.00"},
        ],
    }


def test_says_that_it_is_cancelled(outsider: Client, db: None) -> None:
    conference = make_conference(cancelled_at=timezone.now())
    assert structured(outsider, conference)["eventStatus"] == "https://schema.org/EventCancelled"


def test_says_that_places_are_gone(outsider: Client, db: None) -> None:
    conference = make_conference(capacity=1)
    factories.apply(make_tier(conference))
    (offer,) = structured(outsider, conference)["offers"]
    assert offer["availability"] == "https://schema.org/SoldOut"


def test_offers_nothing_to_take_once_registration_is_closed(outsider: Client, db: None) -> None:
    conference = make_conference(closed_at=timezone.now())
    make_tier(conference)
    (offer,) = structured(outsider, conference)["offers"]
    assert "availability" not in offer


@pytest.mark.parametrize(
    ("kind", "mode", "places"),
    [
        (Conference.Format.ONLINE, "Online", ["VirtualLocation"]),
        (Conference.Format.HYBRID, "Mixed", ["Place", "VirtualLocation"]),
    ],
)
def test_tells_where_a_digital_gathering_is(
    outsider: Client, db: None, kind: str, mode: str, places: list[str]
) -> None:
    venue = None if kind == Conference.Format.ONLINE else factories.make_venue()
    found = structured(outsider, make_conference(format=kind, venue=venue))
    assert found["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
    assert [place["@type"] for place in found["location"]] == places


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!-- <script>", "& \" ' \\ \u2028 æøå 🙂"]
)
def test_whatever_people_write_stays_inside(outsider: Client, db: None, title: str) -> None:
    conference = make_conference(title=title, summary=title)
    found = structured(outsider, conference)
    assert (found["name"], found["description"]) == (title, title)


def test_pages_say_how_they_look_when_shared(outsider: Client, conference: Conference) -> None:
    page = outsider.get("/en/arrangementer/konferansen/").content.decode()
    for name, content in (
        ("og:title", "Sosial recovery-konferansen"),
        ("og:description", "En dag om det som hjelper."),
        ("og:url", "http://testserver/en/arrangementer/konferansen/"),
        ("og:image", "http://testserver/static/img/share.jpg"),
    ):
        assert f'<meta property="{name}" content="{content}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
