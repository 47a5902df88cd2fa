from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.actions import touch
from conferences.models import Conference
from network.models import User
from network.sessions import SessionStore
from recovery_network import views
from tests import factories
from tests.factories import make_conference, make_organisation, make_tier

Kind = Conference.Kind


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_shows_the_next_annual_conference_first(outsider: Client, db: None) -> None:
    now = timezone.now()
    course = make_conference(kind=Kind.COURSE, starts_at=now + days(5))
    cancelled = make_conference(starts_at=now + days(10), cancelled_at=now)
    annual = make_conference(starts_at=now + days(50))
    past = make_conference(starts_at=now - days(5))
    make_conference(published_at=None)
    found = outsider.get("/").context
    assert found["coming"] == [annual]
    assert found["others"] == [course, cancelled]
    assert found["held"] == [past]


def test_shows_another_gathering_where_no_annual_one_is_planned(outsider: Client, db: None) -> None:
    course = make_conference(kind=Kind.COURSE)
    assert outsider.get("/").context["coming"] == [course]


def test_is_whole_before_anything_is_planned(outsider: Client, db: None) -> None:
    response = outsider.get("/en/")
    assert (response.status_code, response.context["coming"]) == (200, [])
    assert "Recovery is lived, not delivered" in response.content.decode()


def test_tells_how_many_places_are_left(outsider: Client, db: None) -> None:
    conference = make_conference(capacity=3)
    factories.apply(make_tier(conference))
    assert "2 places left" in outsider.get("/en/").content.decode()


def test_names_those_who_run_the_network(outsider: Client, db: None) -> None:
    held = make_conference(starts_at=timezone.now() - days(400))
    held.organiser_rows.create(organisation=make_organisation("Bygdekommunen"))
    assert outsider.get("/").context["organisations"] == ["Bygdekommunen"]


@pytest.mark.parametrize("number", [1, 3])
def test_costs_the_same_for_one_and_for_three(
    outsider: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _each in range(number):
        make_conference()
        make_conference(starts_at=timezone.now() - days(30))
    with django_assert_num_queries(6):
        outsider.get("/")
    with django_assert_num_queries(1):
        outsider.get("/")


def test_an_organisers_change_shows_at_once(outsider: Client, conference: Conference) -> None:
    before = outsider.get("/").content
    Conference.objects.update(title="Nytt navn")
    assert outsider.get("/").content == before
    touch(conference)
    assert "Nytt navn" in outsider.get("/").content.decode()


def test_what_one_person_is_told_is_not_kept_for_others(
    rf: RequestFactory, outsider: Client, member: User
) -> None:
    request = rf.get("/")
    request.user, request.session = member, SessionStore()
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    messages.success(request, "Hei, Mona. Du er logget inn.")
    own = views.home(request).content.decode()
    assert "Hei, Mona" not in own
    assert "Hei, Mona" not in outsider.get("/").content.decode()
    assert [str(message) for message in messages.get_messages(request)] == [
        "Hei, Mona. Du er logget inn."
    ]


def test_robots_are_kept_from_what_is_private(outsider: Client) -> None:
    lines = outsider.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /pamelding/" in lines
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"


def test_a_wrong_address_is_no_error_of_the_site(
    outsider: Client, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert outsider.get("/arrangementer/finnes-ikke/").status_code == 404
    assert [record for record in caplog.records if record.name == "recovery_network.requests"] == []
