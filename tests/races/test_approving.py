"""Organisers who approve at the same moment."""

import threading
from functools import partial
from typing import Any

import pytest

from conferences.models import Conference
from registrations import line
from registrations.actions import approving
from registrations.models import Registration
from tests import factories
from tests.races.test_places import at_once, confirmed

pytestmark = pytest.mark.django_db(transaction=True)
RACERS, PLACES = 6, 2


def approve_all() -> None:
    conference = factories.make_conference(capacity=PLACES, approval_needed=True)
    tier = factories.make_tier(conference)
    organiser = factories.make_user(role="organiser")
    people = [factories.make_registration(tier) for _each in range(RACERS)]
    at_once([partial(approving.approve, registration=each, by=organiser) for each in people])


def test_approving_never_overbooks() -> None:
    approve_all()
    assert (confirmed(), Registration.objects.in_line().count()) == (PLACES, RACERS - PLACES)


@pytest.mark.postgresql
def test_control_without_the_lock_approving_overbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(RACERS)
    serve = line.serve

    def serve_and_meet(*args: Any) -> line.Served:
        served = serve(*args)
        together.wait(timeout=20)
        return served

    def read(registration: Registration) -> Registration:
        return Registration.objects.select_related("conference__venue", "booking").get(
            pk=registration.pk
        )

    monkeypatch.setattr(approving, "lock", lambda pk: Conference.objects.get(pk=pk))
    monkeypatch.setattr(approving, "locked", read)
    monkeypatch.setattr(line, "serve", serve_and_meet)
    approve_all()
    assert confirmed() == RACERS
