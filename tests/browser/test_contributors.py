"""A contributor's own pages, and those on which readers meet contributors, as Chromium shows them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference, OnTheDay
from network.models import User
from programme.models import Material, SpeakerInvitation, SpeakerNeed, TalkProposal
from tests import factories
from tests.factories.files import picture

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 800}, locale="nb-NO"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def invitation(live_server: LiveServer, conference: Conference) -> SpeakerInvitation:
    session = factories.make_session(
        conference, "foredrag", ends_at=conference.starts_at + timedelta(hours=1)
    )
    speaker = factories.make_contribution(session, "Kari Innleder").speaker
    speaker.affiliation, speaker.biography = "Fjordvik kommune", "Har skrevet mye."
    speaker.save()
    made = SpeakerInvitation.objects.create(
        conference=conference,
        speaker=speaker,
        answer_by=timezone.now() + timedelta(days=20),
        message="Vi håper du vil.",
    )
    for audience in Material.Audience:
        Material.objects.create(
            session=session,
            title=f"Lenke for {audience}",
            url="https://example.org",
            audience=audience,
            contributed_by=made if audience == "registered" else None,
        )
    OnTheDay.objects.create(
        conference=conference,
        contact_name="Dag Vakt",
        contact_phone="00 00 00 00",
        quiet_room="Rom 12",
        support_name="Stine Støtte",
        emergency="Ring 113.",
    )
    return made


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


def test_a_contributor_meets_no_barrier_on_the_way(
    visitor: Page, invitation: SpeakerInvitation
) -> None:
    visitor.goto(invitation.get_absolute_url())
    found = barriers(visitor)
    visitor.locator("button[value=confirmed]").click()
    expect(visitor.locator(".notice--success")).to_be_visible()
    found += barriers(visitor)

    visitor.locator("a[href$='om-deg/']").click()
    visitor.locator("[name=biography]").fill("Tre setninger.")
    visitor.locator("[name=picture]").set_input_files(
        {"name": "meg.svg", "mimeType": "image/png", "buffer": b"<svg/>"}
    )
    visitor.locator("main button[type=submit]").click()
    expect(visitor.locator(".error-summary")).to_be_focused()
    found += barriers(visitor)
    visitor.locator("main button[type=submit]").click()
    expect(visitor.locator("h2#todo")).to_be_visible()

    SpeakerNeed.objects.create(invitation=invitation, note="Teleslynge")
    visitor.locator("a[href$='behov/']").click()
    found += barriers(visitor)
    visitor.go_back()
    visitor.locator("a[href*='/okt/']").click()
    visitor.locator("[name=abstract]").fill("Om veien.")
    visitor.locator("main button[type=submit]").last.click()
    found += barriers(visitor)

    for path in (
        "/bidrag/finnes-ikke/",
        "/innledere/",
        "/innledere/?q=ingen",
        f"/innledere/kari-innleder-{invitation.speaker.key}/",
        "/arrangementer/konferansen/praktisk/",
        "/arrangementer/konferansen/program/foredrag/",
    ):
        visitor.goto(path)
        found += barriers(visitor)
    assert found == []
    invitation.refresh_from_db()
    assert (invitation.state, invitation.biography) == ("confirmed", "Tre setninger.")


def test_an_organiser_meets_no_barrier_reading_it(
    visitor: Page, invitation: SpeakerInvitation, organiser: User, live_server: LiveServer
) -> None:
    client = Client()
    client.force_login(organiser)
    key = client.cookies["session"].value
    visitor.context.add_cookies([{"name": "session", "value": key, "url": live_server.url}])
    now = timezone.now()
    invitation.biography, invitation.profile_given_at, invitation.profile_waits = "Ny", now, True
    invitation.picture_alt, invitation.picture_consent = "En kvinne i genser", True
    invitation.picture.save("picture.jpg", ContentFile(picture()), save=False)
    invitation.save()
    session = invitation.conference.sessions.get()
    TalkProposal.objects.create(invitation=invitation, session=session, abstract="Om veien.")
    SpeakerNeed.objects.create(invitation=invitation, note="Teleslynge")
    desk = f"/admin/conferences/conference/{invitation.conference_id}/programme/contributors/"
    found: list[tuple[str, str, str]] = []
    for path in (desk, f"{desk}one/?who={invitation.pk}"):
        visitor.goto(path)
        found += barriers(visitor)
    visitor.goto(desk)
    visitor.locator("button[value=remind]").click()
    expect(visitor.locator(".errorlist")).to_be_visible()
    found += barriers(visitor)
    assert found == []
