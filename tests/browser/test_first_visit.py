import pytest
from playwright.sync_api import Browser, Error, Page, expect

from conferences.models import Conference


def test_the_way_from_the_front_page_to_the_form(
    page: Page, conference: Conference, employee_tier: object
) -> None:
    page.goto("/")
    page.get_by_role("link", name=conference.title).first.click()
    expect(page).to_have_url(conference.get_absolute_url())
    page.locator("a[href$='/pamelding/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("form [name=email]")).to_be_visible()


def test_no_page_needs_a_script(page: Page, conference: Conference) -> None:
    for address in ("/", conference.get_absolute_url()):
        page.goto(address)
        assert page.locator("script:not([type='application/ld+json'])").count() == 0


def test_the_browser_reaches_no_other_machine(browser: Browser) -> None:
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.org/")
    page.close()
