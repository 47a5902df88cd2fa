"""Two windows of a contact person who adds people at the same moment."""

import threading
import uuid
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from conferences.models import Conference
from registrations.actions import adding
from registrations.actions.applying import PersonApplication
from registrations.models import Booking, Registration
from tests import factories
from tests.races.test_places import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WINDOWS = 2


def add_from_each() -> list[object]:
    tier = factories.make_tier(factories.make_conference())
    booking = factories.make_booking(tier.conference, [factories.make_person(tier)])
    work: list[Callable[[], object]] = [
        partial(
            adding.add_people,
            booking=booking,
            submission=uuid.uuid4(),
            people=[factories.make_person(tier, email="") for _each in range(20)],
        )
        for _window in range(WINDOWS)
    ]
    return at_once(work)


def test_a_party_never_has_more_than_thirty() -> None:
    answers = add_from_each()
    assert answers.count("too_many") == 1
    assert Registration.objects.count() == 21


@pytest.mark.postgresql
def test_control_without_the_lock_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(WINDOWS)
    check_new = adding.check_new

    def check_and_meet(booking: Booking, people: Sequence[PersonApplication]) -> None:
        check_new(booking, people)
        together.wait(timeout=20)

    monkeypatch.setattr(adding, "lock", lambda pk: Conference.objects.get(pk=pk))
    monkeypatch.setattr(adding, "check_new", check_and_meet)
    add_from_each()
    assert Registration.objects.count() == 41
