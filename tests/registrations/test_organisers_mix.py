"""The random lives of a conference, with organisers who raise limits, move people, put them first and undo."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from conferences.models import Conference
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.actions import (
    adding,
    approving,
    cancelling,
    deciding,
    overriding,
    registering,
    undoing,
)
from registrations.models import Booking, BulkChange, LimitOverride, Registration, Tier
from registrations.queries import Ledger
from tests import factories
from tests.registrations.test_any_mix import ANYONE, Conferencing, State, refused

OUT_OF_TURN = (
    *("registration.moved", "registration.put_first", "registration.restored"),
    "registration.approved",
)


class Organising(Conferencing):
    def __init__(self) -> None:
        super().__init__()
        self.held: Counter[Any] = Counter()

    @rule(number=ANYONE, limit=st.integers(min_value=1, max_value=4))
    def raise_a_limit(self, number: int, limit: int) -> None:
        organisation = self.organisations[number % len(self.organisations)]
        tier = Tier.objects.get(key="friplass")
        with refused("not_raised"):
            overriding.raise_limit(
                tier=tier,
                organisation=organisation,
                limit=limit,
                reason="Egen buss",
                by=self.organiser,
            )

    @rule()
    def take_a_limit_back(self) -> None:
        if override := LimitOverride.objects.select_related("tier").first():
            overriding.restore_limit(override=override, by=self.organiser)

    @rule(number=ANYONE, key=st.sampled_from(["ansatt", "friplass"]))
    def move_someone(self, number: int, key: str) -> None:
        if registration := self.one(number, *Registration.ACTIVE):
            with refused("same_tier", "full", "wrong_state"):
                deciding.move(
                    registration=registration, tier=Tier.objects.get(key=key), by=self.organiser
                )

    @rule(number=ANYONE)
    def put_someone_first(self, number: int) -> None:
        if registration := self.one(number, State.WAITING):
            deciding.put_first(registration=registration, reason="Ordstyrer", by=self.organiser)

    @rule(wanted=st.booleans())
    def approval_is_asked_for(self, wanted: bool) -> None:
        Conference.objects.update(approval_needed=wanted)

    @rule(number=ANYONE, yes=st.booleans())
    def answer_an_application(self, number: int, yes: bool) -> None:
        if registration := self.one(number, State.PENDING, State.DECLINED):
            with refused("wrong_state", "already_registered"):
                if yes:
                    approving.approve(registration=registration, by=self.organiser)
                else:
                    approving.decline(registration=registration, by=self.organiser)

    @rule(number=ANYONE, patient=st.booleans())
    def someone_is_added_to_a_party(self, number: int, patient: bool) -> None:
        booking = Booking.objects.order_by("pk")[number % Booking.objects.count()]
        codes = ["organisation_limit", "never_together"]
        with refused(*codes):
            adding.add_people(
                booking=booking,
                submission=uuid4(),
                people=[factories.make_person("friplass", accept_waiting=patient)],
            )

    @invariant()
    def nobody_has_a_place_before_an_answer(self) -> None:
        unanswered = Registration.objects.filter(state__in=[State.PENDING, State.DECLINED])
        facts = unanswered.filter(state=State.PENDING).values_list("confirmed_at", "waiting_since")
        assert set(facts) <= {(None, None)}
        assert not unanswered.filter(seats__isnull=False).exists()

    @rule(number=ANYONE, meanwhile=st.booleans())
    def cancel_many_and_undo(self, number: int, meanwhile: bool) -> None:
        people = Registration.objects.active().filter(companion_of=None).order_by("pk")
        chosen = list(people)[number % 3 : number % 3 + 2]
        cancel = BulkChange.Action.CANCEL
        with undoing.undoable(action=cancel, registrations=chosen, by=self.organiser) as change:
            for registration in chosen:
                cancelling.cancel(registration=registration, by=self.organiser)
        if meanwhile:
            organisation = self.organisations[number % len(self.organisations)]
            person = factories.make_person("friplass", accept_waiting=True)
            application = factories.make_party([person], organisation=organisation)
            registering.register(conference=self.conference, application=application)
        undoing.undo(change=change, by=self.organiser)
        withdrawn = Mail.objects.filter(state=Mail.State.CANCELLED, kind="cancellation")
        numbers = [registration.pk for registration in chosen]
        assert withdrawn.count() == Registration.objects.active().filter(pk__in=numbers).count()
        withdrawn.delete()  # never sent, so what is told of each is the mail before

    @precondition(lambda self: len(self.organisations) > 1)
    @rule(first=ANYONE, second=ANYONE)
    def merge(self, first: int, second: int) -> None:
        before = {organisation.pk for organisation in self.organisations}
        target = self.organisations[second % len(self.organisations)].pk
        super().merge(first, second)
        for gone in before - {organisation.pk for organisation in self.organisations}:
            self.held[target] += self.held.pop(gone, 0)

    @invariant()
    def nothing_is_overbooked(self) -> None:
        """An organisation may stand above its limit after one is taken back, and never goes further above."""
        conference = self.current()
        ledger = Ledger.of(conference)
        free = Tier.objects.get(key="friplass")
        holding = Registration.objects.holding()
        assert holding.count() <= (conference.capacity or 0)
        people = holding.filter(companion_of=None)
        assert people.filter(tier__key="ansatt").count() <= 3
        owners = people.filter(tier=free).values_list("booking__organisation")
        places = Counter(dict(owners.annotate(places=Count("pk")).order_by()))
        for owner, taken in places.items():
            assert taken <= max(ledger.own_limit(free, owner) or 0, self.held[owner])
        self.held = places

    def out_of_turn(self) -> set[int]:
        """Those moved to another kind of place, put first, or given back what an undone press took.

        Who was offered a place between the press and its undoing keeps it, also before those given back.
        """
        told = AuditEvent.objects.filter(action__in=OUT_OF_TURN)
        labels = set(told.values_list("object_label", flat=True))
        people = Registration.objects.all()
        return {each.pk for each in people if each.ahead_since or mails.about(each) in labels}


@pytest.mark.django_db(transaction=True)
def test_any_mix_with_organisers_keeps_every_promise() -> None:
    steps = settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Organising, settings=steps)
