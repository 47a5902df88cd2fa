"""Signing in as people do: a code from the mail, then a passkey of a device that Chromium pretends to have."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import caches
from playwright.sync_api import Page, expect

from network.models import SignIn
from recovery_network.mail.models import Mail
from registrations.models import Registration

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    caches["default"].clear()


def barriers(page: Page) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        result = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        found += [
            (scheme, each["id"], each["nodes"][0]["html"]) for each in result.response["violations"]
        ]
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    if page.evaluate(wider):
        found.append(("", "cut off", page.url))
    return found


def the_code(email: str) -> str:
    mail = Mail.objects.filter(recipient=email).latest("pk")
    found = re.search(r"^([A-Z0-9-]{6,9})$", mail.text, re.M)
    assert found is not None
    return found.group(1)


def test_a_code_then_a_passkey_then_none(page: Page, participant: Registration) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto("/min-side/")
    found = barriers(page)
    page.locator("#id_code_email").fill("ikke en adresse")
    page.locator("#by-code ~ form button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    found += barriers(page)
    page.locator("input[name=email]").fill("per@example.no")
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("input[name=code]")).to_be_visible()
    found += barriers(page)
    page.locator("input[name=code]").fill(the_code("per@example.no"))
    page.locator("main button[type=submit]").first.click()
    expect(page.locator("h2#registrations")).to_be_visible()
    found += barriers(page)

    page.locator("a[href$='/min-side/nokler/ny/']").click()
    page.locator("#id_name").fill("Telefonen min")
    found += barriers(page)
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("#passkeys ~ ul h3")).to_have_text("Telefonen min")
    found += barriers(page)

    for path in ("/min-side/opplysninger/", "/min-side/slett/", "/innsyn/", "/kontakt/"):
        page.goto(path)
        found += barriers(page)
    page.goto("/min-side/")

    page.locator("form[action='/konto/logout/'] button").click()
    assert not SignIn.objects.filter(account__email="per@example.no").exists()
    page.goto("/min-side/")
    page.locator("#passkey_login").click()
    expect(page.locator("h2#registrations")).to_be_visible()
    assert SignIn.objects.filter(account__email="per@example.no").count() == 1

    page.locator("#passkeys ~ ul form button").click()
    expect(page.locator(".notice--success")).to_be_visible()
    expect(page.locator("#passkeys ~ ul")).to_have_count(0)
    page.locator("form[action='/konto/logout/'] button").click()
    page.goto("/konto/login/")
    page.locator("#passkey_login").click()
    expect(page.locator(".messages .notice--error")).to_be_visible()
    assert found == []
