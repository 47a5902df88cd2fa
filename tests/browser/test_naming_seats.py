"""Places reserved now and named later, from the form to the deadline, by keyboard alone and in every look."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from conferences.models import Conference
from registrations.actions.naming_deadline import release_unnamed
from registrations.models import Booking, Registration
from tests import factories
from tests.browser.test_parties import assert_no_barrier, looker, press
from tests.browser.test_registering import FORM
from tests.browser.test_whole_way import follow, send, tick, write

__all__ = ["looker"]

State = Registration.State


def test_places_are_reserved_named_and_given_up(looker: Page) -> None:
    conference = factories.make_conference(slug="konferansen", capacity=3)
    conference.unnamed_until = conference.starts_at - timedelta(days=14)
    conference.save(update_fields=["unnamed_until"])
    factories.make_tier(conference)
    factories.make_workshop(factories.make_block(conference))
    reserve_three(looker)

    booking = Booking.objects.get()
    assert list(booking.registrations.values_list("name", "state")) == [("", "confirmed")] * 3
    looker.goto(booking.get_absolute_url())
    expect(looker.locator(".pass-on a")).to_have_count(3)
    assert_no_barrier(looker)
    first, second, third = booking.registrations.order_by("pk")
    name_by_hand(looker, first)
    looker.goto(second.get_absolute_url())
    assert_no_barrier(looker)
    cancel(looker, second)
    see_the_deadline_pass(looker, third)
    looker.goto(f"{booking.get_absolute_url()}utskrift/")
    expect(looker.locator(".slips li")).to_have_count(1)
    assert_no_barrier(looker)


def reserve_three(page: Page) -> None:
    page.goto(FORM)
    write(page, "name", "Kari Koordinator")
    write(page, "email", "kari@example.no")
    press(page, "[name=add]")
    expect(page.locator("[name='2-name']")).to_be_focused()
    press(page, "[name=remove][value='1']")
    expect(page.locator("[name='1-name']")).to_have_count(0)
    write(page, "2-name", "Bo Berg")
    tick(page, "[name='2-later']")
    for hidden in ("[name='2-name']", "[name='2-email']", "[name^='2-block']", ".person details"):
        expect(page.locator(hidden)).to_be_hidden()
    assert_no_barrier(page)
    write(page, "how_many", "2")
    press(page, "[name=add][value=later]")
    expect(page.locator("[name='3-tier']")).to_be_focused()
    expect(page.locator("[name='4-later']")).to_be_checked()
    send(page, "main button[type=submit]:not([name]):visible")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary a")).to_have_count(2)  # the organisation and the terms
    assert_no_barrier(page)
    expect(page.locator("[name='2-later']")).to_be_checked()
    tick(page, "[name='2-later']")
    expect(page.locator("[name='2-name']")).to_have_value("Bo Berg")
    tick(page, "[name='2-later']")
    write(page, "organisation", "Hå kommune")
    tick(page, "[name=terms]")
    send(page, "main button[type=submit]:not([name]):visible")
    expect(page.locator("article.ticket")).to_contain_text("No name yet")
    assert_no_barrier(page)


def name_by_hand(page: Page, seat: Registration) -> None:
    follow(page, f"Si hvem som kommer ({seat.code})")
    assert_no_barrier(page)
    send(page, "main form button[type=submit]")
    expect(page.locator(".error-summary")).to_be_focused()
    assert_no_barrier(page)
    write(page, "name", "Ada Ås")
    write(page, "email", "ada@example.no")
    tick(page, "[name=terms]")
    send(page, "main form button[type=submit]")
    expect(page).to_have_url(re.compile(f"/{seat.manage_key}/workshop/$"))
    assert_no_barrier(page)
    seat.refresh_from_db()
    assert (seat.name, seat.email) == ("Ada Ås", "ada@example.no")


def cancel(page: Page, seat: Registration) -> None:
    follow(page, "Meld av denne plassen")
    assert_no_barrier(page)
    send(page, "main form button[type=submit]")
    seat.refresh_from_db()
    assert seat.state == State.CANCELLED


def see_the_deadline_pass(page: Page, seat: Registration) -> None:
    Conference.objects.update(unnamed_until=timezone.now())
    page.goto(f"{seat.get_absolute_url()}navn/")
    assert_no_barrier(page)
    follow(page, "Tilbake til plassen")
    assert_no_barrier(page)
    assert release_unnamed() == 1
    page.reload()
    expect(page.locator("article.ticket")).to_contain_text("Denne plassen er meldt av")
    assert_no_barrier(page)
