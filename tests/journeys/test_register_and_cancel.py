"""From the conference's page to a place, and from a cancelled place to the next in line."""

import pytest
from django.test import Client
from icalendar import Calendar

from recovery_network.mail.models import Mail
from registrations.models import Registration, Tier
from tests import factories
from tests.browsing import english, link_in, mailed, register_page, typed

State = Registration.State


@pytest.fixture
def only_place(db: None) -> Tier:
    conference = factories.make_conference(slug="konferansen", capacity=1, offer_hours=24)
    return factories.make_tier(conference)


def register(client: Client, name: str, email: str) -> str:
    """Fills in the form that the conference's page leads to; returns the receipt page."""
    page = client.get("/en/arrangementer/konferansen/")
    assert english(register_page("konferansen")) in page.text
    sent = client.post(english(register_page("konferansen")), typed(client, name=name, email=email))
    assert sent.status_code == 303
    receipt = client.get(sent["Location"])
    assert receipt.status_code == 200
    return receipt.text


def test_from_the_page_to_a_place_and_on_to_the_next_in_line(only_place: Tier) -> None:
    kari, ola = Client(), Client()

    thanks = register(kari, "Kari Nordmann", "kari@example.no")
    assert "Your ticket and your link are in an e-mail on its way to kari@example.no." in thanks
    waits = register(ola, "Ola Nordmann", "ola@example.no")
    assert "You are on the waiting list" in waits
    assert (mailed("kari@example.no"), mailed("ola@example.no")) == (
        ["confirmation"],
        ["waiting_list"],
    )

    ticket = Mail.objects.get(recipient="kari@example.no")
    mine = kari.get(link_in(ticket, "/pamelding/"))
    assert "You have a place" in mine.text
    assert Registration.objects.get(name="Kari Nordmann").code in ticket.text
    assert "NOK 500" in ticket.text

    asked = kari.get(mine.request["PATH_INFO"] + "avmeld/")
    assert "Your place goes to the next in line." in asked.text
    done = kari.post(asked.request["PATH_INFO"], follow=True)
    assert "This registration is cancelled" in done.text
    assert mailed("kari@example.no") == ["confirmation", "cancellation"]

    assert mailed("ola@example.no") == ["waiting_list", "offer"]
    offer = link_in(Mail.objects.get(kind="offer"), "/venteliste/")
    assert "There is a place for you" in ola.get(offer).text
    accepted = ola.post(offer, {"answer": "accept"}, follow=True)
    assert "You have a place" in accepted.text
    assert mailed("ola@example.no") == ["waiting_list", "offer", "confirmation"]

    calendar = ola.get(accepted.request["PATH_INFO"] + "kalender.ics")
    event = Calendar.from_ical(calendar.content).walk("VEVENT")[0]
    assert event["summary"] == "Conference, Sandnes"
    assert dict(Registration.objects.values_list("name", "state")) == {
        "Kari Nordmann": State.CANCELLED,
        "Ola Nordmann": State.CONFIRMED,
    }


def test_the_offer_declined_goes_on(only_place: Tier) -> None:
    for name in ("Kari", "Ola", "Per"):
        register(Client(), name, f"{name.lower()}@example.no")
    holder = Registration.objects.get(name="Kari")

    Client().post(f"{holder.get_absolute_url()}avmeld/")
    Client().post(link_in(Mail.objects.get(kind="offer"), "/venteliste/"), {"answer": "decline"})

    assert mailed("ola@example.no") == ["waiting_list", "offer", "cancellation"]
    assert mailed("per@example.no") == ["waiting_list", "offer"]


def test_who_registers_twice_gets_one_place_and_a_kind_mail(only_place: Tier) -> None:
    for _ in range(2):
        register(Client(), "Kari Nordmann", "kari@example.no")

    assert Registration.objects.count() == 1
    assert mailed("kari@example.no") == ["confirmation", "already_registered"]
    again = Mail.objects.get(kind="already_registered")
    assert "You have a place" in Client().get(link_in(again, "/pamelding/")).text
