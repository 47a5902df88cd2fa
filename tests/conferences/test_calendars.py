from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar, Timezone
from pytest_django import DjangoAssertNumQueries

from conferences import calendars
from conferences.actions import touch
from conferences.models import ZONES, Conference
from tests.factories import make_conference, make_venue

NIGHTS = [datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 10, 30, 22, tzinfo=UTC)]


def read(client: Client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


class TestNeutralTitle:
    def test_is_the_kind_and_the_city(self, conference: Conference) -> None:
        with override("en"):
            assert calendars.neutral_title(conference) == "Conference, Sandnes"

    def test_is_the_kind_alone_where_there_is_no_place(self) -> None:
        with override("en"):
            gathering = Conference(kind=Conference.Kind.DIGITAL)
            assert calendars.neutral_title(gathering) == "Digital gathering"

    @pytest.mark.parametrize("kind", Conference.Kind)
    @pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
    def test_says_nothing_of_what_it_is_about(self, kind: Conference.Kind, language: str) -> None:
        with override(language):
            words = calendars.neutral_title(Conference(kind=kind, title="Rus og psykisk helse"))
        assert words
        assert not {"rus", "psykisk", "helse", "recovery"} & set(words.lower().split())


class TestOneConference:
    def test_tells_when_and_where(self, outsider: Client, conference: Conference) -> None:
        calendar = read(outsider, "/en/arrangementer/konferansen/kalender.ics")
        (event,) = calendar.events
        zone = ZoneInfo("Europe/Oslo")
        assert event["summary"] == "Conference, Sandnes"
        assert event["location"] == "Fjordsalen, Strandgata 1, 4300 Sandnes"
        assert event["url"] == "http://testserver/en/arrangementer/konferansen/"
        assert event["status"] == "CONFIRMED"
        assert event.start == conference.starts_at.astimezone(zone).replace(microsecond=0)
        assert event.end == conference.ends_at.astimezone(zone).replace(microsecond=0)
        assert event["dtstart"].params["TZID"] == "Europe/Oslo"

    def test_is_recognised_again_and_newer_after_a_change(
        self, outsider: Client, conference: Conference
    ) -> None:
        path = "/arrangementer/konferansen/kalender.ics"
        (before,) = read(outsider, path).events
        touch(conference)
        (after,) = read(outsider, path).events
        assert before["uid"] == after["uid"] == f"{conference.key}@recovery-network"
        assert (before["sequence"], after["sequence"]) == (1, 2)

    def test_is_cancelled_when_the_gathering_is(self, outsider: Client, db: None) -> None:
        gathering = make_conference(cancelled_at=timezone.now())
        (event,) = read(outsider, f"/arrangementer/{gathering.slug}/kalender.ics").events
        assert event["status"] == "CANCELLED"

    def test_never_says_the_name_of_the_gathering(
        self, outsider: Client, conference: Conference
    ) -> None:
        content = outsider.get("/arrangementer/konferansen/kalender.ics").content.decode()
        assert conference.title not in content

    def test_is_not_there_under_another_address(self, outsider: Client, db: None) -> None:
        assert outsider.get("/arrangementer/finnes-ikke/kalender.ics").status_code == 404

    @pytest.mark.parametrize("zone", [name for name, _label in ZONES])
    @pytest.mark.parametrize("night", NIGHTS)
    def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is(
        self, outsider: Client, db: None, zone: str, night: datetime
    ) -> None:
        gathering = make_conference(
            time_zone=zone, starts_at=night, ends_at=night + timedelta(hours=6)
        )
        calendar = read(outsider, f"/arrangementer/{gathering.slug}/kalender.ics")
        (event,) = calendar.events
        (described,) = calendar.timezones
        local = described.to_tz()
        for name, moment in (("dtstart", night), ("dtend", night + timedelta(hours=6))):
            wall = event[name].dt.replace(tzinfo=None)
            assert wall == moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            assert wall.replace(tzinfo=local).astimezone(UTC) == moment


@pytest.mark.parametrize("name", [name for name, _label in ZONES])
@pytest.mark.parametrize("year", [2024, 2027, 2036])
def test_zones_are_described_as_they_are_all_year(name: str, year: int) -> None:
    component: Any = Timezone.from_ical(calendars.zone(name).to_ical())
    described = component.to_tz()
    real = ZoneInfo(name)
    first = datetime(year, 1, 1, tzinfo=UTC)
    for hour in range(366 * 24):
        wall = (first + timedelta(hours=hour)).astimezone(real).replace(tzinfo=None)
        assert described.utcoffset(wall) == wall.replace(tzinfo=real).utcoffset(), wall


class TestAll:
    def test_holds_the_coming_public_ones(self, outsider: Client, db: None) -> None:
        now = timezone.now()
        later = make_conference(starts_at=now + timedelta(days=40))
        cancelled = make_conference(starts_at=now + timedelta(days=20), cancelled_at=now)
        make_conference(published_at=None)
        make_conference(archived_at=now)
        make_conference(starts_at=now - timedelta(days=20))
        events = read(outsider, "/en/kalender.ics").events
        assert [(event["uid"].split("@")[0], event["status"]) for event in events] == [
            (cancelled.key, "CANCELLED"),
            (later.key, "CONFIRMED"),
        ]

    def test_is_empty_and_readable_when_nothing_is_planned(
        self, outsider: Client, db: None
    ) -> None:
        calendar = read(outsider, "/en/kalender.ics")
        assert calendar.events == []
        assert calendar["x-wr-calname"] == "Gatherings"

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
            outsider.get("/kalender.ics")
