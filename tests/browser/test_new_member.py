"""A new member's whole way, on a phone in a real Chromium: joining, signing in with a code and a passkey, reading,
subscribing, taking it all out, and being gone. Every state by axe, in light and dark.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.utils import translation
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from membership.models import ConsentRecord, Membership
from network.models import SignIn, User
from newsletter.models import Subscription
from recovery_network.demo import organisations, publications
from recovery_network.mail.models import Mail
from registrations.models import Registration, Tier
from tests import factories

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NAME, EMAIL, STRANGER = "Kari Prøve", "kari@example.no", "fremmed@example.no"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone that can keep passkeys. What the browser says of refused forms (422) is no complaint here."""
    cache.clear()
    context = browser.new_context(
        base_url=live_server.url, locale="nb-NO", viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    with translation.override("nb"):
        yield page
    context.close()


def look(page: Page, *, path: str = "") -> None:
    """As it stands, or at `path`: in light and dark, and no wider than the screen."""
    if path:
        page.goto(path)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def link_in(kind: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.filter(kind=kind).latest("pk").text)
    assert found is not None
    return found.group(1)


def the_code(email: str) -> str:
    mail = Mail.objects.filter(recipient=email, kind="sign_in_code").latest("pk")
    found = re.search(r"^([A-Z0-9-]{6,9})$", mail.text, re.M)
    assert found is not None
    return found.group(1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def ask_for_code(page: Page, email: str) -> str:
    """What the page says then to a browser that was never here, but for the address itself."""
    page.context.clear_cookies()
    page.goto("/konto/login/code/")
    page.locator("input[name=email]").fill(email)
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("input[name=code]")).to_be_visible()
    return page.locator("main").inner_text().replace(email, "")


def sign_out(page: Page) -> None:
    page.goto("/min-side/")
    page.locator("form[action='/konto/logout/'] button").click()
    page.wait_for_url(lambda url: "/min-side/" not in url)


def test_from_joining_to_being_gone(visitor: Page, employee_tier: Tier, tmp_path: Path) -> None:
    page = visitor
    organisations.load()
    publications.load()
    factories.index()
    factories.make_registration(employee_tier, name=NAME, email=EMAIL)

    join(page)
    sign_in_with_a_code(page)
    use_a_passkey(page)
    find_a_report(page)
    subscribe(page)
    see_pages_with_mistakes(page)
    take_it_all_out(page, tmp_path)
    be_erased(page)

    for model in (Membership, Subscription, Registration, User):
        assert not model.objects.exists(), model
    assert not ConsentRecord.objects.filter(email=EMAIL).exists()
    page.goto("/min-side/")
    page.locator("#passkey_login").click()
    expect(page.locator(".messages .notice--error")).to_be_visible()
    assert ask_for_code(page, EMAIL) == ask_for_code(page, STRANGER)
    look(page, path="/nettverket/medlemmer/")
    expect(page.locator("main")).not_to_contain_text(NAME)


def join(page: Page) -> None:
    look(page, path="/nettverket/bli-med/")
    page.goto("/nettverket/bli-med/organisasjon/")
    press(page, "Send meg lenken")
    look(page)
    page.goto("/nettverket/bli-med/person/")
    press(page, "Send meg lenken")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Navnet ditt").fill(NAME)
    page.get_by_label("E-post").fill(EMAIL)
    page.get_by_label("Jeg vil være medlem").check()
    page.locator("input[name=named]").check()
    look(page)
    press(page, "Send meg lenken")
    look(page)
    look(page, path=link_in("membership_confirm"))
    press(page, "Ja, bli med")
    expect(page.get_by_role("heading", level=1)).to_have_text("Du er medlem")
    look(page)
    page.get_by_role("link", name="Meld deg ut").click()
    look(page)
    look(page, path="/nettverket/medlemskap/avsluttet/")
    page.goto("/nettverket/medlemmer/")
    expect(page.locator("main")).to_contain_text(NAME)


def sign_in_with_a_code(page: Page) -> None:
    look(page, path="/min-side/")
    page.locator("#id_code_email").fill("ikke en adresse")
    page.locator("#by-code ~ form button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    page.locator("input[name=email]").fill(EMAIL)
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("input[name=code]")).to_be_visible()
    look(page)
    page.locator("input[name=code]").fill(the_code(EMAIL))
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("h2#registrations")).to_be_visible()
    expect(page.locator("h2#membership")).to_be_visible()
    look(page)


def use_a_passkey(page: Page) -> None:
    page.locator("a[href$='/min-side/nokler/ny/']").click()
    page.locator("#id_name").fill("Telefonen min")
    look(page)
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("#passkeys ~ ul h3")).to_have_text("Telefonen min")
    look(page)
    sign_out(page)
    assert not SignIn.objects.filter(account__email=EMAIL).exists()
    page.goto("/min-side/")
    page.locator("#passkey_login").click()
    expect(page.locator("h2#registrations")).to_be_visible()


def find_a_report(page: Page) -> None:
    """By misspelt words and the keyboard alone."""
    page.goto("/aktuelt/")
    page.locator(".to-search").press("Enter")
    expect(page.locator("#search-text")).to_be_focused()
    page.keyboard.type("slutraport knutepungt")
    page.keyboard.press("Enter")
    page.get_by_text("sluttrapport knutepunkt").first.wait_for()
    look(page)
    report = page.get_by_role("link", name="Sluttrapport for Knutepunkt for Recovery")
    assert report.locator("mark").all_inner_texts() == ["Sluttrapport", "Knutepunkt"]
    report.press("Enter")
    page.wait_for_url("**/bibliotek/sluttrapport-knutepunkt-for-recovery/")


def subscribe(page: Page) -> None:
    page.goto("/nyhetsbrev/")
    page.get_by_label("E-post").fill(EMAIL)
    page.locator("input[name=topics]").first.check()
    page.get_by_label("Nettverket kan ta vare på adressen").check()
    look(page)
    press(page, "Send meg lenken")
    look(page)
    look(page, path=link_in("newsletter_confirm"))
    press(page, "Ja, send det til meg")
    look(page)
    assert Subscription.objects.get().email == EMAIL
    page.get_by_role("link", name="Meld meg av").click()
    look(page)


def see_pages_with_mistakes(page: Page) -> None:
    page.goto("/konto/email/")
    page.locator("input[name=email]").last.fill(EMAIL)
    page.locator("button[name=action_add]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    page.locator("input[name=email]").last.fill("ny.adresse@example.no")
    page.locator("button[name=action_add]").click()
    expect(page.locator("h2#waits")).to_be_visible()
    look(page)
    page.goto("/kontakt/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    look(page, path="/finnes-ikke/")
    look(page, path="/innsyn/")


def take_it_all_out(page: Page, tmp_path: Path) -> None:
    look(page, path="/min-side/opplysninger/")
    expect(page.locator("main")).to_contain_text(NAME)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    kept = tmp_path / "opplysninger.json"
    download.value.save_as(kept)
    data = json.loads(kept.read_text())["data"]
    assert {"membership.Membership", "newsletter.Subscription", "network.User"} <= set(data)
    assert [row["name"] for row in data["registrations.Registration"]] == [NAME]


def be_erased(page: Page) -> None:
    page.goto("/min-side/slett/")
    page.locator("button.button--danger").click()
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    page.locator("#id_sure").check()
    page.locator("button.button--danger").click()
    page.wait_for_url("**/innsyn/slettet/")
    look(page)
