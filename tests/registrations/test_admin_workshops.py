"""The organiser's side of workshops."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from programme.models import ChoiceBlock, Session
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.workshops import change_workshop
from registrations.models import Registration, Tier
from tests import factories
from tests.registrations.test_admin_conference import as_posted, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def block(conference: Conference) -> ChoiceBlock:
    return factories.make_block(conference, "en", title="Blokk 1")


@pytest.fixture
def small(block: ChoiceBlock) -> Session:
    return factories.make_workshop(block, "liten", title="Liten", capacity=1)


@pytest.fixture
def roomy(block: ChoiceBlock) -> Session:
    return factories.make_workshop(block, "romslig", title="Romslig", capacity=1)


@pytest.fixture
def crowd(employee_tier: Tier, small: Session) -> list[Registration]:
    """One with the only seat, two in line."""
    names = ("=Hanna Holder", "Viggo Venter", "Vera Venter")
    people = [factories.make_registration(employee_tier, name=name) for name in names]
    for each in people:
        change_workshop(registration=each, session=small, wait=True)
    return people


@pytest.fixture
def browser(organiser: User) -> Client:
    return browser_of(organiser)


def address(name: str, conference: Conference) -> str:
    return reverse(f"admin:conferences_conference_{name}", args=[conference.pk])


def page_of(session: Session, name: str = "people") -> str:
    return reverse(f"admin:programme_session_{name}", args=[session.pk])


def seats(registration: Registration) -> list[tuple[str, str]]:
    return sorted(registration.seats.values_list("session__key", "state"))


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_board_counts_seats_lines_and_those_without(
    browser: Client, conference: Conference, crowd: list[Registration], roomy: Session
) -> None:
    page = browser.get(address("workshops", conference))

    [block] = page.context["blocks"]
    assert [(row.session.key, row.taken, row.left, row.waiting) for row in block.rows] == [
        ("liten", 1, 0, 2), ("romslig", 0, 1, 0),
    ]  # fmt: skip
    assert block.without == 2
    assert "2 people with a place have no seat here." in text_of(page)


def test_an_empty_board_says_how_to_begin(browser: Client, conference: Conference) -> None:
    assert "There is nothing to choose yet." in text_of(
        browser.get(address("workshops", conference))
    )


def test_someone_is_moved_by_hand_with_a_reason(
    browser: Client,
    conference: Conference,
    crowd: list[Registration],
    small: Session,
    roomy: Session,
) -> None:
    page = page_of(small)
    holder, first, _last = crowd
    move = {"person": holder.pk, "workshop": roomy.pk, "reason": ""}

    refused = browser.post(page, move)
    assert (refused.status_code, seats(holder)) == (200, [("liten", "held")])
    assert browser.post(page, {**move, "reason": "Trapper"}).status_code == 302
    assert (seats(holder), seats(first)) == ([("romslig", "held")], [("liten", "held")])
    event = AuditEvent.objects.get(action="seat.moved")
    assert (event.reason, event.details["workshop"]) == ("Trapper", "romslig")
    assert Mail.objects.filter(recipient=holder.email, kind="workshops_changed").count() == 2


def test_nobody_is_moved_into_a_full_workshop(
    browser: Client, conference: Conference, crowd: list[Registration], small: Session
) -> None:
    page = page_of(small)

    answer = browser.post(page, {"person": crowd[1].pk, "workshop": small.pk, "reason": "Vil"})

    assert answer.status_code == 200
    assert "You wait for “Liten” already." in text_of(answer)
    assert seats(crowd[1]) == [("liten", "waiting")]


def test_someone_is_taken_out_of_the_line(
    browser: Client, conference: Conference, crowd: list[Registration], small: Session
) -> None:
    page = page_of(small)

    browser.post(page, {"person": crowd[1].pk, "workshop": "", "reason": "Ba om det"})

    assert [seats(each) for each in crowd] == [
        [("liten", "held")], [], [("liten", "waiting")],
    ]  # fmt: skip


def test_strangers_to_the_workshop_are_not_moved(
    browser: Client, conference: Conference, participant: Registration, crowd: list[Registration],
    small: Session, roomy: Session,
) -> None:  # fmt: skip
    page = page_of(small)
    for person in (participant.pk, "x", 999999):
        answer = browser.post(page, {"person": person, "workshop": roomy.pk, "reason": "Vil"})
        assert (answer.status_code, seats(participant)) == (200, [])
    assert browser.get(page_of(factories.make_session(conference))).status_code == 404


def test_a_workshop_is_called_off_once_asked(
    browser: Client, conference: Conference, crowd: list[Registration], small: Session
) -> None:
    page = page_of(small, "call_off")

    assert "3 people are told by mail" in text_of(browser.get(page))
    assert browser.post(page, {"reason": "Sykdom"}).status_code == 302
    assert [seats(each) for each in crowd] == [[], [], []]
    again = browser.post(page, {"reason": ""})
    assert "The workshop is called off already." in text_of(again)
    programme = Client().get(f"/en/arrangementer/{conference.slug}/program/")
    assert "Called off" in text_of(programme)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_lists_leave_without_formulas_and_are_logged(
    browser: Client, conference: Conference, crowd: list[Registration], kind: str
) -> None:
    answer = browser.post(address("workshop_lists", conference), {"format": kind})

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if kind == "csv":
        rows = [line.split(";") for line in content.decode("utf-8-sig").splitlines()]
    else:
        sheet = load_workbook(BytesIO(content)).active
        assert sheet is not None
        rows = [[str(cell or "") for cell in row] for row in sheet.values]
    assert [(row[2], row[3], row[4], row[5]) for row in rows[1:]] == [
        ("Liten", "has a seat", "", "'=Hanna Holder"),
        ("Liten", "waits for a seat", "1", "Viggo Venter"),
        ("Liten", "waits for a seat", "2", "Vera Venter"),
    ]
    assert AuditEvent.objects.filter(action="workshops.exported").count() == 1
    assert browser.post(address("workshop_lists", conference), {"format": "exe"}).status_code == 404


def test_more_seats_on_the_page_of_the_session_go_to_the_line(
    browser: Client, crowd: list[Registration], small: Session
) -> None:
    page = page_of(small, "change")

    assert browser.post(page, {**as_posted(browser, page), "capacity": 2}).status_code == 302
    assert [state for each in crowd for _key, state in seats(each)] == ["held", "held", "waiting"]


def test_more_seats_on_the_page_of_the_conference_go_to_the_line(
    browser: Client, conference: Conference, crowd: list[Registration]
) -> None:
    page = reverse("admin:conferences_conference_change", args=[conference.pk])
    data = as_posted(browser, page)
    name = next(key for key in data if key.startswith("sessions-") and key.endswith("-capacity"))

    assert browser.post(page, {**data, name: 2}).status_code == 302
    assert [state for each in crowd for _key, state in seats(each)] == ["held", "held", "waiting"]


def test_a_workshop_with_people_stays_in_its_block_and_is_not_deleted(
    browser: Client, conference: Conference, crowd: list[Registration], small: Session
) -> None:
    other = factories.make_block(conference)
    page = page_of(small, "change")

    browser.post(page, {**as_posted(browser, page), "block": other.pk})
    browser.post(page_of(small, "delete"), {"post": "yes"})

    small.refresh_from_db()
    assert small.block_id != other.pk


def test_editors_see_and_leave_what_decides_about_seats(
    editor: User, conference: Conference, crowd: list[Registration], small: Session
) -> None:
    browser = browser_of(editor)
    page = page_of(small, "change")

    assert browser.post(page, {**as_posted(browser, page), "capacity": 9}).status_code == 302
    small.refresh_from_db()
    assert small.capacity == 1
    for address_of_page in (address("workshops", conference), page_of(small)):
        assert browser.get(address_of_page).status_code == 403


def test_a_block_gets_its_key_from_its_title(browser: Client, conference: Conference) -> None:
    page = reverse("admin:conferences_conference_change", args=[conference.pk])
    typed = {"blocks-0-title": "Blokk én", "blocks-0-rule": "must", "blocks-0-position": 0}

    data = {**as_posted(browser, page), "blocks-TOTAL_FORMS": 1, **typed}
    assert browser.post(page, data).status_code == 302
    assert conference.blocks.get().key == "blokk-en"


def test_the_number_of_queries_follows_neither_workshops_nor_people(
    browser: Client,
    conference: Conference,
    crowd: list[Registration],
    small: Session,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    board, one = address("workshops", conference), page_of(small)
    browser.get(board)
    with django_assert_num_queries(9):
        browser.get(board)
    with django_assert_num_queries(11):
        browser.get(one)
    for hour in (3, 5):
        workshop = factories.make_workshop(factories.make_block(conference), hour=hour)
        for each in crowd:
            change_workshop(registration=each, session=workshop)
    Session.objects.filter(pk=small.pk).update(starts_at=small.starts_at + timedelta(minutes=1))
    with django_assert_num_queries(9):
        browser.get(board)
    with django_assert_num_queries(11):
        browser.get(one)
