"""Who approves, who invites and who brings more, each from the first press to the last, by keyboard alone."""

import re
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from conferences.models import Conference
from registrations.models import BulkChange, Registration, Tier
from tests import factories
from tests.browser.test_admin import signed_in, superuser
from tests.browser.test_organisers import faults_in_every_look
from tests.browser.test_parties import assert_no_barrier, looker
from tests.browser.test_registering import FORM
from tests.browser.test_whole_way import choose, follow, send, tick, write

__all__ = ["looker", "signed_in", "superuser"]

LIST = "admin:registrations_registration_changelist"


def save_ticked(page: Page, conference: Conference, box: str) -> None:
    """The organiser ticks something on the page of the gathering, and saves it."""
    page.goto(reverse("admin:conferences_conference_change", args=[conference.pk]))
    tick(page, f"[name='{box}']")
    send(page, "[name=_continue]")
    expect(page.locator(".messagelist .success")).to_have_count(1)
    expect(page.locator(f"[name='{box}']")).to_be_checked()


def register(page: Page, tier: Tier) -> None:
    write(page, "name", "Gry Gjest")
    write(page, "email", "gry@example.no")
    write(page, "organisation", "Hå kommune")
    tick(page, f"[name=tier][value={tier.key}]")
    tick(page, "[name=terms]")
    page.locator("[name=email]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert_no_barrier(page)


def own_page(person: Registration) -> str:
    with translation.override("en"):
        return person.get_absolute_url()


def test_approved_and_not_after_all(
    looker: Page, signed_in: Page, employee_tier: Tier, free_tier: Tier
) -> None:
    save_ticked(signed_in, employee_tier.conference, "approval_needed")
    looker.goto(FORM)
    register(looker, employee_tier)
    expect(looker.locator("main")).to_contain_text("You have no place yet.")
    person = Registration.objects.get()
    factories.make_registration(employee_tier)
    looker.goto(own_page(person))
    expect(looker.locator("main")).to_contain_text("You await approval")
    assert_no_barrier(looker)

    signed_in.goto(reverse(LIST) + "?approval=awaits")
    tick(signed_in, "#action-toggle")
    choose(signed_in, "action", "approve_places")
    send(signed_in, "button[name=index]")
    assert faults_in_every_look(signed_in) == []
    send(signed_in, "form.answer input[type=submit]")
    expect(signed_in.locator(".undo-bar")).to_have_count(1)
    assert faults_in_every_look(signed_in) == []
    looker.reload()
    expect(looker.locator("main")).to_contain_text("You have a place")
    assert_no_barrier(looker)

    send(signed_in, ".undo-bar button")
    expect(signed_in.locator(".undo-bar")).to_have_count(0)
    looker.reload()
    expect(looker.locator("main")).to_contain_text("You await approval")
    assert BulkChange.objects.get().undone_at is not None


def test_invited_by_a_link_that_is_replaced_later(
    looker: Page, signed_in: Page, employee_tier: Tier, free_tier: Tier
) -> None:
    conference = employee_tier.conference
    save_ticked(signed_in, conference, "tiers-1-invitation_only")
    looker.goto(FORM)
    expect(looker.locator("[name=tier]")).to_have_count(1)

    links = reverse("admin:conferences_conference_invitation_links", args=[conference.pk])
    signed_in.goto(links)
    assert faults_in_every_look(signed_in) == []
    old = "/en" + urlsplit(signed_in.locator(".secret-link input").input_value()).path
    looker.goto(old)
    expect(looker.locator("[name=tier]")).to_have_count(2)
    assert_no_barrier(looker)
    register(looker, free_tier)
    assert Registration.objects.get().tier == free_tier

    send(signed_in, "[name=tier]")
    assert old not in "/en" + signed_in.locator(".secret-link input").input_value()
    looker.goto(old)
    expect(looker.locator("h1")).to_have_text(re.compile("no longer works"))
    assert_no_barrier(looker)


def test_people_are_added_later(looker: Page, employee_tier: Tier, free_tier: Tier) -> None:
    people = [factories.make_person(employee_tier, name="Anna", email="")]
    booking = factories.make_booking(employee_tier.conference, people)
    with translation.override("en"):
        looker.goto(booking.get_absolute_url())
    follow(looker, "Add people")
    assert_no_barrier(looker)
    write(looker, "1-name", "Bo Berg")
    choose(looker, "1-tier", free_tier.key)
    with looker.expect_navigation():
        looker.locator("[name='1-name']").press("Enter")
    expect(looker.locator(".error-summary")).to_be_focused()
    assert_no_barrier(looker)
    tick(looker, "[name=terms]")
    with looker.expect_navigation():
        looker.locator("[name='1-name']").press("Enter")
    expect(looker.locator("main li", has_text="Bo Berg")).to_contain_text("Confirmed")
    assert_no_barrier(looker)
