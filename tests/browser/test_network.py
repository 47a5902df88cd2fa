"""The network's own pages in a real browser: rules of accessibility, and nothing wider than the screen."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from recovery_network.demo import organisations, publications
from tests import factories

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/aktuelt/",
    "/aktuelt/72-svar/",
    "/bibliotek/",
    "/bibliotek/?q=finnesikke",
    "/bibliotek/sluttrapport-knutepunkt-for-recovery/",
    "/bibliotek/serie/koncept-for-omlaegning-af-socialpsykiatrien/",
    "/sok/",
    "/sok/?q=finnesikke",
    "/sok/?q=recovery&kind=resource",
    "/nettverket/",
    "/nettverket/styringsgruppen/",
    "/nettverket/organisasjoner/",
    "/nettverket/organisasjoner/?region=NO-03",
    "/nettverket/organisasjoner/kbt/",
    "/nettverket/knutepunkt/knutepunkt-for-recovery/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_network(page: Page, scheme: Literal["light", "dark"]) -> None:
    organisations.load()
    publications.load()
    factories.index()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    for path in PAGES:
        page.goto(path)
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
