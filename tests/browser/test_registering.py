"""The pages of registering in every state they have, as Chromium shows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference
from registrations.actions import cancelling, places
from registrations.actions.applying import NeedReport
from registrations.models import Registration, Tier
from tests import factories

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FORM = "/en/arrangementer/konferansen/pamelding/"


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone. Unlike `page` it may meet answers in the 400s: they are what is looked at."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 800}, locale="nb-NO"
    )
    yield context.new_page()
    context.close()


@dataclass(frozen=True)
class Stage:
    """One conference in which every page of registering has something to show."""

    conference: Conference
    holder: Registration
    offered: Registration
    waiting: Registration


@pytest.fixture
def stage(live_server: LiveServer, conference: Conference, employee_tier: Tier) -> Stage:
    tier = factories.make_free_tier(
        conference, beyond_limit=Tier.BeyondLimit.OTHER_TIER, overflow_tier=employee_tier
    )
    organisation = factories.make_organisation("Hå kommune")
    first, *_others = [
        factories.make_registration(tier, organisation=organisation) for _ in range(5)
    ]
    line = [
        factories.make_registration(tier, organisation=organisation, accept_waiting=True)
        for _ in range(2)
    ]
    cancelling.cancel(registration=first)
    needs = (NeedReport("diet", "nøtter"), NeedReport("quiet_room"))
    holder = factories.make_registration(employee_tier, organisation=organisation, needs=needs)
    for registration in line:
        registration.refresh_from_db()
    return Stage(conference, holder, *line)


def fill_in(page: Page, **changes: str) -> None:
    answers = {
        "name": "Åse Dahl",
        "email": "ase@example.no",
        "organisation": "Hå kommune",
        "tier": "ansatt",
        **changes,
    }
    page.goto(FORM)
    for name in ("name", "email", "organisation"):
        page.locator(f"[name={name}]").fill(answers[name])
    page.locator(f"[name=tier][value={answers['tier']}]").check()
    page.locator("[name=terms]").check()


def press(page: Page) -> None:
    page.locator("main button[type=submit]").last.click()


def shut(stage: Stage, **moments: timedelta) -> None:
    now = timezone.now()
    changed = {name: now + shift for name, shift in moments.items()}
    Conference.objects.filter(pk=stage.conference.pk).update(**changed, revision=99)


def empty_form(page: Page, stage: Stage) -> None:
    page.goto(FORM)
    page.locator("summary").click()


def errors(page: Page, stage: Stage) -> None:
    fill_in(page, email="ase(at)example", organisation="Hå komune")
    page.locator("summary").click()
    page.locator("[name=needs][value=diet]").check()
    press(page)
    expect(page.locator(".error-summary")).to_be_focused()


def limit(page: Page, stage: Stage) -> None:
    fill_in(page, tier="friplass")
    press(page)
    expect(page.locator("[name=beyond]")).to_have_count(2)


def receipt(page: Page, stage: Stage) -> None:
    fill_in(page)
    press(page)
    expect(page.locator("article.ticket")).to_contain_text("ase@example.no")


def closed(page: Page, stage: Stage) -> None:
    shut(stage, closed_at=-timedelta(hours=1))
    page.goto(FORM)


def manage(page: Page, stage: Stage) -> None:
    page.goto(stage.holder.get_absolute_url())


def in_line(page: Page, stage: Stage) -> None:
    page.goto(stage.waiting.get_absolute_url())


def cancel(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.holder.get_absolute_url()}avmeld/")


def too_late(page: Page, stage: Stage) -> None:
    shut(stage, cancel_until=-timedelta(hours=1))
    cancel(page, stage)


def offer(page: Page, stage: Stage) -> None:
    page.goto(f"/venteliste/{stage.offered.offer_key}/")


def lapsed(page: Page, stage: Stage) -> None:
    Registration.objects.filter(pk=stage.offered.pk).update(offer_expires_at=timezone.now())
    places.settle()
    offer(page, stage)


def unknown(page: Page, stage: Stage) -> None:
    page.goto("/pamelding/finnes-ikke/")


def lost_link(page: Page, stage: Stage) -> None:
    page.goto("/pamelding/")
    press(page)


STATES = [
    empty_form, errors, limit, receipt, closed, manage, in_line, cancel, too_late, offer, lapsed, unknown, lost_link,
]  # fmt: skip


@pytest.mark.parametrize("show", STATES, ids=lambda show: show.__name__)
def test_no_state_has_a_barrier(
    visitor: Page, stage: Stage, show: Callable[[Page, Stage], None]
) -> None:
    show(visitor, stage)

    for scheme in SCHEMES:
        visitor.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(visitor, options={"runOnly": {"type": "tag", "values": RULES}})
        barriers = [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]]
        assert (scheme, barriers) == (scheme, [])
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.evaluate(wider) == 0


def test_one_registers_by_keyboard_alone(visitor: Page, stage: Stage) -> None:
    visitor.goto(FORM)
    visitor.locator("[name=name]").focus()
    for keys in ("Åse Dahl", "", "ase@example.no", "Hå kommune"):
        visitor.keyboard.type(keys)
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("Space")  # the first kind of place
    for _ in range(4):  # the reference, what one needs, several people, the terms
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("Space")
    visitor.keyboard.press("Enter")

    expect(visitor.locator("article.ticket")).to_contain_text("Åse Dahl")
    assert Registration.objects.get(name="Åse Dahl").tier.key == "ansatt"


def test_secret_addresses_are_told_to_no_page(visitor: Page, stage: Stage) -> None:
    referrers: list[str] = []

    def listen(request: Request) -> None:
        referrers.append(request.all_headers().get("referer", ""))

    visitor.on("request", listen)
    manage(visitor, stage)
    visitor.locator("a[href$='avmeld/']").click()
    press(visitor)
    expect(visitor.locator("a[href$='avmeld/']")).to_have_count(0)
    offer(visitor, stage)
    visitor.locator("button[value=accept]").click()
    expect(visitor.locator("a[href$='kalender.ics']")).to_have_count(1)
    visitor.locator(".site-nav a").first.click()

    secrets = (stage.holder.manage_key, stage.offered.manage_key, str(stage.offered.offer_key))
    assert not [told for told in referrers for secret in secrets if secret in told]
    assert set(
        Registration.objects.filter(pk__in=[stage.holder.pk, stage.offered.pk]).values_list(
            "state", flat=True
        )
    ) == {"cancelled", "confirmed"}
