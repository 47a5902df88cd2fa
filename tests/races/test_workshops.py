"""Many at the same workshops at once. Each race has a control on PostgreSQL: without the lock it goes wrong."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from conferences.models import Conference
from programme.models import Session
from registrations.actions import cancelling, places, seating, workshops
from registrations.actions.workshops import change_workshop
from registrations.models import Registration, SessionSeat, Tier
from tests import factories
from tests.races.test_places import at_once

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 8


@contextmanager
def without_the_lock(monkeypatch: pytest.MonkeyPatch, racers: int) -> Iterator[None]:
    """Reads the conference without holding it, and meets all others between the look and the write."""
    together = threading.Barrier(racers)
    look = workshops.outcome_of

    def look_and_meet(*args: object, **kwargs: object) -> object:
        outcome = look(*args, **kwargs)  # type: ignore[arg-type]
        together.wait(timeout=20)
        return outcome

    with monkeypatch.context() as patch:
        for module in (workshops, places):
            patch.setattr(module, "lock", lambda pk: Conference.objects.get(pk=pk))
        patch.setattr(workshops, "outcome_of", look_and_meet)
        yield


def people(count: int) -> list[Registration]:
    tier: Tier = factories.make_tier(factories.make_conference())
    return [factories.make_registration(tier) for _ in range(count)]


def two_workshops(conference: Conference, seats: int) -> tuple[Session, Session]:
    block = factories.make_block(conference)
    one, other = (factories.make_workshop(block, capacity=seats) for _ in range(2))
    return one, other


def choose_all(crowd: list[Registration], session: Session) -> list[object]:
    return at_once(
        [partial(change_workshop, registration=each, session=session, wait=True) for each in crowd]
    )


def held(session: Session) -> int:
    return SessionSeat.objects.held().filter(session=session).count()


def test_a_workshop_is_never_overbooked() -> None:
    crowd = people(RACERS)
    session, _other = two_workshops(crowd[0].conference, 3)

    choose_all(crowd, session)

    assert (held(session), session.seats.in_line().count()) == (3, RACERS - 3)


@pytest.mark.postgresql
def test_control_without_the_lock_a_workshop_is_overbooked(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = people(RACERS)
    session, _other = two_workshops(crowd[0].conference, 3)

    with without_the_lock(monkeypatch, RACERS):
        choose_all(crowd, session)

    assert held(session) > 3


def swappers() -> tuple[list[Registration], Session, Session]:
    """Two, each with the only seat of one workshop."""
    both = people(2)
    one, other = two_workshops(both[0].conference, 1)
    for registration, session in zip(both, (one, other), strict=True):
        change_workshop(registration=registration, session=session)
    return both, one, other


def swap(both: list[Registration], one: Session, other: Session) -> list[object]:
    return at_once(
        [
            partial(change_workshop, registration=both[0], session=other, wait=True),
            partial(change_workshop, registration=both[1], session=one, wait=True),
        ]
    )


def test_two_who_swap_into_each_others_full_workshops_both_get_there() -> None:
    both, one, other = swappers()

    swap(both, one, other)

    rows = SessionSeat.objects.values_list("registration", "session", "state")
    assert set(rows) == {(both[0].pk, other.pk, "held"), (both[1].pk, one.pk, "held")}


@pytest.mark.postgresql
def test_control_without_the_lock_they_wait_for_each_other_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither sees that the other waits, so nobody notices that they could trade."""
    both, one, other = swappers()
    finish = seating.fill

    together = threading.Barrier(2)

    def fill_and_meet(conference: Conference) -> set[int]:
        moved = finish(conference)
        together.wait(timeout=20)
        return moved

    with without_the_lock(monkeypatch, 2):
        monkeypatch.setattr(seating, "fill", fill_and_meet)
        swap(both, one, other)

    assert SessionSeat.objects.in_line().count() == 2


def test_a_swap_that_races_with_a_cancellation_loses_no_seat() -> None:
    crowd = people(3)
    one, other = two_workshops(crowd[0].conference, 1)
    change_workshop(registration=crowd[0], session=one)
    change_workshop(registration=crowd[1], session=other)
    change_workshop(registration=crowd[2], session=one, wait=True)

    at_once(
        [
            partial(cancelling.cancel, registration=crowd[0]),
            partial(change_workshop, registration=crowd[1], session=one, wait=True),
        ]
    )

    # Whoever waited first has the freed seat, and the one who swaps keeps theirs and waits.
    rows = SessionSeat.objects.values_list("registration", "session", "state")
    assert set(rows) == {
        (crowd[2].pk, one.pk, "held"),
        (crowd[1].pk, other.pk, "held"),
        (crowd[1].pk, one.pk, "waiting"),
    }


@pytest.mark.postgresql
def test_control_without_the_lock_a_cancelled_person_gets_a_seat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The swap has looked, the cancellation goes through, and the swap writes."""
    [registration] = people(1)
    session, _other = two_workshops(registration.conference, 1)
    looked, cancelled = threading.Event(), threading.Event()
    look = workshops.outcome_of

    def look_and_wait(*args: object, **kwargs: object) -> object:
        outcome = look(*args, **kwargs)  # type: ignore[arg-type]
        looked.set()
        cancelled.wait(timeout=20)
        return outcome

    def cancel_between() -> None:
        looked.wait(timeout=20)
        cancelling.cancel(registration=registration)
        cancelled.set()

    with monkeypatch.context() as patch:
        for module in (workshops, places):
            patch.setattr(module, "lock", lambda pk: Conference.objects.get(pk=pk))
        patch.setattr(workshops, "outcome_of", look_and_wait)
        at_once(
            [partial(change_workshop, registration=registration, session=session), cancel_between]
        )

    registration.refresh_from_db()
    assert (registration.state, held(session)) == (Registration.State.CANCELLED, 1)


def test_the_last_seat_goes_to_one_of_those_who_register_at_once() -> None:
    tier = factories.make_tier(factories.make_conference())
    session, other = two_workshops(tier.conference, 2)
    Session.objects.filter(pk=other.pk).update(capacity=None)
    assert session.block is not None
    choice = factories.make_choice(session.block.key, session.key, second=other.key)

    at_once([partial(factories.apply, tier, workshops=(choice,)) for _ in range(RACERS)])

    assert (held(session), held(other)) == (2, RACERS - 2)
    assert session.seats.in_line().count() == RACERS - 2
