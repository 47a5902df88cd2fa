"""Two members become one while a place of theirs goes to a colleague; the control looks before the lock."""

import threading
from functools import partial

import pytest

from conferences.models import Conference
from membership.actions.merging import merge_memberships
from membership.models import Membership
from registrations.actions import following, handing_over
from registrations.models import Registration
from tests import factories
from tests.races.test_places import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NAME, OLD, NEW, COLLEAGUE = "Kari Prøve", "gammel@example.no", "ny@example.no", "kollega@example.no"


@pytest.fixture
def registration() -> Registration:
    for email in (OLD, NEW):
        factories.make_membership(email, name=NAME)
    tier = factories.make_tier(factories.make_conference(capacity=300))
    return factories.make_registration(tier, name=NAME, email=OLD)


def merge() -> None:
    source, target = Membership.objects.order_by("pk")
    merge_memberships(sources=[source], target=target, by=factories.make_user(role="organiser"))


def hand_over(registration: Registration) -> None:
    own = Registration.objects.get(pk=registration.pk)
    handing_over.hand_over(registration=own, name="Ny Kollega", email=COLLEAGUE)


def test_the_place_is_the_colleagues_with_their_address(registration: Registration) -> None:
    assert at_once([partial(hand_over, registration), merge]) == [None, None]
    assert Membership.objects.get().email == NEW
    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("Ny Kollega", COLLEAGUE)


@pytest.mark.postgresql
def test_control_without_the_lock_it_gets_an_address_of_someone_else(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_for = following.plan_for

    def unlocked(conference_id: int) -> Conference:
        return Conference.objects.select_related("venue").get(pk=conference_id)

    def then_hand_over(*args: object) -> following.Plan:
        """The place goes to the colleague between the look and the write."""
        plan = plan_for(*args)  # type: ignore[arg-type]
        other = threading.Thread(target=at_once, args=([partial(hand_over, registration)],))
        other.start()
        other.join()
        return plan

    monkeypatch.setattr(following, "lock", unlocked)
    monkeypatch.setattr(following, "plan_for", then_hand_over)
    merge()
    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("Ny Kollega", NEW)
