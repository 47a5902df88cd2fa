"""Someone is erased while their place goes to a colleague; the control reads the place before the lock."""

import threading
from decimal import Decimal
from functools import partial

import pytest

from conferences.models import Conference
from recovery_network.privacy.erasing import erase
from recovery_network.privacy.person import Person
from registrations.actions import erasing, handing_over
from registrations.actions.cancelling import give_up
from registrations.models import Registration
from tests import factories
from tests.races.test_places import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registration() -> Registration:
    tier = factories.make_tier(factories.make_conference(capacity=300))
    return factories.make_registration(tier, name="Per Deltaker", email="per@example.no")


def erase_per() -> None:
    erase(person=Person.of(["per@example.no"]), agreed=Decimal(500), language="nb")


def hand_over(own: Registration) -> None:
    handing_over.hand_over(registration=own, name="Ny Kollega", email="ny@example.no")


def test_a_colleague_who_was_told_so_has_the_place(registration: Registration) -> None:
    # Read by the link before either waits for the lock.
    own = Registration.objects.get(pk=registration.pk)
    handed, _erased = at_once([partial(hand_over, own), erase_per])
    left = list(Registration.objects.values_list("name", flat=True))
    assert (handed, left) in [(None, ["Ny Kollega"]), ("handed_over", [])]


@pytest.mark.postgresql
def test_control_without_the_lock_the_colleague_loses_it(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[object] = []

    def unlocked(conference_id: int) -> Conference:
        return Conference.objects.select_related("venue").get(pk=conference_id)

    def after_handing_over(*args: object, **kwargs: object) -> None:
        """The place goes to the colleague between the look and the write."""
        other = threading.Thread(
            target=lambda: handed.extend(at_once([partial(hand_over, registration)]))
        )
        other.start()
        other.join()
        give_up(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(erasing, "lock", unlocked)
    monkeypatch.setattr(erasing, "give_up", after_handing_over)
    erase_per()
    assert handed == [None]
    assert not Registration.objects.exists()
