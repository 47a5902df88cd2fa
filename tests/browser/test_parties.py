"""A party from the form to the slips of paper, by keyboard, with and without script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference
from registrations.actions import cancelling
from registrations.models import Registration, Tier
from tests import factories
from tests.browser.test_registering import FORM, RULES, SCHEMES

State = Registration.State


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def visitor(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 800},
        java_script_enabled=request.param,
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def looker(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


def press(page: Page, selector: str) -> None:
    page.locator(selector).focus()
    page.keyboard.press("Enter")


def assert_no_barrier(page: Page) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        barriers = [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]]
        assert (page.url, scheme, barriers) == (page.url, scheme, [])
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0


def test_a_party_is_registered_by_keyboard(
    visitor: Page, conference: Conference, employee_tier: Tier
) -> None:
    visitor.goto(FORM)
    visitor.locator("[name=name]").fill("Kari Koordinator")
    visitor.locator("[name=email]").fill("kari@example.no")
    visitor.locator("[name=organisation]").fill("Hå kommune")
    press(visitor, "[name=add]")
    expect(visitor.locator("[name='2-name']")).to_be_focused()
    visitor.keyboard.type("Bo Berg")
    visitor.locator("[name='how_many']").fill("2")
    press(visitor, "[name=add]")
    expect(visitor.locator("[name='3-name']")).to_be_focused()
    press(visitor, "[name=remove][value='4']")
    expect(visitor.locator("[name='4-name']")).to_have_count(0)
    expect(visitor.locator(".notice[role=status]")).to_be_focused()
    visitor.locator("[name='3-name']").fill("Cato Dahl")
    visitor.locator("[name=terms]").focus()
    visitor.keyboard.press("Space")
    visitor.locator("[name='3-name']").focus()
    visitor.keyboard.press("Enter")  # sends the form, and takes nobody out

    expect(visitor.locator("article.ticket")).to_contain_text("Cato Dahl")
    assert list(Registration.objects.order_by("pk").values_list("name", "email")) == [
        ("Kari Koordinator", "kari@example.no"),
        ("Bo Berg", ""),
        ("Cato Dahl", ""),
    ]


def test_no_page_of_a_party_has_a_barrier(looker: Page) -> None:
    conference = factories.make_conference(slug="konferansen", capacity=2)
    tier = factories.make_tier(conference)
    holders = [factories.make_registration(tier) for _ in range(2)]
    people = [factories.make_person(tier, name=name, email="") for name in ("Anna", "Bo")]
    pair = factories.make_booking(conference, people, together=True)
    looker.goto(FORM)
    looker.locator("[name=add]").click()
    looker.locator(".person summary").first.click()
    looker.locator(".party > details summary").click()
    looker.locator("[name=pasted]").fill("Dag;dag(at)example.no@\nEva")
    looker.locator("[name=fill]").click()
    expect(looker.locator(".notice--warning li")).to_have_count(1)
    assert_no_barrier(looker)
    looker.locator("[name=pasted]").fill("")
    looker.locator("main button[type=submit]").last.click()
    expect(looker.locator(".error-summary")).to_be_focused()
    assert_no_barrier(looker)
    looker.goto(pair.get_absolute_url())
    assert_no_barrier(looker)
    for holder in holders:
        cancelling.cancel(registration=holder)
    looker.goto(pair.get_absolute_url())
    looker.get_by_role("link", name="Svar på tilbudet").click()
    assert_no_barrier(looker)
    looker.locator("button[value=accept]").click()
    looker.goto(f"{pair.get_absolute_url()}utskrift/")
    expect(looker.locator(".slips li")).to_have_count(2)
    assert_no_barrier(looker)
