"""A programme as a schedule in the format that conference systems exchange."""

import json
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from conferences.models import Conference
from network.models import User
from programme.models import Contribution, Session
from recovery_network.demo import conference_2024, organisations
from tests.factories import (
    make_conference,
    make_contribution,
    make_large_programme,
    make_room,
    make_session,
    make_track,
)
from tests.programme.schedule_rules import faults_of_json, faults_of_xml

AWKWARD = "Å «bo» & <leve>\n]]> \x07 🙂 e\u0301"


def at(hour: int, minute: int = 0, *, day: int = 15) -> datetime:
    return datetime(2031, 1, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def conference(db: None) -> Conference:
    return make_conference(slug="konferansen", starts_at=at(7, 30), ends_at=at(14, 30, day=16))


def read_xml(client: Client, slug: str = "konferansen") -> ElementTree.Element:
    response = client.get(f"/en/arrangementer/{slug}/program.xml")
    assert (response.status_code, response["Content-Type"]) == (
        200,
        "application/xml; charset=utf-8",
    )
    return ElementTree.fromstring(response.content)


def read_json(client: Client, slug: str = "konferansen") -> Any:
    response = client.get(f"/en/arrangementer/{slug}/program.json")
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    return response.json()


def events_in(document: Any) -> list[Any]:
    days = document["schedule"]["conference"]["days"]
    return [event for day in days for events in day["rooms"].values() for event in events]


def make_awkward(conference: Conference) -> Session:
    session = make_session(
        conference,
        "Nokkel",
        title=AWKWARD,
        abstract=AWKWARD,
        content_note="Handler om tap.",
        kind=Session.Kind.WORKSHOP,
        room=make_room(conference.venue, "Salen & kroken", capacity=40),
        track=make_track(conference, "Bolig <1>"),
        starts_at=at(9),
        ends_at=at(10, 30),
        language="da",
    )
    make_contribution(session, "Åse Nøkkel", presented_as="vaktmester", role=Contribution.Role.HOST)
    return session


@pytest.mark.parametrize("kind", ["empty", "awkward", "large", "demo"])
def test_keeps_the_rules_of_the_public_schemas(
    outsider: Client, conference: Conference, kind: str
) -> None:
    slug = "konferansen"
    if kind == "awkward":
        make_awkward(conference)
        make_session(conference, "nokkel", starts_at=at(22, 59, day=17))
        make_session(conference, "pause", kind=Session.Kind.BREAK, location="Foajeen")
        Conference.objects.update(slug="A-1")
        slug = "A-1"
    elif kind == "large":
        make_large_programme(conference)
    elif kind == "demo":
        organisations.load()
        conference_2024.load()
        slug = conference_2024.SLUG
    assert faults_of_xml(read_xml(outsider, slug)) == []
    assert faults_of_json(read_json(outsider, slug)) == []


def test_the_rules_find_faults() -> None:
    broken = "<schedule><version/><conference><title/></conference><day><room><event id='0'/></room></day></schedule>"
    assert len(faults_of_xml(ElementTree.fromstring(broken))) > 10
    event = {"id": 0, "start": "9", "extra": 1}
    conference = {
        "acronym": "A",
        "days": [{"rooms": {"": [{**event, "room": "x", "persons": [{}]}]}}],
    }
    assert len(faults_of_json({"schedule": {"rooms": 1, "conference": conference}})) > 15


def test_tells_all_of_a_session(outsider: Client, conference: Conference) -> None:
    session = make_awkward(conference)
    (event,) = events_in(read_json(outsider))
    (person,) = event.pop("persons")
    assert event.pop("id") > 0
    assert event == {
        "guid": str(session.guid),
        "date": "2031-01-15T10:00:00+01:00",
        "start": "10:00",
        "duration": "01:30",
        "room": "Salen & kroken",
        "slug": "konferansen-nokkel",
        "url": "http://testserver/en/arrangementer/konferansen/program/Nokkel/",
        "title": AWKWARD,
        "subtitle": "",
        "track": "Bolig <1>",
        "type": "workshop",
        "language": "da",
        "abstract": AWKWARD,
        "description": "Verdt å vite om innholdet: Handler om tap.",
        "links": [],
    }
    assert (person["name"], person["role"], person["presented_as"]) == (
        "Åse Nøkkel",
        "host",
        "vaktmester",
    )
    (room,) = read_json(outsider)["schedule"]["conference"]["rooms"]
    assert (room["name"], room["capacity"]) == ("Salen & kroken", 40)


def test_both_spellings_say_the_same(outsider: Client, conference: Conference) -> None:
    make_awkward(conference)
    (event,) = events_in(read_json(outsider))
    element = read_xml(outsider).find("day/room/event")
    assert element is not None
    told = {child.tag: child.text or "" for child in element}
    for name in set(told) - {"persons", "links"}:
        assert told[name] == event[name].replace("\x07", ""), name
    assert element.attrib == {"guid": event["guid"], "id": str(event["id"])}
    assert [person.text for person in element.findall("persons/person")] == ["Åse Nøkkel"]


def test_numbers_stay_when_everything_else_moves(outsider: Client, conference: Conference) -> None:
    session = make_awkward(conference)
    (before,) = events_in(read_json(outsider))
    make_session(conference, "annen", starts_at=at(8))
    Session.objects.filter(pk=session.pk).update(key="nytt", title="Nytt", starts_at=at(12), ends_at=at(13))  # fmt: skip
    Conference.objects.update(revision=2)
    after = next(each for each in events_in(read_json(outsider)) if each["guid"] == before["guid"])
    assert (after["id"], after["persons"]) == (before["id"], before["persons"])


def test_no_end_is_no_length(outsider: Client, conference: Conference) -> None:
    make_session(conference)
    (event,) = events_in(read_json(outsider))
    assert event["duration"] == "00:00"


def test_is_sent_once_to_those_who_ask_again(outsider: Client, conference: Conference) -> None:
    for name in ("xml", "json", "ics", "pdf"):
        path = f"/arrangementer/konferansen/program.{name}"
        first = outsider.get(path)
        assert first.status_code == 200
        if name == "pdf":
            continue
        again = outsider.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = outsider.get(path, headers={"if-modified-since": first["Last-Modified"]})
        assert since.status_code == 304
        Conference.objects.update(revision=conference.revision + 1)
        assert outsider.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200
        conference.revision += 1


@pytest.mark.parametrize("name", ["xml", "json", "ics", "pdf"])
def test_drafts_are_for_those_who_may_see_them(
    client: Client, organiser: User, conference: Conference, name: str
) -> None:
    Conference.objects.update(published_at=None)
    path = f"/arrangementer/konferansen/program.{name}"
    assert client.get(path).status_code == 404
    client.force_login(organiser)
    response = client.get(path)
    assert (response.status_code, "no-store" in response["Cache-Control"]) == (200, True)
    client.logout()
    assert client.get(path).status_code == 404


def test_is_valid_json_with_its_letters(outsider: Client, conference: Conference) -> None:
    make_session(conference, title="Åpning")
    assert "Åpning" in outsider.get("/arrangementer/konferansen/program.json").content.decode()
    assert json.loads(outsider.get("/arrangementer/konferansen/program.json").content)
