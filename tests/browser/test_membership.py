"""Joining, subscribing and leaving both in a real browser: every page by axe, in light and dark, on a phone."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.utils import translation
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from membership.models import Membership
from newsletter.models import Subscription
from recovery_network.mail.models import Mail
from tests import factories

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone. What the browser says of refused forms (422) is no complaint here."""
    context = browser.new_context(
        base_url=live_server.url, locale="nb-NO", viewport={"width": 360, "height": 800}
    )
    with translation.override("nb"):
        yield context.new_page()
    context.close()


def look(page: Page) -> None:
    """As it stands: in light and dark, and no wider than the screen."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def link_in(kind: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.filter(kind=kind).latest("pk").text)
    assert found is not None
    return found.group(1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.django_db(transaction=True)
def test_join_subscribe_and_leave_both(visitor: Page) -> None:
    cache.clear()
    page = visitor
    factories.make_topic(name_nb="Ledelse", name_nn="Leiing", name_da="Ledelse", name_en="Leading")
    page.goto("/nettverket/bli-med/")
    look(page)
    page.goto("/nettverket/bli-med/organisasjon/")
    press(page, "Send meg lenken")
    look(page)
    page.goto("/nettverket/bli-med/person/")
    press(page, "Send meg lenken")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Navnet ditt").fill("Kari Prøve")
    page.get_by_label("E-post").fill("kari@example.no")
    page.get_by_label("Jeg vil være medlem").check()
    look(page)
    press(page, "Send meg lenken")
    look(page)
    page.goto(link_in("membership_confirm"))
    look(page)
    press(page, "Ja, bli med")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du er medlem")
    look(page)

    page.goto("/nyhetsbrev/")
    page.get_by_label("E-post").fill("kari@example.no")
    page.get_by_label("Ledelse").check()
    page.get_by_label("Nettverket kan ta vare på adressen").check()
    look(page)
    press(page, "Send meg lenken")
    look(page)
    page.goto(link_in("newsletter_confirm"))
    look(page)
    press(page, "Ja, send det til meg")
    look(page)
    page.get_by_role("link", name="Meld meg av").click()
    look(page)
    press(page, "Meld meg av")
    look(page)
    assert Subscription.objects.count() == 0

    page.goto(link_in("membership_welcome"))
    page.get_by_role("link", name="Meld deg ut").click()
    look(page)
    press(page, "Ja, meld meg ut")
    look(page)
    assert Membership.objects.count() == 0
    page.goto("/nettverket/medlemmer/")
    look(page)
