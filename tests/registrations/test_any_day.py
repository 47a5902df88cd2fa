"""Random days of one gathering with workshops: whatever people do, the promises about seats hold."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from conferences.models import Conference
from programme.models import Contribution, Session
from recovery_network.mail.models import Mail
from registrations.actions import cancelling, places, registering
from registrations.actions.workshops import call_off_workshop, change_workshop, leave_workshop
from registrations.errors import RegistrationError
from registrations.models import Registration, SessionSeat
from registrations.workshops import SeatLedger
from tests import factories

State = Registration.State
Seat = SessionSeat.State
ANYONE = st.integers(min_value=0, max_value=40)
ARRIVAL = st.tuples(ANYONE, ANYONE, ANYONE, st.booleans())
CHOOSING = {
    *("unknown_workshop", "must_choose", "overlap", "same_workshop", "own_workshop"),
    *("workshop_full", "second_needed", "second_full", "chosen_already"),
}
Held = set[tuple[int, int]]


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """Lets a step be refused for these reasons, and for no other."""
    try:
        yield
    except RegistrationError as refusal:
        if refusal.code not in codes:
            raise


class WorkshopDay(RuleBasedStateMachine):
    """Six places; a block that all choose in, one that they may, one at the time of the first, one repetition."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.traveller = self.clock.start()
        self.conference = factories.make_conference(capacity=6, offer_hours=24)
        self.tier = factories.make_tier(self.conference)
        self.organiser = factories.make_user(role="organiser")
        must = factories.make_block(self.conference, "en")
        may = factories.make_block(self.conference, "to", rule="may")
        meanwhile = factories.make_block(self.conference, "tre", rule="may")
        first = factories.make_workshop(must, capacity=1)
        factories.make_workshop(must, capacity=2)
        factories.make_workshop(must, capacity=6)
        factories.make_workshop(may, hour=3, capacity=1)
        factories.make_workshop(may, hour=3, capacity=2, repeats=first)
        factories.make_workshop(meanwhile, capacity=2)
        self.held_before: Held = set()
        self.may_lose: set[int] = set()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def one(self, number: int, *states: str) -> Registration | None:
        found = list(Registration.objects.filter(state__in=states).order_by("pk"))
        return found[number % len(found)] if found else None

    def workshop(self, number: int) -> Session:
        found = list(Session.objects.filter(block__isnull=False).order_by("pk"))
        return found[number % len(found)]

    @initialize(arriving=st.lists(ARRIVAL, min_size=4, max_size=8))
    def a_crowd(self, arriving: list[tuple[int, int, int, bool]]) -> None:
        self.people_register(arriving)

    @rule(arriving=st.lists(ARRIVAL, min_size=1, max_size=2))
    def people_register(self, arriving: list[tuple[int, int, int, bool]]) -> None:
        must = list(Session.objects.filter(block__key="en").order_by("pk"))
        for first, second, other, patient in arriving:
            wanted, instead = must[first % len(must)], must[second % len(must)]
            chosen = [
                factories.make_choice(
                    "en", wanted.key, second=instead.key if patient else "", wait=patient
                )
            ]
            session = self.workshop(other)
            if session.block is not None and session.block.key != "en":
                chosen.append(factories.make_choice(session.block.key, session.key, wait=patient))
            application = factories.make_application(
                self.tier, organisation=factories.make_organisation(), workshops=tuple(chosen)
            )
            with refused(*CHOOSING), transaction.atomic():
                registering.register(conference=self.conference, application=application)

    @rule(number=ANYONE, workshop=ANYONE, wait=st.booleans())
    def change(self, number: int, workshop: int, wait: bool) -> None:
        if registration := self.one(number, *Registration.ACTIVE):
            session = self.workshop(workshop)
            with refused(*CHOOSING), transaction.atomic():
                change_workshop(registration=registration, session=session, wait=wait)
                self.may_lose.add(registration.pk)

    @rule(number=ANYONE, workshop=ANYONE)
    def leave(self, number: int, workshop: int) -> None:
        if registration := self.one(number, *Registration.ACTIVE):
            with refused("must_choose", "wrong_state"), transaction.atomic():
                leave_workshop(registration=registration, session=self.workshop(workshop))
                self.may_lose.add(registration.pk)

    @rule(number=ANYONE)
    def cancel(self, number: int) -> None:
        if registration := self.one(number, *Registration.ACTIVE):
            cancelling.cancel(registration=registration)
            self.may_lose.add(registration.pk)

    @rule(number=ANYONE, yes=st.booleans())
    def answer(self, number: int, yes: bool) -> None:
        if registration := self.one(number, State.OFFERED):
            verb = places.accept_offer if yes else places.decline_offer
            with refused("expired"):
                verb(registration=registration)
                self.may_lose.add(registration.pk)

    @rule(hours=st.integers(min_value=1, max_value=30))
    def time_passes(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))
        places.settle()

    @rule(workshop=ANYONE, more=st.integers(min_value=1, max_value=2))
    def seats_are_added(self, workshop: int, more: int) -> None:
        session = self.workshop(workshop)
        capacity = (session.capacity or 0) + more
        Session.objects.filter(pk=session.pk).update(capacity=capacity)
        places.refill(conference_id=self.conference.pk)

    @rule(more=st.integers(min_value=1, max_value=2))
    def places_are_added(self, more: int) -> None:
        capacity = Conference.objects.get(pk=self.conference.pk).capacity or 0
        Conference.objects.update(capacity=capacity + more)
        places.refill(conference_id=self.conference.pk)

    @rule(number=ANYONE, workshop=ANYONE)
    def someone_holds_a_workshop_and_wants_a_seat_there(self, number: int, workshop: int) -> None:
        registration, session = self.one(number, *Registration.ACTIVE), self.workshop(workshop)
        if registration is None or registration.seats.filter(session=session).exists():
            return
        factories.make_contribution(session, registration.name)
        with pytest.raises(RegistrationError), transaction.atomic():
            change_workshop(registration=registration, session=session, wait=True)

    @rule(workshop=ANYONE)
    def call_off(self, workshop: int) -> None:
        session = self.workshop(workshop)
        going = set(session.seats.values_list("registration", flat=True))
        left = Session.objects.filter(block__key="en", called_off_at=None).count()
        if session.called_off_at is None and (session.block_id is None or left > 1):
            call_off_workshop(session=session, by=self.organiser)
            self.may_lose |= going

    # --- Promises ---------------------------------------------------------------------------

    @invariant()
    def no_workshop_is_overbooked(self) -> None:
        for session in Session.objects.filter(block__isnull=False):
            assert session.capacity is not None
            assert session.seats.held().count() <= session.capacity

    @invariant()
    def nobody_is_in_two_places_or_twice_in_one(self) -> None:
        mine: dict[int, list[Session]] = defaultdict(list)
        for seat in SessionSeat.objects.held().select_related("session"):
            for other in mine[seat.registration_id]:
                assert not seat.session.overlaps(other)
                assert seat.session.topic != other.topic
            mine[seat.registration_id].append(seat.session)

    @invariant()
    def one_seat_and_one_turn_in_each_block(self) -> None:
        rows = list(SessionSeat.objects.exclude(state=Seat.WISHED))
        kept = [(row.registration_id, row.block_id, row.state) for row in rows]
        assert len(kept) == len(set(kept))

    @invariant()
    def seats_are_for_those_with_a_place_and_wishes_for_those_in_line(self) -> None:
        for seat in SessionSeat.objects.select_related("registration"):
            wished = seat.state == Seat.WISHED
            assert seat.registration.state in ([State.WAITING] if wished else Registration.HOLDING)

    @invariant()
    def nobody_waits_for_a_seat_that_is_free(self) -> None:
        """But for those who hold something else at that time, as far as others changed the day."""
        ledger = SeatLedger.of(Conference.objects.get(pk=self.conference.pk))
        for seat in SessionSeat.objects.in_line().select_related("session"):
            assert not ledger.has_room(ledger.sessions[seat.session_id])

    @invariant()
    def nobody_loses_a_seat_without_doing_anything(self) -> None:
        """Unless they are moved to what they waited for, or let an offer lapse."""
        held: Held = set(SessionSeat.objects.held().values_list("registration", "block"))
        for registration, block in self.held_before - held:
            lapsed = Registration.objects.filter(pk=registration, state=State.LAPSED).exists()
            assert registration in self.may_lose or lapsed, block
        self.held_before, self.may_lose = held, set()

    @invariant()
    def whoever_was_moved_was_told(self) -> None:
        for mail in Mail.objects.filter(kind="workshop_moved_up"):
            assert Registration.objects.filter(email=mail.recipient).exists()

    @invariant()
    def nobody_sits_in_their_own_workshop(self) -> None:
        for seat in SessionSeat.objects.held().select_related("registration"):
            names = Contribution.objects.filter(session=seat.session_id)
            assert not names.filter(speaker__name=seat.registration.name).exists()


@pytest.mark.django_db(transaction=True)
def test_any_day_keeps_every_promise() -> None:
    steps = settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(WorkshopDay, settings=steps)
