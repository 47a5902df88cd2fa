"""One's own workshops on the page behind the secret link, in the language of the source."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from programme.models import ChoiceBlock, Session
from recovery_network.mail import attachments
from registrations.actions import cancelling
from registrations.actions.workshops import change_workshop
from registrations.models import Registration, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def block(conference: Conference) -> ChoiceBlock:
    return factories.make_block(conference, "en", title="Blokk 1")


@pytest.fixture
def small(block: ChoiceBlock) -> Session:
    return factories.make_workshop(block, "liten", title="Liten", capacity=1)


@pytest.fixture
def roomy(block: ChoiceBlock) -> Session:
    return factories.make_workshop(block, "romslig", title="Romslig", capacity=3)


@pytest.fixture
def holder(employee_tier: Tier, small: Session) -> Registration:
    """Has the only seat of the small workshop."""
    registration = factories.make_registration(employee_tier, name="Hanna Holder")
    change_workshop(registration=registration, session=small)
    return registration


def page(registration: Registration, name: str = "workshops", *more: str) -> str:
    return reverse(name, args=[registration.manage_key, *more])


def seats(registration: Registration) -> list[tuple[str, str]]:
    return sorted(registration.seats.values_list("session__key", "state"))


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_what_each_workshop_has_and_never_who(
    client: Client, holder: Registration, participant: Registration, roomy: Session
) -> None:
    page_text = text_of(client.get(page(participant)))

    assert "Full, nobody waits yet" in page_text
    assert "3 seats left" in page_text
    assert "You have chosen nothing here yet. Everyone takes part in one." in page_text
    assert "Hanna" not in page_text


def test_a_change_is_shown_before_it_is_made(
    client: Client, holder: Registration, roomy: Session
) -> None:
    address = page(holder, "workshop_change", "romslig")

    shown = text_of(client.get(address))
    assert "Your seat in “Liten” goes to someone else" in shown
    assert seats(holder) == [("liten", "held")]
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (303, page(holder))
    assert seats(holder) == [("romslig", "held")]


def test_one_stands_in_line_and_keeps_the_seat_and_leaves_again(
    client: Client, holder: Registration, participant: Registration, roomy: Session
) -> None:
    client.post(page(participant, "workshop_change", "romslig"))
    address = page(participant, "workshop_change", "liten")

    assert "You keep your seat in “Romslig” until a seat comes free here." in text_of(
        client.get(address)
    )
    client.post(address, {"wait": "yes"})
    assert seats(participant) == [("liten", "waiting"), ("romslig", "held")]
    manage = text_of(client.get(participant.get_absolute_url()))
    assert "You are the first in line." in manage
    leave = page(participant, "workshop_leave", "liten")
    assert "You lose your turn." in text_of(client.get(leave))
    assert client.post(leave).status_code == 303
    assert seats(participant) == [("romslig", "held")]


def test_a_workshop_that_became_full_meanwhile_is_not_waited_for_unasked(
    client: Client, holder: Registration, participant: Registration
) -> None:
    answer = client.post(page(participant, "workshop_change", "liten"))

    assert answer.status_code == 409
    assert "“Liten” is full now." in text_of(answer)
    assert "Yes, stand in line" in text_of(answer)
    assert seats(participant) == []


def test_a_refusal_says_why(
    client: Client, conference: Conference, holder: Registration, small: Session
) -> None:
    other = factories.make_block(conference)
    factories.make_workshop(other, "samtidig", title="Samtidig")
    expected = "“Samtidig” is at the same time as “Liten”. Choose another workshop."

    assert expected in text_of(client.get(page(holder)))
    address = page(holder, "workshop_change", "samtidig")
    assert expected in text_of(client.get(address))
    answer = client.post(address)
    assert (answer.status_code, expected in text_of(answer)) == (409, True)
    must = client.post(page(holder, "workshop_leave", "liten"))
    assert (must.status_code, seats(holder)) == (409, [("liten", "held")])


@pytest.mark.parametrize("name", ["workshop_change", "workshop_leave"])
def test_unknown_workshops_links_and_methods(
    client: Client, holder: Registration, name: str
) -> None:
    assert client.get(page(holder, name, "finnes-ikke")).status_code == 404
    assert client.get(reverse(name, args=["x" * 32, "liten"])).status_code == 404
    assert client.put(page(holder, name, "liten")).status_code == 405
    for other in ("workshops", "my_programme"):
        assert client.get(reverse(other, args=["x" * 32])).status_code == 404
        assert client.post(page(holder, other)).status_code == 405
    assert client.get(reverse("my_programme_ics", args=["x" * 32])).status_code == 404


def test_pages_are_private(client: Client, holder: Registration) -> None:
    for address in (page(holder), page(holder, "my_programme")):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"


def test_without_blocks_and_after_cancelling_one_is_shown_the_registration(
    client: Client, holder: Registration
) -> None:
    elsewhere = factories.make_registration(factories.make_tier(factories.make_conference()))
    assert client.get(page(elsewhere))["Location"] == elsewhere.get_absolute_url()
    assert "Your workshops" not in text_of(client.get(elsewhere.get_absolute_url()))
    cancelling.cancel(registration=holder)
    for name in ("workshops", "my_programme"):
        assert client.get(page(holder, name))["Location"] == holder.get_absolute_url()
    assert client.get(page(holder, "my_programme_ics")).status_code == 404


def test_one_day_holds_what_all_share_and_ones_own_workshops(
    client: Client, conference: Conference, holder: Registration, roomy: Session
) -> None:
    factories.make_session(conference, title="Velkommen")
    may = factories.make_block(conference, title="Kveld", rule="may")
    factories.make_workshop(may, hour=4, title="Allsang")

    shown = text_of(client.get(page(holder, "my_programme")))

    assert [word in shown for word in ("Velkommen", "Liten", "Romslig", "Allsang")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert "You take part in no workshop." in shown
    calendar = Calendar.from_ical(client.get(page(holder, "my_programme_ics")).content)
    about = [str(event["description"]).split("\n")[0] for event in calendar.walk("VEVENT")]
    assert about == ["Velkommen", "Liten"]


def test_the_calendar_entry_keeps_its_uid_and_rises_with_each_change(
    holder: Registration, roomy: Session
) -> None:
    def entry() -> Any:
        file = attachments.one(f"registration-calendar:{holder.pk}")
        assert file is not None
        return Calendar.from_ical(file.content).walk("VEVENT")[0]

    before = entry()
    change_workshop(registration=holder, session=roomy)
    after = entry()

    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert "Liten" in before["description"]
    assert ("Romslig" in after["description"], "Liten" in after["description"]) == (True, False)
    assert "Romslig" not in after["summary"]


def test_the_number_of_queries_does_not_follow_the_number_of_workshops(
    client: Client,
    conference: Conference,
    holder: Registration,
    participant: Registration,
    roomy: Session,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    change_workshop(registration=participant, session=Session.objects.get(key="liten"), wait=True)
    factories.make_contribution(roomy)
    address, day = page(participant), page(participant, "my_programme")
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    with django_assert_num_queries(9):
        client.get(day)
    for hour in (3, 5):
        block = factories.make_block(conference)
        for _ in range(3):
            workshop = factories.make_workshop(block, hour=hour, capacity=2)
            factories.make_contribution(workshop)
        change_workshop(registration=participant, session=workshop)
    with django_assert_num_queries(8):
        client.get(address)
    with django_assert_num_queries(9):
        client.get(day)


def test_after_the_deadline_the_page_says_so(client: Client, holder: Registration) -> None:
    ChoiceBlock.objects.update(closes_at=timezone.now() - timedelta(hours=1))

    answer = client.get(page(holder, "workshop_leave", "liten"))

    assert "The deadline for changing workshop has passed." in text_of(answer)
    assert "<form method" not in text_of(answer).split("<main", 1)[1]
