"""The list of who must be interpreted in which session: numbers, and nobody's name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from registrations.actions.applying import NeedReport
from registrations.actions.cancelling import cancel
from registrations.actions.workshops import change_workshop
from registrations.interpreting import by_session
from registrations.models import Need, Registration, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SIGN = NeedReport(Need.Kind.SIGN_INTERPRETER)
TEXT = NeedReport(Need.Kind.TEXT_INTERPRETER)


def address(conference: Conference) -> str:
    return reverse("admin:conferences_conference_interpreters_by_session", args=[conference.pk])


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def day(conference: Conference, employee_tier: Tier) -> Conference:
    """A talk for all, lunch, and two workshops; two who need interpreters, and others."""
    hour = timedelta(hours=1)
    factories.make_session(conference, title="Foredraget", starts_at=conference.starts_at)
    factories.make_session(
        conference, title="Lunsj", kind="meal", starts_at=conference.starts_at + 3 * hour
    )
    block = factories.make_block(conference, rule="may")
    first = factories.make_workshop(block, title="Verksted A", hour=1)
    factories.make_workshop(block, title="Verksted B", hour=1)
    both = factories.make_registration(employee_tier, name="Tone Tegn", needs=(SIGN, TEXT))
    change_workshop(registration=both, session=first)
    factories.make_registration(employee_tier, name="Stein Skrive", needs=(TEXT,))
    factories.make_registration(employee_tier, needs=(NeedReport(Need.Kind.DIET),))
    gone = factories.make_registration(employee_tier, needs=(SIGN,))
    cancel(registration=gone)
    return conference


def told(conference: Conference) -> list[tuple[str, list[int]]]:
    lines = by_session(conference)
    return [(line.session.title, [people for _label, people in line.counts]) for line in lines]


def test_counts_everyone_in_plenary_and_those_with_a_seat_in_workshops(day: Conference) -> None:
    assert told(day) == [("Foredraget", [1, 2]), ("Verksted A", [1, 1])]


def test_the_page_names_sessions_and_nobody(day: Conference, organiser: User) -> None:
    page = browser_of(organiser).get(address(day)).content.decode()
    assert [name in page for name in ("Foredraget", "Verksted A")] == [True, True]
    assert [name in page for name in ("Tone", "Stein", "Verksted B", "Lunsj")] == [False] * 4
    event = AuditEvent.objects.get(action="needs.opened")
    assert event.details == {"sheet": "interpreters-by-session"}


def test_leaves_as_a_file_and_that_is_logged(day: Conference, organiser: User) -> None:
    answer = browser_of(organiser).post(address(day), {"format": "csv"})
    text = b"".join(answer).decode()
    assert [line.count("Foredraget") for line in text.splitlines()] == [0, 1, 1, 0, 0]
    assert "Tone" not in text
    event = AuditEvent.objects.get(action="needs.opened")
    assert event.details == {"sheet": "interpreters-by-session", "format": "csv"}
    assert browser_of(organiser).post(address(day), {"format": "exe"}).status_code == 404


def test_is_for_those_who_may_see_needs(day: Conference, doorkeeper: User, editor: User) -> None:
    for user in (doorkeeper, editor):
        assert browser_of(user).get(address(day)).status_code == 403


def test_says_when_there_is_nobody(conference: Conference, organiser: User) -> None:
    page = browser_of(organiser).get(address(conference)).content.decode()
    assert "Nobody with a place needs an interpreter" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_is_constant_in_queries(
    day: Conference,
    employee_tier: Tier,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _row in range(rows):
        factories.make_registration(employee_tier, needs=(SIGN,))
    assert Registration.objects.count() == 4 + rows
    with django_assert_num_queries(6):
        by_session(day)
