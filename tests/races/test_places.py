"""Many at once. Each race has a control on PostgreSQL: the same without the lock goes wrong.

On SQLite, whose immediate transactions are the lock, the races run without controls.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from conferences import actions as conference_actions
from conferences.models import Conference
from network.models import Organisation
from registrations.actions import cancelling, merging, places, registering
from registrations.errors import RegistrationError
from registrations.models import Registration, Submission, Tier
from registrations.queries import Ledger
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
State = Registration.State
RACERS = 12


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """Runs every piece of work in a thread of its own, all let go at the same moment.

    A refusal is a result like any other.
    """
    gate = threading.Barrier(len(work))

    def run(piece: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            return piece()
        except RegistrationError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


@contextmanager
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Reads the conference without holding it, and meets all others between the look and the write."""
    together = threading.Barrier(RACERS)

    def unlocked(conference_id: int) -> Conference:
        return Conference.objects.get(pk=conference_id)

    def fill_and_meet(conference: Conference) -> Ledger:
        ledger = places.fill(conference)
        together.wait(timeout=20)
        return ledger

    with monkeypatch.context() as patch:
        patch.setattr(registering, "lock", unlocked)
        patch.setattr(registering, "hold_organisation", lambda pk: Organisation.objects.get(pk=pk))
        patch.setattr(registering, "fill", fill_and_meet)
        yield


def register_all(tier: Tier, organisation: Organisation | None = None) -> list[object]:
    wanted = [
        factories.make_application(
            tier, organisation=organisation or factories.make_organisation(), accept_waiting=True
        )
        for _ in range(RACERS)
    ]
    return at_once(
        [
            partial(registering.register, conference=tier.conference, application=application)
            for application in wanted
        ]
    )


def confirmed() -> int:
    return Registration.objects.confirmed().count()


def small_conference() -> Tier:
    return factories.make_tier(factories.make_conference(capacity=5))


def small_tier() -> Tier:
    return factories.make_tier(factories.make_conference(), capacity=5)


def test_a_conference_is_never_overbooked() -> None:
    register_all(small_conference())

    assert (confirmed(), Registration.objects.in_line().count()) == (5, RACERS - 5)


@pytest.mark.postgresql
def test_control_without_the_lock_a_conference_is_overbooked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_the_lock(monkeypatch):
        register_all(small_conference())

    assert confirmed() > 5


def test_a_tier_is_never_overbooked() -> None:
    register_all(small_tier())

    assert (confirmed(), Registration.objects.in_line().count()) == (5, RACERS - 5)


@pytest.mark.postgresql
def test_control_without_the_lock_a_tier_is_overbooked(monkeypatch: pytest.MonkeyPatch) -> None:
    with without_the_lock(monkeypatch):
        register_all(small_tier())

    assert confirmed() > 5


def test_an_organisation_never_gets_more_than_five() -> None:
    register_all(
        factories.make_free_tier(factories.make_conference()), factories.make_organisation()
    )

    assert (confirmed(), Registration.objects.in_line().count()) == (5, RACERS - 5)


@pytest.mark.postgresql
def test_control_without_the_lock_an_organisation_gets_more_than_five(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with without_the_lock(monkeypatch):
        register_all(
            factories.make_free_tier(factories.make_conference()), factories.make_organisation()
        )

    assert confirmed() > 5


def test_one_submission_sent_many_times_at_once_makes_one_booking() -> None:
    tier = factories.make_tier(factories.make_conference())
    application = factories.make_application(tier, organisation=factories.make_organisation())

    answers = at_once(
        [lambda: registering.register(conference=tier.conference, application=application)] * RACERS
    )

    assert set(answers) == {Submission.objects.get()}
    assert Registration.objects.count() == 1


def test_one_person_in_many_windows_gets_one_place() -> None:
    tier = factories.make_tier(factories.make_conference())
    organisation = factories.make_organisation()
    same = {"name": "Åse Dahl", "email": "ase@example.no", "organisation": organisation}
    wanted = [factories.make_application(tier, **same) for _ in range(RACERS)]

    at_once(
        [
            partial(registering.register, conference=tier.conference, application=application)
            for application in wanted
        ]
    )

    assert Registration.objects.count() == 1
    assert Submission.objects.count() == RACERS


def test_a_mix_of_registering_cancelling_accepting_and_merging_keeps_every_limit() -> None:
    conference = factories.make_conference(capacity=6, offer_hours=24)
    tier = factories.make_free_tier(conference, limit_per_organisation=3)
    right, wrong = factories.make_organisation("Hå kommune"), factories.make_organisation("Haakom")
    organiser = factories.make_user(role="organiser")
    first = [factories.make_registration(tier, organisation=right) for _ in range(3)]
    for _ in range(4):
        factories.make_registration(tier)
    work: list[Callable[[], object]] = [
        partial(cancelling.cancel, registration=registration) for registration in first
    ]
    work += [
        partial(factories.apply, tier, organisation=owner, accept_waiting=True)
        for owner in (right, wrong, right, wrong, right, wrong)
    ]
    work.append(places.settle)
    work.append(lambda: merging.merge_organisations(source=wrong, target=right, by=organiser))

    exceeded = at_once(work)[-1]

    assert isinstance(exceeded, list)
    over = sum(tier.over for tier in exceeded)  # what merging itself brought together stays
    holding = Registration.objects.holding()
    assert holding.count() == 6
    assert holding.filter(booking__organisation=right).count() <= 3 + over
    assert not Registration.objects.filter(booking__organisation=wrong).exists()
    assert not Registration.objects.filter(state=State.OFFERED, offer_key=None).exists()


def test_a_freed_place_goes_to_one_person_only() -> None:
    conference = factories.make_conference(capacity=2, offer_hours=0)
    tier = factories.make_tier(conference)
    holders = [factories.make_registration(tier) for _ in range(2)]
    for _ in range(6):
        factories.make_registration(tier)

    at_once(
        [partial(cancelling.cancel, registration=holder) for holder in holders * 3]
        + [places.settle] * 3
    )

    assert confirmed() == 2
    assert Registration.objects.in_line().count() == 4


@pytest.mark.postgresql
def test_who_cannot_get_the_lock_in_time_is_told_so() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == (f"{settings.LOCK_TIMEOUT_SECONDS}s",)
        cursor.execute("SET lock_timeout = '1s'")
    tier = factories.make_tier(factories.make_conference())
    application = factories.make_application(tier, organisation=factories.make_organisation())
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            conference_actions.lock(tier.conference_id)
            held.set()
            done.wait(timeout=20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(timeout=20)
    with pytest.raises(OperationalError):
        registering.register(conference=tier.conference, application=application)
    done.set()
    holder.join()
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")

    assert not Registration.objects.exists()
