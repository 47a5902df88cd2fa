"""The calendar and the feed of all gatherings, as the programs of those who follow them read them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from conferences.actions import touch
from conferences.models import Conference
from network.models import User
from tests.factories import make_conference, make_venue

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
FEED, CALENDAR = "/arrangementer/feed/", "/kalender.ics"


def test_a_calendar_that_subscribes_has_every_gathering_as_it_is(
    outsider: Client, db: None
) -> None:
    with time_machine.travel(NOW, tick=False):
        gatherings = [
            make_conference(
                starts_at=NOW + timedelta(days=days),
                time_zone=zone,
                kind=kind,
                venue=venue,
                format="online" if venue is None else "in_room",
                cancelled_at=NOW if days == 30 else None,
            )
            for days, zone, kind, venue in (
                (3, "Europe/Oslo", "annual", make_venue()),
                (28, "Europe/Copenhagen", "theme", None),
                (30, "Europe/Oslo", "course", make_venue(city="Stavanger")),
                (240, "Europe/Copenhagen", "workshop_day", make_venue(country="DK")),
            )
        ]
        make_conference(published_at=None)
        calendar: Any = Calendar.from_ical(outsider.get(f"/en{CALENDAR}").content)
    assert str(calendar["refresh-interval"].dt) == "12:00:00"
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert str(calendar["x-published-ttl"]) == "PT12H"
    read = [
        (
            str(event["uid"]),
            int(event["sequence"]),
            str(event["summary"]),
            event.start,
            event.end,
            str(event["location"]),
            str(event["status"]),
            str(event["url"]),
        )
        for event in calendar.events
    ]
    assert read == [
        (
            f"{each.key}@recovery-network",
            each.revision,
            title,
            each.starts_at.astimezone(each.zone),
            each.ends_at.astimezone(each.zone),
            f"{each.venue.name}, {each.venue.address()}" if each.venue else "Online",
            "CANCELLED" if each.cancelled_at else "CONFIRMED",
            f"http://testserver/en/arrangementer/{each.slug}/",
        )
        for each, title in zip(
            gatherings,
            ["Conference, Sandnes", "Theme meeting", "Course, Stavanger", "Workshop day, Sandnes"],
            strict=True,
        )
    ]
    described = {str(zone["tzid"]) for zone in calendar.timezones}
    assert described == {"Europe/Oslo", "Europe/Copenhagen"}


@pytest.mark.parametrize("path", [CALENDAR, FEED, "/arrangementer/konferansen/kalender.ics"])
class TestAskedAgain:
    @pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
    def test_sends_nothing_until_something_changes(
        self, outsider: Client, conference: Conference, path: str, header: str
    ) -> None:
        asks = {"ETag": "if-none-match", "Last-Modified": "if-modified-since"}[header]
        with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False) as clock:
            first = outsider.get(path)
            again = outsider.get(path, headers={asks: first[header]})
            assert (again.status_code, again.content) == (304, b"")
            clock.shift(timedelta(minutes=1))
            touch(conference)
            assert outsider.get(path, headers={asks: first[header]}).status_code == 200

    def test_is_the_same_bytes_until_something_changes(
        self, outsider: Client, conference: Conference, path: str
    ) -> None:
        first = outsider.get(path)
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            assert outsider.get(path).content == first.content

    def test_knows_each_language_apart(
        self, outsider: Client, conference: Conference, path: str
    ) -> None:
        etag = outsider.get(path)["ETag"]
        response = outsider.get(f"/da{path}", headers={"if-none-match": etag})
        assert (response.status_code, response["Content-Language"]) == (200, "da")

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_is_only_read(
        self, outsider: Client, conference: Conference, path: str, method: str
    ) -> None:
        assert getattr(outsider, method)(path).status_code == 405


def changed_around(client: Client, path: str, moment: datetime) -> bool:
    """Whether those who have it from the hour before `moment` are sent it anew in the hour after."""
    with time_machine.travel(moment - timedelta(hours=1), tick=False):
        before = client.get(path)
    with time_machine.travel(moment + timedelta(hours=1), tick=False):
        headers = {"if-none-match": before["ETag"], "if-modified-since": before["Last-Modified"]}
        after = client.get(path, headers=headers)
        dated = client.get(path, headers={"if-modified-since": before["Last-Modified"]})
    assert dated.status_code == after.status_code
    return after.status_code == 200 and after.content != before.content


@pytest.mark.parametrize("path", [CALENDAR, FEED])
def test_what_the_clock_brings_is_told_though_nobody_saves_anything(
    outsider: Client, conference: Conference, path: str
) -> None:
    assert not changed_around(outsider, path, timezone.now() + timedelta(days=40))
    moment = timezone.now() + timedelta(days=30)
    for field in ("cancelled_at", "published_at"):
        Conference.objects.update(**{field: moment})
        assert changed_around(outsider, path, moment), field


def test_what_has_ended_leaves_the_calendar(outsider: Client, conference: Conference) -> None:
    assert changed_around(outsider, CALENDAR, conference.ends_at)


class TestAtom:
    def test_has_all_that_the_standard_demands(
        self, outsider: Client, conference: Conference
    ) -> None:
        danish = make_conference(language="da", title="Fællesskabsdag & <mere>")
        touch(danish)
        danish.refresh_from_db()
        response = outsider.get(f"/en{FEED}")
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        feed = ElementTree.fromstring(response.content)
        assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
        assert feed.attrib[LANG] == "en"
        assert feed.findtext("a:id", "", ATOM) == f"http://testserver/en{FEED}"
        assert feed.findtext("a:author/a:name", "", ATOM) == "Network for social recovery"
        assert {
            link.attrib["rel"]: link.attrib["href"] for link in feed.findall("a:link", ATOM)
        } == {
            "alternate": "http://testserver/en/arrangementer/",
            "self": f"http://testserver/en{FEED}",
        }
        entries = feed.findall("a:entry", ATOM)
        assert [entry.findtext("a:title", "", ATOM) for entry in entries] == [
            danish.title,
            conference.title,
        ]
        assert [entry.attrib[LANG] for entry in entries] == ["da", "nb"]
        for entry, each in zip(entries, (danish, conference), strict=True):
            assert entry.findtext("a:id", "", ATOM).startswith("urn:uuid:")
            updated = datetime.fromisoformat(entry.findtext("a:updated", "", ATOM))
            assert updated == each.changed_at
            link = entry.find("a:link", ATOM)
            assert link is not None
            assert link.attrib["href"] == f"http://testserver/en/arrangementer/{each.slug}/"
            assert entry.findtext("a:summary", "", ATOM) == each.summary
        latest = datetime.fromisoformat(feed.findtext("a:updated", "", ATOM))
        assert latest == danish.changed_at

    def test_an_entry_is_known_again_under_another_title(
        self, outsider: Client, conference: Conference
    ) -> None:
        def ids(prefix: str) -> list[str]:
            feed = ElementTree.fromstring(outsider.get(f"{prefix}{FEED}").content)
            return [entry.findtext("a:id", "", ATOM) for entry in feed.findall("a:entry", ATOM)]

        before = ids("")
        Conference.objects.update(title="Nytt navn", slug="nytt-navn", revision=2)
        assert ids("") == ids("/nn") == ids("/en") == before

    def test_leaves_out_what_is_not_public(self, outsider: Client, db: None) -> None:
        make_conference(published_at=None, title="Hemmelig utkast")
        make_conference(archived_at=timezone.now(), title="Borte")
        feed = ElementTree.fromstring(outsider.get(FEED).content)
        assert feed.findall("a:entry", ATOM) == []
        assert feed.findtext("a:updated", "", ATOM)

    def test_is_found_from_the_list(self, outsider: Client, conference: Conference) -> None:
        page = outsider.get("/en/arrangementer/").content.decode()
        assert f'<link rel="alternate" type="application/atom+xml" title="Gatherings" href="/en{FEED}">' in page  # fmt: skip
        assert 'href="/en/kalender.ics"' in page

    @pytest.mark.parametrize("number", [1, 3])
    def test_costs_one_query(
        self,
        outsider: Client,
        db: None,
        django_assert_num_queries: DjangoAssertNumQueries,
        number: int,
    ) -> None:
        for _each in range(number):
            make_conference(venue=make_venue())
        with django_assert_num_queries(1):
            outsider.get(FEED)


def test_no_one_is_told_of_a_draft_by_the_date_of_a_change(
    client: Client, organiser: User, conference: Conference
) -> None:
    Conference.objects.update(published_at=None)
    client.force_login(organiser)
    response = client.get("/arrangementer/konferansen/kalender.ics")
    assert response.status_code == 200
    assert "Last-Modified" not in response
