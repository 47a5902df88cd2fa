"""One place and several who want something with it at once; each race has a control without the lock."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from recovery_network.mail.models import Mail
from registrations import addresses
from registrations.actions import cancelling, changing, handing_over, naming_seats
from registrations.models import Handover, Registration
from tests import factories
from tests.races.test_places import at_once

pytestmark = pytest.mark.django_db(transaction=True)
State = Registration.State


@pytest.fixture
def registration() -> Registration:
    tier = factories.make_tier(factories.make_conference(capacity=300))
    return factories.make_registration(tier, name="Per Deltaker", email="per@example.no")


@contextmanager
def without_the_lock(monkeypatch: pytest.MonkeyPatch, racers: int) -> Iterator[None]:
    """Each reads the registration unheld, and waits until all have read it."""
    together = threading.Barrier(racers)

    def unlocked(registration: Registration) -> Registration:
        found = Registration.objects.select_related(
            "tier", "booking__organisation", "conference__venue"
        ).get(pk=registration.pk)
        together.wait(timeout=20)
        return found

    with monkeypatch.context() as patch:
        for verb in (cancelling, changing, handing_over, naming_seats):
            patch.setattr(verb, "locked", unlocked)
        yield


def read(registration: Registration) -> Registration:
    """As each request has read it by the link, before any of them waits for the lock."""
    return Registration.objects.get(pk=registration.pk)


def hand_over(own: Registration, number: int) -> None:
    handing_over.hand_over(registration=own, name=f"Ny {number}", email=f"ny{number}@example.no")


def cancel(own: Registration) -> None:
    cancelling.cancel(registration=own)


def cancel_and_hand_over(registration: Registration) -> list[Callable[[], object]]:
    return [partial(cancel, read(registration)), partial(hand_over, read(registration), 1)]


def press_two_links(registration: Registration) -> list[Callable[[], object]]:
    tokens = [addresses.token_for(registration, f"per{n}@example.no") for n in range(2)]
    return [partial(changing.use_address, token=token) for token in tokens]


def test_of_many_who_hand_it_over_one_does(registration: Registration) -> None:
    results = at_once([partial(hand_over, read(registration), number) for number in range(6)])

    assert sorted(map(str, results)) == ["None", *["handed_over"] * 5]
    registration.refresh_from_db()
    winner = results.index(None)
    assert registration.email == f"ny{winner}@example.no"
    assert Handover.objects.count() == 1
    sent = Mail.objects.exclude(state=Mail.State.CANCELLED).order_by("pk")
    assert [(mail.kind, mail.recipient) for mail in sent] == [
        ("handed_over", "per@example.no"),
        ("confirmation", registration.email),
    ]


def test_who_cancels_never_cancels_a_colleague(registration: Registration) -> None:
    results = at_once(cancel_and_hand_over(registration))

    registration.refresh_from_db()
    if registration.state == State.CANCELLED:
        assert results == [None, "wrong_state"]
        assert registration.email == "per@example.no"
    else:
        assert results == ["handed_over", None]
        assert registration.email == "ny1@example.no"


@pytest.mark.postgresql
def test_control_without_the_lock_both_happen(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_the_lock(monkeypatch, 2):
        results = at_once(cancel_and_hand_over(registration))

    assert results == [None, None]
    kinds = Mail.objects.exclude(kind="confirmation", recipient="per@example.no")
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "cancellation",
        "confirmation",
        "handed_over",
    ]


def test_of_two_new_addresses_one_is_used(registration: Registration) -> None:
    results = at_once(press_two_links(registration))

    assert sorted(isinstance(result, Registration) for result in results) == [False, True]
    assert "expired" in results
    assert Mail.objects.filter(kind="address_changed").count() == 1


@pytest.mark.postgresql
def test_control_without_the_lock_both_addresses_are_used(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_the_lock(monkeypatch, 2):
        results = at_once(press_two_links(registration))

    assert all(isinstance(result, Registration) for result in results)


@pytest.fixture
def seat() -> Registration:
    """A place that an organisation reserved without a name."""
    conference = factories.make_conference()
    conference.unnamed_until = conference.starts_at - timedelta(days=1)
    conference.save(update_fields=["unnamed_until"])
    tier = factories.make_tier(conference)
    unnamed = factories.make_person(tier, name="", email="")
    return factories.make_booking(conference, [unnamed]).registrations.get()


def name_it(own: Registration, number: int) -> None:
    guest = naming_seats.Guest(f"Ny {number}", f"ny{number}@example.no")
    naming_seats.name_seat(registration=own, guest=guest)


def test_of_many_who_name_a_place_one_does(seat: Registration) -> None:
    results = at_once([partial(name_it, read(seat), number) for number in range(6)])

    assert sorted(map(str, results)) == ["None", *["named"] * 5]
    seat.refresh_from_db()
    assert seat.email == f"ny{results.index(None)}@example.no"
    assert list(Mail.objects.filter(kind="confirmation").values_list("recipient", flat=True)) == [
        seat.email
    ]


@pytest.mark.postgresql
def test_control_without_the_lock_both_are_named(
    seat: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_the_lock(monkeypatch, 2):
        results = at_once([partial(name_it, read(seat), number) for number in range(2)])

    assert results == [None, None]
