"""Random lives of one conference: whatever people and organisers do, the promises hold after each step.

`RANDOM_LIVES=2000 ./script/test tests/registrations/test_any_mix.py` lives that many instead of twenty-five. A
rule is a step that someone can take, an invariant a promise: add both where they belong.
"""

import os
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
from registrations import line
from registrations.actions import cancelling, merging, places, registering
from registrations.actions.applying import PersonApplication
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.queries import Ledger
from tests import factories

State = Registration.State
LIVES = int(os.environ.get("RANDOM_LIVES", "12"))
ANYONE = st.integers(min_value=0, max_value=40)
PERSON: st.SearchStrategy[dict[str, object]] = st.builds(
    dict,
    tier=st.sampled_from(["ansatt", "friplass"]),
    own_address=st.booleans(),
    companion=st.sampled_from([None, None, None, "", "Lars"]),
)
ARRIVAL: st.SearchStrategy[dict[str, object]] = st.builds(
    dict,
    people=st.lists(PERSON, min_size=1, max_size=3),
    owner=ANYONE,
    patient=st.booleans(),
    together=st.booleans(),
)


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

    # --- People come --------------------------------------------------------------------------

    @initialize(arriving=st.lists(ARRIVAL, min_size=4, max_size=8))
    def a_crowd_fills_the_house(self, arriving: list[dict[str, object]]) -> None:
        for each in arriving:
            self.party_registers(**each)  # type: ignore[arg-type]

    @rule(arriving=ARRIVAL)
    def more_come(self, arriving: dict[str, object]) -> None:
        self.party_registers(**arriving)  # type: ignore[arg-type]

    def party_registers(
        self, people: list[dict[str, str]], owner: int, patient: bool, together: bool
    ) -> None:
        self.traveller.shift(timedelta(seconds=1))
        wanted = [self.person(patient, **each) for each in people]  # type: ignore[arg-type]
        application = factories.make_party(
            wanted,
            organisation=self.organisations[owner % len(self.organisations)],
            together=together,
        )
        codes = [] if patient else ["organisation_limit"]
        before = Registration.objects.count()
        try:
            with refused(*codes, *(["never_together"] if together else [])):
                registering.register(conference=self.conference, application=application)
                before += len(wanted) + sum(each.companion is not None for each in wanted)
        finally:
            assert Registration.objects.count() == before

    def person(
        self, patient: bool, tier: str, own_address: bool, companion: str | None
    ) -> PersonApplication:
        person = factories.make_person(tier, accept_waiting=patient, companion=companion)
        if own_address:
            return person
        return factories.make_person(
            tier, name=person.name, email="", accept_waiting=patient, companion=companion
        )

    @rule(number=ANYONE)
    def register_again(self, number: int) -> None:
        known = self.one(number, *Registration.ACTIVE)
        if known is None or not known.email:
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
    def register_again_in_a_party(self, number: int) -> None:
        known = self.one(number, *Registration.ACTIVE)
        if known is None or not known.email:
            return
        before = Registration.objects.active().count()
        application = factories.make_party(
            [
                factories.make_person(
                    known.tier, name=known.name, email=known.email, accept_waiting=True
                )
            ],
            organisation=known.booking.organisation,
        )
        registering.register(conference=self.conference, application=application)
        assert Registration.objects.active().count() == before

    # --- People go, and places are passed on --------------------------------------------------

    @rule(number=ANYONE)
    def cancel(self, number: int) -> None:
        if registration := self.one(number, *Registration.ACTIVE, State.DOUBLE):
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

    # --- Organisers change things -------------------------------------------------------------

    @rule(number=ANYONE)
    def organiser_confirms(self, number: int) -> None:
        registration = self.one(number, State.WAITING, State.OFFERED, State.LAPSED)
        if registration and not registration.companion_of_id:
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

    # --- What always holds --------------------------------------------------------------------

    @invariant()
    def nothing_is_overbooked(self) -> None:
        conference = self.current()
        holding = Registration.objects.holding()
        assert conference.capacity is not None
        assert holding.count() <= conference.capacity
        people = holding.filter(companion_of=None)
        assert people.filter(tier__key="ansatt").count() <= 3
        for row in (
            people.filter(tier__key="friplass")
            .values("booking__organisation")
            .annotate(places=Count("pk"))
        ):
            assert row["places"] <= 2 + self.over[row["booking__organisation"]]

    @invariant()
    def nobody_waits_for_a_place_that_is_free(self) -> None:
        """Unless it is kept for a party before them, which is in line as well."""
        conference = self.current()
        tiers = {tier.pk: tier for tier in conference.tiers.all()}
        served = line.serve(Ledger.of(conference), line.units(conference), tiers)
        assert served.given == []

    def out_of_turn(self) -> set[int]:
        """Whom an organiser has taken out of the order of the line: nobody, where none decides."""
        return set()

    @invariant()
    def the_first_in_line_goes_first(self) -> None:
        """Of those who wait, or waited, for the same kind of place of the same owner.

        Only who could never all come may be passed, and who could come all along may not.
        """
        conference = self.current()
        tiers = {tier.pk: tier for tier in conference.tiers.all()}
        first: dict[tuple[int, int | None], datetime] = {}
        exempt = self.out_of_turn()
        for unit in line.units(conference):
            alone = len(unit) == 1
            if alone or (
                line.fits_at_all(Ledger(conference), unit, tiers)
                and len({each.tier_id for each in unit}) == 1
                and not any(each.is_companion for each in unit)
            ):
                for each in unit:
                    if each.pk not in exempt:
                        first.setdefault((each.tier_id, each.owner), each.waiting_since)
        offered = Registration.objects.filter(state=State.OFFERED, companion_of=None)
        offered = offered.exclude(pk__in=exempt)
        for registration in offered.select_related("booking"):
            since = first.get((registration.tier_id, registration.booking.organisation_id))
            assert (
                since is None
                or registration.waiting_since is None
                or registration.waiting_since <= since
            )

    @invariant()
    def companions_stand_as_their_person_does(self) -> None:
        for companion in Registration.objects.active().exclude(companion_of=None):
            assert companion.companion_of is not None
            assert companion.state == companion.companion_of.state

    @invariant()
    def every_mail_matches_a_fact(self) -> None:
        kinds = {
            State.CONFIRMED: "confirmation",
            State.WAITING: "waiting_list",
            State.OFFERED: "offer",
            State.LAPSED: "offer_lapsed",
            State.CANCELLED: "cancellation",
            State.PENDING: "awaiting_approval",
            State.DECLINED: "not_approved",
        }
        people = Registration.objects.filter(companion_of=None, double_of=None)
        for registration in people.select_related("booking"):
            booking = registration.booking
            own = Mail.objects.filter(about=f"registrations.registration:{registration.pk}")
            last = own.exclude(kind="already_registered").order_by("pk").last()
            of_party = Mail.objects.filter(about=f"registrations.booking:{booking.pk}")
            assert of_party.exists()
            if booking.together and registration.state == State.OFFERED:
                assert of_party.latest("pk").kind == "party_offer"
            elif last is not None or registration.has_own_address:
                assert last is not None
                assert last.kind == kinds[State(registration.state)]
                assert last.recipient == registration.address

    @invariant()
    def nobody_is_lost(self) -> None:
        assert not Registration.objects.filter(booking__organisation__merged_into__isnull=False)


@pytest.mark.django_db(transaction=True)
def test_any_mix_of_steps_keeps_every_promise() -> None:
    steps = settings(
        max_examples=LIVES,
        stateful_step_count=15,
        deadline=None,
        phases=[Phase.generate],  # a life of fifteen steps can be read; shrinking it takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Conferencing, settings=steps)
