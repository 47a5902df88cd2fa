from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from conferences.models import Conference
from network.models import User
from recovery_network.mail.models import Mail
from registrations.actions import places
from registrations.actions.cancelling import cancel
from registrations.errors import RegistrationError
from registrations.models import Registration, Tier
from tests import factories

State = Registration.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def tier() -> Tier:
    """One place, and 24 hours to accept it when it is offered."""
    return factories.make_tier(factories.make_conference(capacity=1, offer_hours=24))


def states() -> list[str]:
    return list(Registration.objects.order_by("pk").values_list("state", flat=True))


def test_a_freed_place_is_offered_to_the_first_in_line(tier: Tier) -> None:
    holder, first, _second = (factories.make_registration(tier) for _ in range(3))

    cancel(registration=holder)

    first.refresh_from_db()
    assert states() == [State.CANCELLED, State.OFFERED, State.WAITING]
    assert first.offer_expires_at is not None
    assert timedelta(hours=23) < first.offer_expires_at - timezone.now() <= timedelta(hours=24)
    assert Mail.objects.filter(kind="offer", recipient=first.email).count() == 1


def test_without_hours_the_place_is_confirmed_at_once(tier: Tier) -> None:
    Conference.objects.update(offer_hours=0)
    holder, first = (factories.make_registration(tier) for _ in range(2))

    cancel(registration=holder)

    assert states() == [State.CANCELLED, State.CONFIRMED]
    assert Mail.objects.filter(kind="confirmation", recipient=first.email).count() == 1


def test_an_offered_place_is_reserved(tier: Tier) -> None:
    holder, _first = (factories.make_registration(tier) for _ in range(2))
    cancel(registration=holder)

    assert factories.make_registration(tier).state == State.WAITING


def test_an_accepted_offer_is_a_place(tier: Tier) -> None:
    holder, first = (factories.make_registration(tier) for _ in range(2))
    cancel(registration=holder)

    accepted = places.accept_offer(registration=first)

    assert (accepted.state, accepted.offer_key) == (State.CONFIRMED, None)
    with pytest.raises(RegistrationError) as refusal:
        places.accept_offer(registration=first)
    assert refusal.value.code == "wrong_state"


def test_a_declined_offer_passes_on(tier: Tier) -> None:
    holder, first, _second = (factories.make_registration(tier) for _ in range(3))
    cancel(registration=holder)

    places.decline_offer(registration=first)

    assert states() == [State.CANCELLED, State.CANCELLED, State.OFFERED]


def test_a_lapsed_offer_passes_on_and_says_so(tier: Tier) -> None:
    holder, first, _second = (factories.make_registration(tier) for _ in range(3))
    cancel(registration=holder)

    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        with pytest.raises(RegistrationError) as refusal:
            places.accept_offer(registration=first)
        assert places.settle() == 1
        assert places.settle() == 0

    assert refusal.value.code == "expired"
    assert states() == [State.CANCELLED, State.LAPSED, State.OFFERED]
    assert Mail.objects.filter(kind="offer_lapsed", recipient=first.email).count() == 1


def test_an_offer_never_outlives_the_start(tier: Tier) -> None:
    Conference.objects.update(starts_at=timezone.now() + timedelta(hours=3))
    holder, first = (factories.make_registration(tier) for _ in range(2))

    cancel(registration=holder)

    first.refresh_from_db()
    assert first.offer_expires_at == first.conference.starts_at


def test_nothing_is_offered_once_the_gathering_has_begun(tier: Tier, organiser: User) -> None:
    holder, _first = (factories.make_registration(tier) for _ in range(2))

    with time_machine.travel(tier.conference.starts_at + timedelta(minutes=1), tick=False):
        cancel(registration=holder, by=organiser)

    assert states() == [State.CANCELLED, State.WAITING]


def test_those_who_wait_for_their_own_organisation_hold_nobody_up(conference: Conference) -> None:
    tier = factories.make_free_tier(conference, limit_per_organisation=1, capacity=2)
    one, other = factories.make_organisation(), factories.make_organisation()
    factories.apply(tier, organisation=one)
    blocked = factories.make_registration(tier, organisation=one, accept_waiting=True)
    second = factories.make_registration(tier, organisation=other)
    late = factories.make_registration(tier)

    cancel(registration=second)

    for registration in (blocked, late):
        registration.refresh_from_db()
    assert (blocked.state, late.state) == (State.WAITING, State.OFFERED)


def test_a_newcomer_does_not_jump_the_queue_when_places_are_added(tier: Tier) -> None:
    _holder, first = (factories.make_registration(tier) for _ in range(2))
    Conference.objects.update(capacity=2)

    newcomer = factories.make_registration(tier)

    first.refresh_from_db()
    assert (first.state, newcomer.state) == (State.OFFERED, State.WAITING)


def test_refill_gives_added_places_away(tier: Tier) -> None:
    for _ in range(4):
        factories.apply(tier)
    Conference.objects.update(capacity=3)

    places.refill(conference_id=tier.conference_id)

    assert states() == [State.CONFIRMED, State.OFFERED, State.OFFERED, State.WAITING]


def test_an_organiser_confirms_only_where_there_is_room(tier: Tier, organiser: User) -> None:
    _holder, first = (factories.make_registration(tier) for _ in range(2))

    with pytest.raises(RegistrationError) as refusal:
        places.confirm(registration=first, by=organiser)
    Conference.objects.update(capacity=2)
    confirmed = places.confirm(registration=first, by=organiser)

    assert refusal.value.code == "full"
    assert confirmed.state == State.CONFIRMED


def test_cancelling_twice_is_refused(tier: Tier) -> None:
    registration = factories.make_registration(tier)
    cancel(registration=registration)

    with pytest.raises(RegistrationError) as refusal:
        cancel(registration=registration)

    assert refusal.value.code == "wrong_state"
    assert Mail.objects.filter(kind="cancellation").count() == 1


def test_after_the_deadline_only_organisers_cancel(tier: Tier, organiser: User) -> None:
    registration = factories.make_registration(tier)
    Conference.objects.update(cancel_until=timezone.now() - timedelta(hours=1))

    with pytest.raises(RegistrationError) as refusal:
        cancel(registration=registration)
    cancelled = cancel(registration=registration, by=organiser)

    assert refusal.value.code == "too_late"
    assert cancelled.state == State.CANCELLED
