"""A programme as Chromium shows it: every way of reading it, on a phone and a wide screen, in light and dark."""

from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference
from programme.models import Session
from tests.factories import make_contribution, make_room, make_session, make_track

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PROGRAMME = "/da/arrangementer/konferansen/program/"
LONG = "Menneskerettighetsperspektiver i kommunehelsetjenestesamarbeidet"


@pytest.fixture
def two_days(live_server: LiveServer, conference: Conference) -> Conference:
    """Going on just now, with tracks, rooms, long words, overlaps, a break and something without an end."""
    now, hour = timezone.now(), timedelta(hours=1)
    conference.starts_at, conference.ends_at = now - hour, now + timedelta(days=1)
    conference.save(update_fields=["starts_at", "ends_at"])
    tracks = [make_track(conference, name) for name in ("Bolig", "Arbeid", LONG)]
    for number, track in enumerate(tracks):
        session = make_session(
            conference,
            title=f"{LONG} {number}",
            room=make_room(conference, f"Sal {number}"),
            track=track,
            starts_at=now - hour / 2,
            ends_at=now + hour / 2 + number * hour / 6,
            content_note="Handler om tap." if number else "",
            language="en" if number else "",
        )
        make_contribution(session, role="host", presented_as="vaktmester, Hå kommune")
    make_session(conference, title="Pause", kind=Session.Kind.BREAK, starts_at=now + hour)
    make_session(conference, "sist", title="Sist", starts_at=now + timedelta(hours=23))
    return conference


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_way_of_reading_is_for_everyone(
    browser: Browser,
    live_server: LiveServer,
    two_days: Conference,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    for asked in ("", "?vis=spor", "?vis=rom", "?q=bolig", "?q=ingenting", "?dag=x", "sist/"):
        page.goto(f"{PROGRAMME}{asked}")
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == [], asked
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{asked} is {wide} wide"
    context.close()
