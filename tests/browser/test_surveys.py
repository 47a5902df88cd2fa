"""An evaluation from the first press to the published summary, in a real browser: without a fault in any state,
light or dark, and answered by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference
from network.models import User
from surveys.actions.opening import open_box
from surveys.models import Invitation, OptOut, Survey, Tally
from tests import factories
from tests.browser.test_admin import cut_off, violations
from tests.factories.surveys import asking, choices
from tests.surveys.test_results import answered

# A phone, and a screen of 1280 pixels enlarged to 400 %: as wide as a phone and not half as high.
PHONE: ViewportSize = {"width": 360, "height": 740}
ENLARGED: ViewportSize = {"width": 320, "height": 256}


def look(page: Page, state: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        # Colours that fade from one to the other are neither for a moment.
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
        assert violations(page) == [], f"{state}, {scheme}"
    assert cut_off(page) <= 0, state


@pytest.fixture
def desk(page: Page, live_server: LiveServer, organiser: User) -> Page:
    client = Client()
    client.force_login(organiser)
    name = settings.SESSION_COOKIE_NAME
    cookie = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    return page


def test_from_the_conference_to_the_summary(
    desk: Page, browser: Browser, live_server: LiveServer, conference: Conference
) -> None:
    desk.goto(reverse("admin:conferences_conference_change", args=[conference.pk]))
    desk.get_by_role("link", name="Lag en evaluering").click()
    look(desk, "new")
    desk.get_by_role("button", name="Lagre", exact=True).click()
    look(desk, "questions")
    survey = Survey.objects.get()
    assert (survey.audience, survey.state()) == ("attended", Survey.State.COMING)

    desk.get_by_role("link", name="Nynorsk").first.click()
    look(desk, "preview")
    expect(desk.locator("html")).to_have_attribute("lang", "nn")
    desk.goto(reverse("admin:surveys_survey_people", args=[survey.pk]))
    look(desk, "people")
    desk.get_by_role("button", name="Åpne den nå").click()
    look(desk, "open")
    desk.goto(reverse("admin:surveys_survey_results", args=[survey.pk]))
    look(desk, "nothing counted")

    visitor = browser.new_context(base_url=live_server.url, locale="nb-NO", viewport=PHONE)
    answer_by_keyboard(visitor.new_page(), survey)
    visitor.close()
    publish(desk, survey)


def answer_by_keyboard(page: Page, survey: Survey) -> None:
    page.goto(f"/undersokelser/{survey.slug}/")
    look(page, "first page")
    page.get_by_role("button", name="Neste").press("Enter")
    expect(page.locator("[aria-invalid=true]").first).to_be_attached()
    look(page, "error summary")
    page.locator(".error-summary a").first.press("Enter")
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("type", "radio")
    page.keyboard.press("Space")
    while page.get_by_role("button", name="Neste").count():
        page.get_by_role("button", name="Neste").press("Enter")
        page.wait_for_load_state()
        look(page, "a page of questions")
    page.set_viewport_size(ENLARGED)
    look(page, "enlarged")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Se over svarene").press("Enter")
    look(page, "review")
    page.get_by_role("button", name="Send inn").press("Enter")
    expect(page).to_have_title(re.compile("^Takk"))
    look(page, "thanks")
    assert survey.envelopes.count() == 1


def publish(desk: Page, survey: Survey) -> None:
    """Twenty-five others answered; the survey closes, is counted, divided, and told in public."""
    answered(survey, [{0: [str(1 + number % 5)]} for number in range(25)])
    now = timezone.now()
    Survey.objects.filter(pk=survey.pk).update(
        opens_at=now - timedelta(days=9),
        closed_at=now - timedelta(days=1),
        summary_published_at=now - timedelta(hours=1),
        revision=90,
    )
    survey.refresh_from_db()
    open_box(survey=survey)
    address = reverse("admin:surveys_survey_results", args=[survey.pk])
    desk.goto(address)
    desk.get_by_role("button", name="Tell opp svarene").click()
    look(desk, "counted")
    desk.get_by_role("button", name="Lagre hva som er med").scroll_into_view_if_needed()
    desk.locator("input[name=public]").first.check()
    desk.get_by_role("button", name="Lagre hva som er med").click()
    desk.get_by_role("button", name="Del etter dette spørsmålet").click()
    expect(desk.locator(".messagelist .success")).to_have_count(1)
    look(desk, "divided")
    assert Tally.objects.get().total == 25
    desk.get_by_role("link", name="Se det publiserte sammendraget").click()
    expect(desk.locator("table.counted")).to_have_count(1)
    desk.set_viewport_size(PHONE)
    look(desk, "summary")


def test_by_a_link_of_ones_own_and_never_again(page: Page, desk: Page) -> None:
    page.set_viewport_size(PHONE)
    for mode in ("confidential", "named"):
        survey = factories.make_survey([asking("long_text", "Hva hjalp?")], mode=mode)
        invitation = factories.make_invitation(survey)
        path = f"/undersokelser/svar/{invitation.key}/"
        page.goto(path)
        look(page, mode)
        page.locator("textarea").fill("Et hjem.")
        page.get_by_role("button", name="Lagre og fortsett senere").click()
        page.goto(path)
        expect(page.locator("textarea")).to_have_value("Et hjem.")
        page.get_by_role("button", name="Se over svarene").click()
        page.get_by_role("button", name="Send inn").click()
        expect(page).to_have_title(re.compile("^Takk"))
        page.goto(path)
        look(page, "answered already")
    page.goto(f"/undersokelser/avmeld/{Invitation.objects.all()[0].opt_out_key}/")
    look(page, "opt out")
    page.locator("main form button").click()
    expect(page.locator("main form button")).to_have_count(0)
    assert OptOut.objects.count() == 1


def test_pages_of_results(desk: Page) -> None:
    now = timezone.now()
    surveys = []
    plan = [
        asking("one", "Hvor?", choices=choices("Kommunen", "Et annet sted")),
        asking("scale", "Hvordan var det?"),
        asking("several", "Hva var bra?"),
        asking("long_text", "Hva da?"),
    ]
    for days in (400, 9):
        survey = factories.make_survey(
            plan, opens_at=now - timedelta(days=days), closes_at=now - timedelta(days=days - 3)
        )
        surveys.append(survey)
        answered(
            survey,
            [{1: [str(1 + number % 4)], 3: [f"Gode samtaler {number}"]} for number in range(20)],
        )
        desk.goto(reverse("admin:surveys_survey_results", args=[survey.pk]))
        desk.get_by_role("button", name="Tell opp svarene").click()
    desk.set_viewport_size(PHONE)
    desk.get_by_role("link", name="Les 20 kommentarer").click()
    desk.locator("#name").fill("Samtaler")
    desk.get_by_role("button", name="Legg til", exact=True).click()
    desk.locator("input[name=mark]").first.check()
    desk.get_by_role("button", name="Lagre temaene").click()
    look(desk, "comments")
    desk.goto(reverse("admin:surveys_survey_compare", args=[surveys[1].pk]))
    expect(desk.locator("table.across").first).to_be_visible()
    look(desk, "beside earlier surveys")
