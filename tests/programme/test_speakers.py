"""The directory of those who have contributed: only those whom readers see in a published programme."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from programme.models import Contribution, Speaker
from tests.factories import make_conference, make_contribution, make_session, republish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def kari(conference: Conference) -> Speaker:
    """In this year's programme and in the one before."""
    part = make_contribution(
        make_session(conference, "foredrag", title="Nytt foredrag"), "Kari Åsheim"
    )
    before = make_conference(
        slug="i-fjor", title="I fjor", starts_at=conference.starts_at - timedelta(days=400)
    )
    old = make_session(before, "gammelt", title="Gammelt foredrag")
    Contribution.objects.create(session=old, speaker=part.speaker, role="host")
    republish(before.pk)
    speaker = part.speaker
    speaker.affiliation, speaker.email = "Fjordvik kommune", "kari@example.no"
    speaker.save()
    found: Speaker = speaker
    return found


def names(client: Client, **query: str) -> list[str]:
    response = client.get("/en/innledere/", query)
    return [each.name for each in response.context["page"]]


def test_lists_those_in_published_programmes(
    outsider: Client, kari: Speaker, conference: Conference
) -> None:
    make_contribution(make_session(conference, published=False), "I Utkast", published=False)
    hidden = make_conference(published_at=None)
    make_contribution(make_session(hidden), "I Kladd")
    Speaker.objects.create(name="Aldri Med")
    assert names(outsider) == ["Kari Åsheim"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("åsheim", True),
        ("fjordvik kari", True),
        ("ola", False),
        ("\0<script>'", False),
        ("%", False),
    ],
)
def test_is_searched_by_name_and_organisation(
    outsider: Client, kari: Speaker, text: str, found: bool
) -> None:
    assert names(outsider, q=text) == (["Kari Åsheim"] if found else [])


def test_page_tells_what_they_did_through_the_years(outsider: Client, kari: Speaker) -> None:
    response = outsider.get(f"/en/innledere/kari-asheim-{kari.key}/")
    told = [
        (each.session.title, each.session.conference.title, each.contribution.role)
        for each in response.context["appearances"]
    ]
    assert told == [
        ("Nytt foredrag", "Sosial recovery-konferansen", "speaker"),
        ("Gammelt foredrag", "I fjor", "host"),
    ]
    page = response.content.decode()
    assert 'href="/en/arrangementer/i-fjor/program/gammelt/"' in page
    assert "kari@example.no" not in page


def test_address_follows_the_name_and_keeps_the_key(outsider: Client, kari: Speaker) -> None:
    Speaker.objects.update(name="Kari Nordmann")
    moved = outsider.get(f"/en/innledere/kari-asheim-{kari.key}/")
    assert (moved.status_code, moved["Location"]) == (
        302,
        f"/en/innledere/kari-nordmann-{kari.key}/",
    )
    assert outsider.get(f"/en/innledere/{kari.key}/").status_code == 302


def test_who_is_in_no_published_programme_has_no_page(
    outsider: Client, kari: Speaker, conference: Conference
) -> None:
    stranger = Speaker.objects.create(name="Aldri Med")
    assert outsider.get(f"/en/innledere/aldri-med-{stranger.key}/").status_code == 404
    assert outsider.get("/en/innledere/finnes-ikke/").status_code == 404
    Conference.objects.update(archived_at=timezone.now())
    assert outsider.get(f"/en/innledere/kari-asheim-{kari.key}/").status_code == 404
    assert outsider.post("/en/innledere/").status_code == 405


@pytest.mark.parametrize("number", ["0", "2", "x", "²", "99999"])
def test_pages_that_are_not_there(outsider: Client, kari: Speaker, number: str) -> None:
    assert outsider.get("/en/innledere/", {"page": number}).status_code == 404


def test_long_lists_come_in_pages_that_keep_the_search(
    outsider: Client, conference: Conference
) -> None:
    session = make_session(conference)
    for number in range(31):
        make_contribution(session, f"Person {number:02}", published=False)
    republish(conference.pk)
    page = outsider.get("/en/innledere/", {"q": "person"})
    assert len(page.context["page"]) == 30
    assert 'href="?q=person&amp;page=2"' in page.content.decode()
    assert names(outsider, q="person", page="2") == ["Person 30"]


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_the_same_however_many(
    outsider: Client,
    conference: Conference,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        make_contribution(make_session(conference), f"Person {number}")
    with django_assert_num_queries(2):
        outsider.get("/en/innledere/")
