from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from icalendar import Calendar

from conferences.actions import touch
from conferences.calendars import UID_DOMAIN
from conferences.models import Conference
from programme.actions.publishing import publish
from programme.models import Session
from recovery_network.demo import conference_2024, organisations
from tests.factories import (
    make_conference,
    make_contribution,
    make_large_programme,
    make_session,
)


def read(client: Client, slug: str) -> Any:
    response = client.get(f"/en/arrangementer/{slug}/program.ics")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def test_is_the_programme_item_by_item(outsider: Client, db: None) -> None:
    organisations.load()
    conference_2024.load()
    calendar = read(outsider, conference_2024.SLUG)
    told = [
        (
            event.start.strftime("%H.%M"),
            event.end.strftime("%H.%M"),
            str(event["description"]).splitlines()[0],
        )
        for event in calendar.events
    ]
    assert told == [(item.start, item.end, item.title) for item in conference_2024.PROGRAMME]
    assert {event.start.date() for event in calendar.events} == {conference_2024.DAY}
    assert {event["dtstart"].params["TZID"] for event in calendar.events} == {"Europe/Oslo"}


def test_titles_tell_the_kind_and_the_city_only(outsider: Client, conference: Conference) -> None:
    make_session(conference, title="Å leve med rus", kind=Session.Kind.TALK)
    calendar = read(outsider, "konferansen")
    (event,) = calendar.events
    assert (event["summary"], calendar["x-wr-calname"]) == ("Talk, Sandnes", "Conference, Sandnes")


def test_inside_stands_who_and_where(outsider: Client, conference: Conference) -> None:
    session = make_session(conference, "foredrag", title="Flere veier", location="Storsalen")
    make_contribution(session, "Kari Innleder", presented_as="professor")
    (event,) = read(outsider, "konferansen").events
    address = "http://testserver/en/arrangementer/konferansen/program/foredrag/"
    assert str(event["description"]) == f"Flere veier\nKari Innleder, professor\n{address}"
    assert event["location"] == "Storsalen, Fjordsalen, Strandgata 1, 4300 Sandnes"
    assert event["url"] == address


def test_an_item_without_an_end_has_none(outsider: Client, conference: Conference) -> None:
    make_session(conference)
    (event,) = read(outsider, "konferansen").events
    assert "dtend" not in event


def test_items_are_recognised_again_when_they_move(
    outsider: Client, conference: Conference
) -> None:
    session = make_session(conference)
    (before,) = read(outsider, "konferansen").events
    Session.objects.update(key="nytt-navn", starts_at=conference.ends_at)
    touch(conference)
    (after,) = read(outsider, "konferansen").events
    assert before["uid"] == after["uid"] == f"{session.guid}@recovery-network"
    assert (before["sequence"], after["sequence"]) == (1, 2)


def test_every_item_is_cancelled_with_the_gathering(outsider: Client, db: None) -> None:
    conference = make_conference()
    make_session(conference)
    make_session(conference)
    conference.cancelled_at = conference.created_at
    conference.save(update_fields=["cancelled_at"])
    events = read(outsider, conference.slug).events
    assert [event["status"] for event in events] == ["CANCELLED", "CANCELLED"]


def test_what_was_taken_out_is_taken_back(outsider: Client, conference: Conference) -> None:
    gone = make_session(conference, "borte", title="Borte", starts_at=conference.starts_at)
    kept = make_session(conference, "blir", title="Blir")
    gone_guid = str(gone.guid)
    gone.delete()
    publish(conference=conference, by=None)
    told = {
        str(event["uid"]).split("@")[0]: (str(event["status"]), str(event["url"]))
        for event in read(outsider, "konferansen").events
    }
    page = "http://testserver/en/arrangementer/konferansen/"
    assert told == {
        str(kept.guid): ("CONFIRMED", f"{page}program/blir/"),
        gone_guid: ("CANCELLED", page),
    }


def test_a_calendar_that_subscribes_reads_every_event_back_equal(
    outsider: Client, db: None
) -> None:
    """The feed of all gatherings and five hundred sessions, each as it was entered, over a change of clocks."""
    starts_at = datetime(2031, 3, 29, 7, tzinfo=UTC)
    large = make_conference(starts_at=starts_at, ends_at=starts_at + timedelta(days=3))
    make_large_programme(large)
    danish = make_conference(starts_at=starts_at, time_zone="Europe/Copenhagen", venue=None)
    address = f"/en/arrangementer/{large.slug}/program.ics"
    sessions: Any = Calendar.from_ical(outsider.get(address).content).walk("VEVENT")
    entered = {
        f"{session.guid}@{UID_DOMAIN}": (session.starts_at, session.ends_at)
        for session in Session.objects.all()
    }
    assert len(entered) == 500
    assert {
        str(each["uid"]): (each["dtstart"].dt, each["dtend"].dt) for each in sessions
    } == entered
    feed: Any = Calendar.from_ical(outsider.get("/en/kalender.ics").content).walk("VEVENT")
    told = {
        str(each["uid"]): (each["dtstart"].dt, each["dtend"].dt, each["url"].rpartition("/en")[2])
        for each in feed
    }
    assert told == {
        f"{each.key}@{UID_DOMAIN}": (each.starts_at, each.ends_at, f"/arrangementer/{each.slug}/")
        for each in (large, danish)
    }
