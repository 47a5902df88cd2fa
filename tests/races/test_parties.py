"""Parties at once. Each race has a control on PostgreSQL: the same without the lock goes wrong."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError

from conferences.models import Conference
from registrations.actions import cancelling, places, registering
from registrations.models import Booking, Registration, Tier
from tests import factories
from tests.races.test_places import RACERS, at_once, confirmed, without_the_lock

pytestmark = pytest.mark.django_db(transaction=True)
State = Registration.State


def small_house() -> Tier:
    return factories.make_tier(factories.make_conference(capacity=5))


def again_if_busy(verb: Callable[..., object], **arguments: object) -> object:
    """As people do whom the page asks to send it again: on a slow machine the lock may take its time."""
    for _ in range(5):
        try:
            return verb(**arguments)
        except OperationalError:
            continue
    return verb(**arguments)


def parties_arrive(tier: Tier, *, together: bool) -> None:
    """Twelve parties of two at the same moment."""
    wanted = [
        factories.make_party(
            [factories.make_person(tier, email="") for _ in range(2)],
            organisation=factories.make_organisation(),
            together=together,
        )
        for _ in range(RACERS)
    ]
    at_once(
        [
            partial(
                again_if_busy, registering.register, conference=tier.conference, application=each
            )
            for each in wanted
        ]
    )


def states_by_party() -> list[tuple[str, ...]]:
    return [
        tuple(booking.registrations.order_by("pk").values_list("state", flat=True))
        for booking in Booking.objects.order_by("pk")
    ]


def test_parties_take_the_last_places_and_no_more() -> None:
    parties_arrive(small_house(), together=False)

    assert confirmed() == 5
    assert sorted(states_by_party()).count(("confirmed", "waiting")) == 1


def test_parties_that_come_together_are_never_split() -> None:
    parties_arrive(small_house(), together=True)

    found = states_by_party()
    assert found.count(("confirmed", "confirmed")) == 2
    assert found.count(("waiting", "waiting")) == RACERS - 2


@pytest.mark.postgresql
@pytest.mark.parametrize("together", [True, False])
def test_control_without_the_lock_parties_overbook(
    monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    with without_the_lock(monkeypatch):
        parties_arrive(small_house(), together=together)

    assert confirmed() > 5


def waiting_behind_four() -> tuple[list[Registration], Booking, Conference]:
    """Four have the places, a party of three waits together, and four wait behind it."""
    tier = factories.make_tier(factories.make_conference(capacity=4))
    holders = [factories.make_registration(tier) for _ in range(4)]
    party = factories.make_booking(
        tier.conference, [factories.make_person(tier) for _ in range(3)], together=True
    )
    for _ in range(4):
        factories.make_registration(tier)
    return holders, party, tier.conference


def test_places_freed_at_once_make_one_offer_to_the_whole_party() -> None:
    holders, _party, conference = waiting_behind_four()

    work: list[Callable[[], object]] = [
        partial(again_if_busy, cancelling.cancel, registration=holder) for holder in holders * 2
    ]
    work += [partial(again_if_busy, places.settle_one, conference_id=conference.pk)] * 3

    at_once(work)

    assert states_by_party()[4] == ("offered", "offered", "offered")
    assert Registration.objects.holding().count() == 4


def test_yes_and_no_at_once_are_one_answer_for_the_whole_party() -> None:
    holders, party, _conference = waiting_behind_four()
    for holder in holders[:3]:
        cancelling.cancel(registration=holder)
    members = list(party.registrations.all())
    answers: list[Callable[[], object]] = [
        partial(again_if_busy, verb, registration=each)
        for each in members
        for verb in (places.accept_offer, places.decline_offer)
    ]

    at_once(answers)

    assert states_by_party()[4] in (("confirmed",) * 3, ("cancelled",) * 3)
    assert Registration.objects.holding().count() == 4
