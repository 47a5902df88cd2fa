"""The practical page: how to come, where it is quiet, whom to call; names and numbers only while they help."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from conferences.models import Conference, OnTheDay
from conferences.privacy import purge
from network.models import User
from tests import factories
from tests.registrations.test_admin_conference import browser_of, change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

PAGE = "/en/arrangementer/konferansen/praktisk/"
WHOM = ("Dag Vakt", "90 00 00 01", "Stine Støtte", "90 00 00 02")


@pytest.fixture
def on_the_day(conference: Conference) -> OnTheDay:
    assert conference.venue
    conference.venue.directions = "Ta **bussen**."
    conference.venue.accessibility = "Trinnfri inngang."
    conference.venue.save()
    factories.make_room(conference.venue, name="Storsalen", accessibility="Teleslynge")
    return OnTheDay.objects.create(
        conference=conference,
        contact_name=WHOM[0],
        contact_phone=WHOM[1],
        quiet_room="Rom 12, ved siden av garderoben",
        support_name=WHOM[2],
        support_phone=WHOM[3],
        emergency="Ring **113**.",
    )


def shown(client: Client) -> str:
    return client.get(PAGE).content.decode()


def test_tells_all_one_needs(outsider: Client, on_the_day: OnTheDay) -> None:
    page = shown(outsider)
    for words in (
        "Fjordsalen<br>Strandgata 1, 4300 Sandnes",
        "Ta <strong>bussen</strong>.",
        "Trinnfri inngang.",
        "<dt>Storsalen</dt><dd>Teleslynge</dd>",
        "Rom 12, ved siden av garderoben",
        "Ring <strong>113</strong>.",
        '<a href="tel:90000001">90 00 00 01</a>',
        "kontakt@example.no",
        *WHOM,
    ):
        assert words in page


def test_calls_nobody_once_it_is_held(outsider: Client, on_the_day: OnTheDay) -> None:
    with time_machine.travel(on_the_day.conference.ends_at + timedelta(minutes=1), tick=False):
        page = shown(outsider)
    assert "Ring <strong>113</strong>." in page
    assert not [words for words in WHOM if words in page]


def test_stands_without_anything_filled_in(outsider: Client, conference: Conference) -> None:
    response = outsider.get(PAGE)
    assert response.status_code == 200
    assert f'href="{PAGE}"' in outsider.get("/en/arrangementer/konferansen/").content.decode()


def test_of_a_draft_is_for_staff(outsider: Client, on_the_day: OnTheDay, organiser: User) -> None:
    Conference.objects.update(published_at=None)
    assert outsider.get(PAGE).status_code == 404
    assert outsider.post(PAGE).status_code == 405
    assert outsider.get(PAGE.replace("konferansen", "finnes-ikke")).status_code == 404
    assert browser_of(organiser).get(PAGE).status_code == 200


def test_an_organisers_change_shows_at_once(
    outsider: Client, on_the_day: OnTheDay, organiser: User
) -> None:
    assert "Rom 12" in shown(outsider)
    answer = change(browser_of(organiser), on_the_day.conference, on_the_day__0__quiet_room="Rom 9")
    assert answer.status_code == 302
    page = shown(outsider)
    assert "Rom 9" in page
    assert "Rom 12" not in page


def test_names_and_numbers_go_fourteen_days_after(on_the_day: OnTheDay) -> None:
    ends = on_the_day.conference.ends_at
    assert purge(ends + timedelta(days=13), dry_run=False).total == 0
    assert purge(ends + timedelta(days=15), dry_run=True).total == 1
    assert purge(ends + timedelta(days=15), dry_run=False).total == 1
    assert purge(ends + timedelta(days=15), dry_run=False).total == 0
    on_the_day.refresh_from_db()
    kept = (on_the_day.contact_name, on_the_day.contact_phone, on_the_day.support_name)
    assert (*kept, on_the_day.support_phone, on_the_day.emergency) == (
        "",
        "",
        "",
        "",
        "Ring **113**.",
    )


def test_online_only_says_how_the_link_comes(outsider: Client) -> None:
    factories.make_conference(slug="pa-nett", format="online", venue=None)
    page = outsider.get("/en/arrangementer/pa-nett/praktisk/").content.decode()
    assert "Everyone with a place gets the link by mail" in page
    assert "Getting there" not in page
