"""The admin pages in a real browser: no accessibility violation, no breach of the policy, nothing cut off."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from network.models import Organisation, User
from programme.models import Session
from registrations.actions.applying import NeedReport
from registrations.models import Registration, Tier
from tests import factories

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 360, "height": 740}
# axe would else write styles into the page, and the policy would rightly refuse them.
QUIET = {"preload": False}

PAGES = (
    "dashboard", "list", "detail", "needs", "conferences", "conference", "new conference", "overview", "call off",
    "correct", "history",
    "session", "speaker", "venue", "booking", "organisations", "organisation", "merge: find", "merge: preview",
    "users", "user", "new user", "groups", "group", "second factor",
)  # fmt: skip


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("sjef@example.no", name="Sjef Sjefsen")


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer, superuser: User) -> Page:
    client = Client()
    client.force_login(superuser)
    name = settings.SESSION_COOKIE_NAME
    cookie = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    return page


@pytest.fixture
def filled(employee_tier: Tier, free_tier: Tier, superuser: User) -> dict[str, str]:
    """A conference with something in every table, and the addresses of its pages."""
    conference = employee_tier.conference
    municipality = factories.make_organisation("Hå kommune")
    for _number in range(6):
        factories.make_registration(free_tier, organisation=municipality, accept_waiting=True)
    needing = factories.make_registration(employee_tier, needs=(NeedReport("diet", "nøtter"),))
    session: Session = factories.make_session(conference)
    speaker = factories.make_contribution(session).speaker_id
    conference.organiser_rows.create(organisation=municipality)
    merge = reverse("admin:network_organisation_merge", args=[municipality.pk])
    other = Organisation.objects.exclude(pk=municipality.pk).get()
    group = superuser.groups.model.objects.get(name="organiser")

    def of(name: str, pk: object) -> str:
        return reverse(f"admin:{name}", args=[pk])

    return {
        "dashboard": reverse("admin:index"),
        "list": reverse("admin:registrations_registration_changelist"),
        "detail": of("registrations_registration_change", needing.pk),
        "needs": of("registrations_registration_needs", needing.pk),
        "conferences": reverse("admin:conferences_conference_changelist"),
        "conference": of("conferences_conference_change", conference.pk),
        "new conference": reverse("admin:conferences_conference_add"),
        "overview": of("conferences_conference_overview", conference.pk),
        "call off": of("conferences_conference_call_off", conference.pk),
        "correct": of("registrations_registration_correct", needing.pk),
        "history": of("registrations_registration_history", needing.pk),
        "session": of("programme_session_change", session.pk),
        "speaker": of("programme_speaker_change", speaker),
        "venue": of("conferences_venue_change", conference.venue_id),
        "booking": of("registrations_booking_change", needing.booking_id),
        "organisations": reverse("admin:network_organisation_changelist"),
        "organisation": of("network_organisation_change", municipality.pk),
        "merge: find": f"{merge}?q=organisasjon",
        "merge: preview": f"{merge}?target={other.pk}",
        "users": reverse("admin:network_user_changelist"),
        "user": of("network_user_change", superuser.pk),
        "new user": reverse("admin:network_user_add"),
        "groups": reverse("admin:auth_group_changelist"),
        "group": of("auth_group_change", group.pk),
        "second factor": of("network_user_second_factor", superuser.pk),
    }


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=QUIET).response["violations"]
    return [(each["id"], node["html"][:200]) for each in found for node in each["nodes"]]


def cut_off(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    pixels: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return pixels


def faults(page: Page) -> dict[str, object]:
    return {
        name: found
        for name, found in (("axe", violations(page)), ("cut off", max(cut_off(page), 0)))
        if found
    }


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"]
)
def test_pages_have_no_faults(
    size: ViewportSize, scheme: Literal["light", "dark"], signed_in: Page, filled: dict[str, str]
) -> None:
    assert tuple(filled) == PAGES
    signed_in.set_viewport_size(size)
    signed_in.emulate_media(color_scheme=scheme)
    found = {}
    for name, address in filled.items():
        response = signed_in.goto(address)
        assert response is not None
        assert response.status == 200
        if faulty := faults(signed_in):
            found[name] = faulty
    assert found == {}


def test_cancelling_from_the_list_asks_first(signed_in: Page, filled: dict[str, str]) -> None:
    signed_in.goto(filled["list"])
    signed_in.locator("input.action-select").first.check()
    signed_in.locator("select[name=action]").select_option("cancel_places")
    signed_in.locator("button[name=index]").click()
    assert faults(signed_in) == {}
    signed_in.locator("form.answer input[type=submit]").click()
    expect(signed_in.locator(".messagelist .success")).to_have_count(1)
    assert Registration.objects.filter(state="cancelled").count() == 1


def test_a_mistake_in_a_conference_is_told_accessibly(
    signed_in: Page, filled: dict[str, str]
) -> None:
    signed_in.goto(filled["conference"])
    signed_in.locator("#id_title").fill("")
    signed_in.locator("input[name=_save]").click()
    expect(signed_in.locator(".errornote")).to_be_visible()
    assert faults(signed_in) == {}


def test_a_session_is_added_to_the_timetable(signed_in: Page, filled: dict[str, str]) -> None:
    signed_in.goto(filled["conference"])
    row = signed_in.locator("#sessions-1")
    row.locator("input[name$=starts_at]").fill("2031-05-01T09:00")
    row.locator("input[name$=title]").fill("Åpning")
    signed_in.locator("input[name=_save]").click()
    expect(signed_in.locator(".messagelist .success")).to_have_count(1)
    assert Session.objects.filter(key="apning").count() == 1
