"""Letters from the contact page and the page on accessibility; the page of maintenance."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from network.models import User
from recovery_network import contacting
from recovery_network.mail import delivery
from recovery_network.mail.models import Mail

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
PAGES = ("/en/kontakt/", "/en/tilgjengelighet/")
LANGUAGES = ("", "/nn", "/da", "/en")


@pytest.fixture(autouse=True)
def no_limits_from_before(settings: Settings) -> None:
    caches["default"].clear()
    settings.CONTACT_EMAIL = "post@example.no"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def stamp_on(client: Client, page: str) -> str:
    found = re.search(r'name="stamp" value="([^"]+)"', client.get(page).content.decode())
    assert found is not None
    return found.group(1)


def write(client: Client, page: str, clock: Any, *, after: float = 30, **changes: Any) -> Any:
    stamp = stamp_on(client, page)
    clock.shift(timedelta(seconds=after))
    letter = {"name": "Kari", "email": "kari@example.no", "message": "Når er neste møte?"}
    return client.post(page, {**letter, "stamp": stamp, "website": "", **changes})


@pytest.mark.parametrize("page", PAGES)
def test_a_letter_reaches_the_organisers(page: str, client: Client, clock: Any) -> None:
    response = write(client, page, clock)
    assert (response.status_code, response.headers["Location"]) == (303, "/en/kontakt/takk/")
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient, mail.language) == ("contact", "post@example.no", "nb")
    assert all(each in mail.text for each in ("Når er neste møte?", "Kari", "kari@example.no"))
    assert client.get(response.headers["Location"]).status_code == 200


def test_the_form_carries_what_forged_ones_lack(clock: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(PAGES[0]).content.decode()
    found = dict(re.findall(r'name="(csrfmiddlewaretoken|stamp)" value="([^"]+)"', page))
    clock.shift(timedelta(seconds=30))
    letter = {"email": "kari@example.no", "message": "Hei", **found}
    assert client.post(PAGES[0], letter).status_code == 303
    assert client.post(PAGES[0], {**letter, "csrfmiddlewaretoken": ""}).status_code == 403


def test_it_is_blanked_when_it_has_gone(client: Client, clock: Any) -> None:
    write(client, PAGES[0], clock)
    delivery.deliver(Mail.objects.get().pk)
    mail = Mail.objects.get()
    assert (mail.state, mail.recipient, mail.text) == (Mail.State.SENT, "", "")


def test_an_obstacle_may_be_told_without_a_name(client: Client, clock: Any) -> None:
    assert write(client, PAGES[1], clock, name="", email="").status_code == 303
    assert Mail.objects.count() == 1
    assert write(client, PAGES[0], clock, name="", email="").status_code == 422


def test_the_same_sending_twice_is_one_letter(client: Client, clock: Any) -> None:
    stamp = stamp_on(client, PAGES[0])
    clock.shift(timedelta(seconds=30))
    letter = {"email": "kari@example.no", "message": "Hei", "stamp": stamp}
    assert [client.post(PAGES[0], letter).status_code for _ in range(2)] == [303, 303]
    assert Mail.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "kari@"}, "Write an e-mail address"),
        ({"message": ""}, "This field is required."),
        ({"message": "skjult \u202e tegn"}, "special control characters"),
        ({"after": 1}, "That went very fast."),
        ({"after": 90_000}, "The page had been open for a long time."),
        ({"stamp": "tull"}, "The page had been open for a long time."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    changes: dict[str, Any], sentence: str, client: Client, clock: Any
) -> None:
    response = write(client, PAGES[0], clock, **changes)
    page = response.content.decode()
    assert (response.status_code, sentence in page) == (422, True)
    assert 'value="Kari"' in page
    assert "message" in changes or "Når er neste møte?" in page
    assert not Mail.objects.exists()


def test_an_old_page_can_be_sent_once_more(client: Client, clock: Any) -> None:
    response = write(client, PAGES[0], clock, after=90_000)
    found = re.search(r'name="stamp" value="([^"]+)"', response.content.decode())
    assert found is not None
    clock.shift(timedelta(seconds=10))
    letter = {"email": "kari@example.no", "message": "Hei", "stamp": found.group(1)}
    assert client.post(PAGES[0], letter).status_code == 303


def test_a_program_is_thanked_and_nothing_is_sent(client: Client, clock: Any) -> None:
    response = write(client, PAGES[0], clock, website="https://example.org")
    assert response.status_code == 303
    assert not Mail.objects.exists()


def test_one_sender_has_a_limit_and_loses_no_word(client: Client, clock: Any) -> None:
    for number in range(contacting.PER_SENDER):
        assert write(client, PAGES[0], clock, message=f"Nr. {number}").status_code == 303
    response = write(client, PAGES[0], clock, message="En til", email="KARI@example.no")
    assert response.status_code == 429
    assert "En til" in response.content.decode()
    # A neighbour in the same conference room still can.
    assert write(client, PAGES[0], clock, email="ola@example.no").status_code == 303


@pytest.mark.parametrize("page", PAGES)
def test_everyone_may_read_and_write(
    page: str, member: User, organiser: User, client: Client
) -> None:
    for user in (None, member, organiser):
        someone = Client()
        if user:
            someone.force_login(user)
        assert someone.get(page).status_code == 200
        assert someone.delete(page).status_code == 405


def test_the_statement_is_linked_where_there_is_one(client: Client, settings: Settings) -> None:
    assert "uustatus.no" not in client.get(PAGES[1]).content.decode()
    settings.ACCESSIBILITY_STATEMENT = "https://uustatus.no/nb/erklaringer/publisert/x"
    assert 'href="https://uustatus.no/nb/' in client.get(PAGES[1]).content.decode()


class TestMaintenance:
    @pytest.fixture
    def closed(self, settings: Settings, tmp_path: Path) -> Path:
        settings.DATA_DIR = tmp_path
        (tmp_path / "maintenance").touch()
        return tmp_path / "maintenance"

    def test_in_four_languages(self, closed: Path, client: Client) -> None:
        answers = [client.get(f"{prefix}/aktuelt/") for prefix in LANGUAGES]
        assert {(each.status_code, each.headers["Retry-After"]) for each in answers} == {
            (503, "600")
        }
        headings = [re.findall("<h1>(.+)</h1>", each.content.decode()) for each in answers]
        assert len({heading for (heading,) in headings}) == 4
        assert client.post("/kontakt/").status_code == 503

    def test_those_who_mend_it_get_in(self, closed: Path, client: Client, organiser: User) -> None:
        assert client.get("/en/konto/login/").status_code == 200
        client.force_login(organiser)
        assert client.get("/admin/").status_code == 200
        assert client.get("/healthz").status_code in {200, 503}
        assert b"oldest_unsent_seconds" in client.get("/healthz").content
        assert client.get("/").status_code == 503

    def test_opened_again_without_a_restart(self, closed: Path, client: Client) -> None:
        closed.unlink()
        assert client.get("/").status_code == 200

    def test_by_a_value(self, client: Client, settings: Settings) -> None:
        settings.MAINTENANCE = True
        assert client.get("/").status_code == 503
