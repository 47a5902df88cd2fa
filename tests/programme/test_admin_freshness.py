"""Two organisers with the same session open: the second is told, and nothing is written over unseen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conferences.models import Conference
from network.models import User
from programme.models import Session
from tests import factories
from tests.registrations.test_admin_conference import as_posted, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TOLD = "Someone else changed this row meanwhile. Now it is:"


@pytest.fixture
def session(conference: Conference) -> Session:
    made: Session = factories.make_session(conference, title="Som det var")
    factories.make_session(conference, title="En annen")
    return made


@pytest.fixture
def browser(organiser: User) -> Client:
    return browser_of(organiser)


def title() -> list[str]:
    return sorted(Session.objects.values_list("title", flat=True))


def test_on_the_page_of_a_session(browser: Client, session: Session) -> None:
    address = reverse("admin:programme_session_change", args=[session.pk])
    first, second = as_posted(browser, address), as_posted(browser, address)
    assert browser.post(address, first | {"title": "Den første"}).status_code == 302
    refused: Any = browser.post(address, second | {"title": "Den andre"})
    assert (refused.status_code, title()) == (200, ["Den første", "En annen"])
    form = refused.context["adminform"].form
    assert TOLD in refused.content.decode()
    assert "Den første" in " ".join(form.non_field_errors())
    assert form["title"].value() == "Den andre"
    again = second | {"title": "Den andre", "was": form["was"].value()}
    assert browser.post(address, again).status_code == 302
    assert title() == ["Den andre", "En annen"]


def test_in_the_table_of_a_conference(browser: Client, session: Session) -> None:
    address = reverse("admin:conferences_conference_change", args=[session.conference_id])
    seen = as_posted(browser, address)
    row = next(name for name, value in seen.items() if value == "Som det var")
    other = next(name for name, value in seen.items() if value == "En annen")
    assert browser.post(address, seen | {row: "Den første"}).status_code == 302
    refused = browser.post(address, seen | {row: "Den andre", other: "Også endret"})
    assert (refused.status_code, title()) == (200, ["Den første", "En annen"])
    assert TOLD in refused.content.decode()


def test_what_another_did_to_another_row_is_no_matter(browser: Client, session: Session) -> None:
    address = reverse("admin:programme_session_change", args=[session.pk])
    seen = as_posted(browser, address)
    Session.objects.filter(title="En annen").update(title="Endret")
    assert browser.post(address, seen | {"title": "Ny"}).status_code == 302
    assert title() == ["Endret", "Ny"]
