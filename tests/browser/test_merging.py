"""An organiser finds what stands there twice and makes it one, on a phone: every state by axe."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from membership.models import Membership
from network.models import Organisation
from registrations.models import Registration, Tier
from tests import factories
from tests.browser.test_admin import NARROW, faults, signed_in, superuser
from tests.browsing import send

__all__ = ["signed_in", "superuser"]
DOUBLES = "admin:membership_membership_doubles"


@pytest.fixture
def desk(signed_in: Page) -> Page:
    signed_in.set_viewport_size(NARROW)
    signed_in.emulate_media(color_scheme="dark")
    return signed_in


def press(page: Page) -> None:
    page.locator("#content-main form[method=post] input[type=submit]").click()
    expect(page.locator(".messagelist .success")).to_have_count(1)


def test_two_spellings_become_one_and_its_five_places_are_recounted(
    desk: Page, free_tier: Tier, employee_tier: Tier
) -> None:
    page, conference = desk, free_tier.conference
    wrong, right = (
        factories.make_organisation(name) for name in ("Fjordvik kommmune", "Fjordvik kommune")
    )
    for organisation, places in ((wrong, 3), (right, 4)):
        for _number in range(places):
            factories.make_registration(free_tier, organisation=organisation)

    page.goto(reverse(DOUBLES))
    assert faults(page) == {}
    page.locator("#organisations-heading ~ ul a").click()
    expect(page.locator(".warnings li")).to_contain_text("7")
    assert faults(page) == {}
    press(page)
    expect(page.locator(".messagelist .warning")).to_have_count(1)
    assert faults(page) == {}
    assert list(Organisation.objects.current().filter(name__startswith="Fjordvik")) == [right]

    page.goto(reverse("admin:conferences_conference_overview", args=[conference.pk]))
    share = page.locator("tr", has_text=right.name).first
    expect(share).to_contain_text("7")
    assert faults(page) == {}
    for name in (wrong.name, right.name):
        refused = send(
            Client(), organisation=name, tier=free_tier.key, email=f"{len(name)}@example.no"
        )
        assert refused.status_code == 422
    assert Registration.objects.confirmed().count() == 7


def test_two_memberships_become_one_with_one_place(desk: Page, employee_tier: Tier) -> None:
    page = desk
    for email in ("gammel@example.no", "ny@example.no"):
        factories.make_membership(email, name="Kari Prøve")
        factories.make_registration(employee_tier, name="Kari Prøve", email=email)

    page.goto(reverse(DOUBLES))
    page.locator("#members-heading ~ form button").click()
    assert faults(page) == {}
    page.locator("form input[type=submit].default").click()
    expect(page.locator(".chosen li", has_text=employee_tier.conference.title)).to_have_count(1)
    assert faults(page) == {}
    press(page)
    assert Membership.objects.get().email == "ny@example.no"
    states = Registration.objects.order_by("pk").values_list("email", "state")
    assert list(states) == [("ny@example.no", "confirmed"), ("ny@example.no", "double")]
