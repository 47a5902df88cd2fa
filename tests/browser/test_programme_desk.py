"""The pages on which a programme is made, in a real browser: by keyboard, by dragging, without faults."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from conferences.models import Conference
from network.models import User
from programme.models import ProgrammeVersion, Session
from recovery_network.mail.models import Mail
from registrations.models import SessionSeat
from tests import factories
from tests.browser.test_admin import faults
from tests.programme.test_importing import START, XML

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def desk(page: Page, live_server: LiveServer, organiser: User) -> Page:
    client = Client()
    client.force_login(organiser)
    name = settings.SESSION_COOKIE_NAME
    cookie = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
    page.set_viewport_size(WIDE)
    return page


@pytest.fixture
def conference(db: None) -> Conference:
    """Two rooms, an overlap, a gap, a session without an end; a first version and changes since."""
    made = factories.make_conference(
        starts_at=datetime(2031, 1, 15, 8, tzinfo=UTC),
        ends_at=datetime(2031, 1, 15, 15, tzinfo=UTC),
    )
    hall = factories.make_room(made.venue, "Storsalen", capacity=40)
    loft = factories.make_room(made.venue, "Loftet", position=1)
    factories.make_track(made, "Bolig")

    def add(
        title: str, start: tuple[int, int], end: tuple[int, int] | None, **fields: Any
    ) -> Session:
        day = made.starts_at
        return factories.make_session(
            made,
            title=title,
            starts_at=day.replace(hour=start[0], minute=start[1]),
            ends_at=day.replace(hour=end[0], minute=end[1]) if end else None,
            **fields,
        )

    add("Velkommen", (8, 0), (8, 25), kind="opening")
    talk = add(
        "Hvordan samarbeide om recoveryprosesser i lokalsamfunnet", (8, 30), (9, 30), room=hall
    )
    factories.make_contribution(
        talk, "Kari Innleder", presented_as="professor, Institutt for psykososial helse"
    )
    add("Overlapper", (9, 0), (9, 45), room=hall)
    add("Verksted", (8, 30), (9, 15), room=loft, kind="workshop")
    add("Lunsj", (11, 0), None, kind="meal")
    Session.objects.filter(title="Velkommen").update(title="Velkommen til alle")
    return made


def of(conference: Conference, name: str) -> str:
    return reverse(f"admin:conferences_conference_{name}", args=[conference.pk])


@pytest.mark.parametrize(
    ("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide-light", "narrow-dark"]
)
def test_pages_have_no_faults(
    size: ViewportSize, scheme: Literal["light", "dark"], desk: Page, conference: Conference
) -> None:
    desk.set_viewport_size(size)
    desk.emulate_media(color_scheme=scheme)
    found = {}
    pages = {
        name: of(conference, name)
        for name in (
            "programme",
            "programme_paste",
            "programme_publish",
            "programme_versions",
            "copy",
        )
    }
    pages["shift"] = of(conference, "programme_shift") + "?after=09.00&minutes=10"
    pages["compare"] = of(conference, "programme_versions") + "?older=1&newer=draft"
    for name, address in pages.items():
        desk.goto(address)
        if faulty := faults(desk):
            found[name] = faulty
    desk.goto(pages["programme_paste"])
    desk.locator("#id_text").fill(
        "Program\n09.00–09.30 Velkommen\nKari Innleder, lege. Om håp.\n13.00 Kaffe"
    )
    desk.locator("input[type=submit]").last.click()
    expect(desk.locator("table.day-table tbody tr")).to_have_count(2)
    if faulty := faults(desk):
        found["preview"] = faulty
    desk.goto(pages["programme"])
    desk.locator("#id_rows-0-start").fill("nitti")
    desk.locator("input[type=submit].default").click()
    expect(desk.locator(".errornote a")).to_have_count(1)
    if faulty := faults(desk):
        found["mistake"] = faulty
    assert found == {}


def test_a_day_is_written_moved_and_published_by_keyboard(
    desk: Page, conference: Conference
) -> None:
    desk.goto(of(conference, "programme"))
    desk.locator("#id_rows-5-start").focus()
    for text in ("14.00", "14.30", "Takk for i dag"):
        desk.keyboard.type(text)
        desk.keyboard.press("Tab")
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.press("Enter")  # saves, and moves nothing
    expect(desk.locator(".messagelist .success")).to_have_count(1)
    added = Session.objects.get(title="Takk for i dag")
    assert added.starts_at == datetime(2031, 1, 15, 13, tzinfo=UTC)
    desk.locator(f"button[name=earlier][value='{added.pk}']").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist .success")).to_contain_text("begynner nå")
    added.refresh_from_db()
    assert added.starts_at == datetime(2031, 1, 15, 11, tzinfo=UTC)
    desk.locator(".desk-nav a", has_text="Publiser").focus()
    desk.keyboard.press("Enter")
    desk.locator("input[type=submit].default").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".messagelist .success")).to_contain_text("versjon 2")
    assert ProgrammeVersion.objects.count() == 2


def test_a_session_is_dragged_to_another_room_and_time(desk: Page, conference: Conference) -> None:
    desk.goto(of(conference, "programme"))
    session = Session.objects.get(title="Verksted")
    box = desk.locator(f".grid-box[data-session='{session.pk}']")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    hall = desk.locator(".grid-column", has_text="Storsalen").bounding_box()
    assert place is not None
    assert hall is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + 10
    desk.mouse.move(x, y)
    desk.mouse.down()
    # 120 minutes at 1.6 pixels each.
    desk.mouse.move(hall["x"] + hall["width"] / 2, y + 120 * 1.6, steps=5)
    desk.mouse.up()
    expect(desk.locator(".messagelist .success")).to_have_count(1)
    session.refresh_from_db()
    assert session.room is not None
    assert (session.room.name, session.starts_at) == (
        "Storsalen",
        datetime(2031, 1, 15, 10, 30, tzinfo=UTC),
    )


def test_a_schedule_is_brought_in_published_moved_and_those_it_touches_are_told(
    desk: Page, live_server: LiveServer
) -> None:
    """The whole way of a programme made elsewhere: a bad file, a good one, two versions, one mail."""
    conference = factories.make_conference(starts_at=START, ends_at=START + timedelta(days=2))
    desk.set_viewport_size(NARROW)
    found = {}

    def send(window: Page, content: str) -> None:
        window.goto(f"{live_server.url}{of(conference, 'programme_import')}")
        file: FilePayload = {
            "name": "plan.xml",
            "mimeType": "text/xml",
            "buffer": content.encode(),
        }
        window.locator("input[type=file]").set_input_files(file)
        window.locator("form.answer input[type=submit]").click()

    def look(window: Page, name: str) -> None:
        if faulty := faults(window):
            found[name] = faulty

    def publish() -> None:
        desk.goto(of(conference, "programme_publish"))
        look(desk, "publishing")
        desk.locator("input[type=submit].default").click()
        expect(desk.locator(".messagelist .success")).to_have_count(1)

    # In a window of its own: the browser complains of the answer that refuses the file.
    other = desk.context.new_page()
    send(other, XML.replace("00:45", "tre kvarter").replace("<title>Verksted</title>", "<title/>"))
    expect(other.locator("#content tbody tr")).to_have_count(2)
    look(other, "errors")
    assert not Session.objects.exists()
    send(desk, XML)
    expect(desk.locator("table.import-rows tbody tr")).to_have_count(3)
    look(desk, "preview")
    desk.locator(".answer input[type=submit].default").click()
    expect(desk.locator(".messagelist .success")).to_have_count(1)
    block = factories.make_block(conference)
    workshop = Session.objects.get(title="Verksted")
    Session.objects.filter(pk=workshop.pk).update(block=block)
    tier = factories.make_tier(conference)
    for name in ("valgt", "annen"):
        person = factories.make_registration(tier, name=name, email=f"{name}@example.no")
        if name == "valgt":
            SessionSeat.objects.create(
                registration=person, session=workshop, block=block, state=SessionSeat.State.HELD
            )
    publish()
    Session.objects.filter(pk=workshop.pk).update(
        starts_at=F("starts_at") + timedelta(minutes=10),
        ends_at=F("ends_at") + timedelta(minutes=10),
    )
    publish()
    told = Mail.objects.filter(kind="programme_changed").values_list("recipient", flat=True)
    assert (list(told), ProgrammeVersion.objects.count(), found) == (["valgt@example.no"], 2, {})
