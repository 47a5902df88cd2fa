"""A party of seven from the form to the organiser's answer at a day with workshops, by keyboard alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.actions.places import settle
from registrations.models import Booking, Message, Need, Registration
from tests import factories
from tests.browser.test_admin import signed_in, superuser
from tests.browser.test_organisers import faults_in_every_look
from tests.browser.test_parties import assert_no_barrier, press

__all__ = ["signed_in", "superuser"]

State = Registration.State
FORM = "/en/arrangementer/workshopdag/pamelding/"
PLACES = ["friplass", "friplass", "friplass", "friplass", "ansatt", "ansatt", "ansatt"]


@pytest.fixture
def day(live_server: LiveServer) -> Conference:
    """Three blocks of three workshops; Hå kommune has three of its five free places already."""
    day = factories.make_conference(slug="workshopdag", language="da", offer_hours=24)
    factories.make_tier(day, price=500)
    free = factories.make_free_tier(day)
    organisation = factories.make_organisation("Hå kommune")
    for _number in range(3):
        factories.make_registration(free, organisation=organisation)
    for number in range(1, 4):
        block = factories.make_block(day, f"blok-{number}", position=number)
        for _workshop in range(3):
            factories.make_workshop(block, hour=number, capacity=30)
    return day


@pytest.fixture
def coordinator(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone; it may meet answers in the 400s."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


def write(page: Page, name: str, words: str) -> None:
    page.locator(f"[name='{name}']").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


def choose(page: Page, name: str, value: str | int) -> None:
    """With the arrow keys; a number counts from the top."""
    select = page.locator(f"select[name='{name}']")
    select.focus()
    page.keyboard.press("Home")
    if isinstance(value, int):
        for _step in range(value):
            page.keyboard.press("ArrowDown")
        return
    for _step in range(10):
        if select.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no {value}")


def tick(page: Page, selector: str) -> None:
    page.locator(selector).first.focus()
    page.keyboard.press("Space")


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def send(page: Page, selector: str) -> None:
    """Presses a button, and waits for the page that answers."""
    with page.expect_navigation():
        press(page, selector)


def register_seven(page: Page) -> None:
    page.goto(FORM)
    write(page, "name", "Kari Koordinator")
    write(page, "email", "kari@example.no")
    write(page, "organisation", "Hå kommune")
    press(page, "[name=add]")
    expect(page.locator("[name='2-name']")).to_be_focused()
    write(page, "how_many", "5")
    press(page, "[name=add]")
    expect(page.locator("[name='7-name']")).to_have_count(1)
    for number, tier in enumerate(PLACES, start=1):
        if number > 1:
            write(page, f"{number}-name", f"Deltaker {number}")
        choose(page, f"{number}-tier", tier)
        for block in range(1, 4):
            choose(page, f"{number}-block-blok-{block}", 1 + (number + block) % 3)
    write(page, "5-email", "fem@example.no")
    press(page, "details:has([name='5-badge_name']) summary")
    tick(page, "[name='5-needs'][value=wheelchair]")
    tick(page, "[name=needs_consent]")
    tick(page, "[name=terms]")
    page.locator("[name='5-email']").focus()
    page.keyboard.press("Enter")


def test_the_whole_way_of_a_party_of_seven(
    coordinator: Page,
    day: Conference,
    signed_in: Page,
) -> None:
    register_seven(coordinator)
    expect(coordinator.locator(".error-summary")).to_be_focused()
    expect(coordinator.locator(".error-summary")).to_contain_text("only 2 places left of its 5")
    assert_no_barrier(coordinator)
    assert not Booking.objects.filter(contact_email="kari@example.no").exists()
    for number in (3, 4):
        expect(coordinator.locator(f"[name='{number}-beyond'][value='+']")).to_be_checked()
    coordinator.locator("[name='5-email']").focus()
    coordinator.keyboard.press("Enter")

    expect(coordinator.locator("article.ticket")).to_contain_text("Deltaker 7")
    assert_no_barrier(coordinator)
    booking = Booking.objects.get(contact_email="kari@example.no")
    people = list(booking.registrations.order_by("pk"))
    assert [each.state for each in people] == ["confirmed"] * 2 + ["waiting"] * 2 + [
        "confirmed"
    ] * 3

    with translation.override("en"):
        party = booking.get_absolute_url()
    coordinator.goto(party)
    waits = coordinator.locator("li", has_text="Deltaker 4")
    expect(waits).to_contain_text("Number 2 in line. Waits because")
    assert_no_barrier(coordinator)

    for name in ("Kari Koordinator", "Deltaker 2"):
        coordinator.goto(party)
        follow(coordinator, f"See or change {name}")
        assert_no_barrier(coordinator)
        follow(coordinator, "I can't come")
        assert_no_barrier(coordinator)
        send(coordinator, "main form .button--danger")
    assert state_of(people) == ["cancelled"] * 2 + ["offered"] * 2 + ["confirmed"] * 3

    Registration.objects.filter(pk=people[2].pk).update(
        offer_expires_at=timezone.now() - timedelta(seconds=1)
    )
    settle()
    coordinator.goto(party)
    expect(coordinator.locator("li", has_text="Deltaker 3")).to_contain_text("lapsed")
    follow(coordinator, "Answer the offer")
    assert_no_barrier(coordinator)
    send(coordinator, "button[value=decline]")
    assert state_of(people)[2:4] == ["lapsed", "cancelled"]

    coordinator.goto(party)
    follow(coordinator, "See or change Deltaker 6")
    follow(coordinator, "Hand it to a colleague")
    send(coordinator, "main form button[type=submit]")
    expect(coordinator.locator(".error-summary")).to_be_focused()
    assert_no_barrier(coordinator)
    write(coordinator, "name", "Vikar Vang")
    write(coordinator, "email", "vikar@example.no")
    tick(coordinator, "[name=agreed]")
    with coordinator.expect_navigation():
        coordinator.keyboard.press("Enter")
    assert_no_barrier(coordinator)
    assert Registration.objects.get(pk=people[5].pk).email == "vikar@example.no"
    assert Mail.objects.filter(recipient="vikar@example.no").exists()

    answer_the_need(signed_in, day)
    message_a_workshop(signed_in, day, people[6])


def state_of(people: list[Registration]) -> list[str]:
    return [Registration.objects.get(pk=each.pk).state for each in people]


def answer_the_need(page: Page, day: Conference) -> None:
    need = Need.objects.get()
    page.goto(reverse("admin:conferences_conference_needs", args=[day.pk]))
    assert faults_in_every_look(page) == []
    tick(page, "[name=need]")
    send(page, "input.default")
    assert faults_in_every_look(page) == []
    choose(page, "status", "arranged")
    send(page, "input.default")
    expect(page.locator(".messagelist .success")).to_have_count(1)
    need.refresh_from_db()
    assert need.status == "arranged"


def message_a_workshop(page: Page, day: Conference, person: Registration) -> None:
    seat = person.seats.first()
    assert seat
    page.goto(f"{reverse('admin:registrations_message_add')}?conference={day.pk}")
    tick(page, f"[name=workshops][value='{seat.session_id}']")
    write(page, "subject_da", "Nyt lokale")
    write(page, "body_da", "Hej {name}, vi er på første sal.")
    send(page, "input.default")
    assert faults_in_every_look(page) == []
    send(page, ".default-button")
    send(page, "input.default")
    expect(page.locator("progress")).to_have_count(1)
    assert Message.objects.get().state == "sending"
