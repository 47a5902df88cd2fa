"""Random lives of one conference: whatever people and organisers do, the promises hold after each step."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.actions import cancelling, merging, places, registering
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.queries import Ledger
from tests import factories

State = Registration.State
ANYONE = st.integers(min_value=0, max_value=40)
ARRIVAL = st.tuples(st.sampled_from(["ansatt", "friplass"]), ANYONE, st.booleans())


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Lets a step be refused for these reasons, and for no other."""
    try:
        yield
    except RegistrationError as refusal:
        if refusal.code not in codes:
            raise


class Conferencing(RuleBasedStateMachine):
    """Seven places, three of them for employees, two free ones per organisation, three organisations."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.traveller = self.clock.start()
        conference = factories.make_conference(capacity=7, offer_hours=24)
        self.conference = conference
        factories.make_tier(conference, capacity=3)
        factories.make_free_tier(conference, limit_per_organisation=2)
        self.organisations = [factories.make_organisation() for _ in range(3)]
        self.organiser = factories.make_user(role="organiser")
        self.over: Counter[int] = Counter()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def one(self, number: int, *states: str) -> Registration | None:
        found = list(Registration.objects.filter(state__in=states).order_by("pk"))
        return found[number % len(found)] if found else None

    def current(self) -> Conference:
        return Conference.objects.get(pk=self.conference.pk)

    @initialize(arriving=st.lists(ARRIVAL, min_size=6, max_size=12))
    def a_crowd_fills_the_house(self, arriving: list[tuple[str, int, bool]]) -> None:
        self.people_register(arriving)

    @rule(arriving=st.lists(ARRIVAL, min_size=1, max_size=3))
    def more_come(self, arriving: list[tuple[str, int, bool]]) -> None:
        self.people_register(arriving)

    def people_register(self, arriving: list[tuple[str, int, bool]]) -> None:
        for key, owner, patient in arriving:
            application = factories.make_application(
                key,
                organisation=self.organisations[owner % len(self.organisations)],
                accept_waiting=patient,
            )
            with refused(*([] if patient else ["organisation_limit"])):
                registering.register(conference=self.conference, application=application)

    @rule(number=ANYONE)
    def register_again(self, number: int) -> None:
        known = self.one(number, *Registration.ACTIVE)
        if known is None:
            return
        before = Registration.objects.count()
        application = factories.make_application(
            known.tier,
            name=known.name.upper(),
            email=known.email.upper(),
            organisation=known.booking.organisation,
            accept_waiting=True,
        )
        registering.register(conference=self.conference, application=application)
        assert Registration.objects.count() == before

    @rule(number=ANYONE)
    def cancel(self, number: int) -> None:
        if registration := self.one(number, *Registration.ACTIVE):
            cancelling.cancel(registration=registration)

    @rule(number=ANYONE, yes=st.booleans())
    def answer(self, number: int, yes: bool) -> None:
        if registration := self.one(number, State.OFFERED):
            verb = places.accept_offer if yes else places.decline_offer
            with refused("expired"):
                verb(registration=registration)

    @rule(hours=st.integers(min_value=1, max_value=30))
    def time_passes(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))
        places.settle()

    @rule(number=ANYONE)
    def organiser_confirms(self, number: int) -> None:
        if registration := self.one(number, State.WAITING, State.OFFERED, State.LAPSED):
            with refused("full"):
                places.confirm(registration=registration, by=self.organiser)

    @rule(more=st.integers(min_value=1, max_value=2))
    def places_are_added(self, more: int) -> None:
        Conference.objects.update(capacity=(self.current().capacity or 0) + more)
        places.refill(conference_id=self.conference.pk)

    @precondition(lambda self: len(self.organisations) > 1)
    @rule(first=ANYONE, second=ANYONE)
    def merge(self, first: int, second: int) -> None:
        one = self.organisations[first % len(self.organisations)]
        other = self.organisations[second % len(self.organisations)]
        if one == other:
            return
        for exceeded in merging.merge_organisations(source=one, target=other, by=self.organiser):
            self.over[other.pk] = exceeded.over
        self.organisations.remove(one)

    @invariant()
    def nothing_is_overbooked(self) -> None:
        conference = self.current()
        holding = Registration.objects.holding()
        assert conference.capacity is not None
        assert holding.count() <= conference.capacity
        assert holding.filter(tier__key="ansatt").count() <= 3
        for row in (
            holding.filter(tier__key="friplass")
            .values("booking__organisation")
            .annotate(places=Count("pk"))
        ):
            assert row["places"] <= 2 + self.over[row["booking__organisation"]]

    @invariant()
    def nobody_waits_for_a_place_that_is_free(self) -> None:
        ledger = Ledger.of(self.current())
        for registration in Registration.objects.in_line().select_related("tier", "booking"):
            assert ledger.scarcity(registration.tier, registration.booking.organisation_id)

    @invariant()
    def the_first_in_line_goes_first(self) -> None:
        """Of two who wait, or waited, for the same kind of place of the same owner."""
        line: dict[tuple[int, int | None], datetime] = {}
        for registration in Registration.objects.in_line().select_related("booking"):
            owner = registration.tier_id, registration.booking.organisation_id
            assert registration.waiting_since is not None
            line.setdefault(owner, registration.waiting_since)
        offered = Registration.objects.filter(state=State.OFFERED).select_related("booking")
        for registration in offered:
            first = line.get((registration.tier_id, registration.booking.organisation_id))
            assert (
                first is None
                or registration.waiting_since is None
                or (registration.waiting_since <= first)
            )

    @invariant()
    def every_mail_matches_a_fact(self) -> None:
        kinds = {
            State.CONFIRMED: "confirmation",
            State.WAITING: "waiting_list",
            State.OFFERED: "offer",
            State.LAPSED: "offer_lapsed",
            State.CANCELLED: "cancellation",
        }
        for registration in Registration.objects.all():
            about = Mail.objects.filter(about=f"registrations.registration:{registration.pk}")
            last = about.exclude(kind="already_registered").order_by("pk").last()
            assert last is not None
            assert last.kind == kinds[State(registration.state)]
            assert last.recipient == registration.email

    @invariant()
    def nobody_is_lost(self) -> None:
        assert not Registration.objects.filter(booking__organisation__merged_into__isnull=False)


@pytest.mark.django_db(transaction=True)
def test_any_mix_of_steps_keeps_every_promise() -> None:
    steps = settings(
        max_examples=40,
        stateful_step_count=15,
        deadline=None,
        phases=[Phase.generate],  # a life of fifteen steps can be read; shrinking it takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Conferencing, settings=steps)
