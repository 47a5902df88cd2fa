"""The waiting list when people come together: parties that want all or nothing, and companions."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.actions import cancelling, places
from registrations.models import Booking, Registration, Tier
from tests import factories
from tests.browsing import english, link_in, mailed, typed

State = Registration.State
Scarcity = Registration.Scarcity
pytestmark = pytest.mark.django_db


def states(booking: Booking) -> list[str]:
    return list(booking.registrations.order_by("pk").values_list("state", flat=True))


def cancel(*registrations: Registration) -> None:
    for each in registrations:
        cancelling.cancel(registration=each)


@pytest.fixture
def full() -> Tier:
    """Two places, both taken."""
    return factories.make_tier(factories.make_conference(slug="konferansen", capacity=2))


@pytest.fixture
def holders(full: Tier) -> list[Registration]:
    return [factories.make_registration(full) for _ in range(2)]


@pytest.fixture
def pair(full: Tier, holders: list[Registration]) -> Booking:
    """Anna and Bo, who come together; Bo has no e-mail."""
    people = [
        factories.make_person(full, name="Anna", email="anna@example.no"),
        factories.make_person(full, name="Bo", email=""),
    ]
    return factories.make_booking(
        full.conference, people, together=True, contact_email="kari@example.no"
    )


class TestPartiesThatComeTogether:
    def test_have_free_places_kept_until_there_are_enough(
        self, full: Tier, holders: list[Registration], pair: Booking
    ) -> None:
        behind = factories.make_registration(full)
        cancel(holders[0])
        newcomer = factories.make_registration(full)

        assert states(pair) == [State.WAITING, State.WAITING]
        behind.refresh_from_db()
        assert (behind.state, newcomer.state) == (State.WAITING, State.WAITING)
        assert newcomer.waiting_for == Scarcity.LINE
        cancel(holders[1])
        assert states(pair) == [State.OFFERED, State.OFFERED]
        behind.refresh_from_db()
        assert behind.state == State.WAITING

    def test_get_one_offer_and_answer_once(
        self, client: Client, holders: list[Registration], pair: Booking
    ) -> None:
        cancel(*holders)

        assert mailed("kari@example.no") == ["party", "party_offer"]
        assert mailed("anna@example.no") == ["waiting_list"]
        page = link_in(Mail.objects.get(kind="party_offer"), "/venteliste/")
        shown = client.get(english(page)).text
        assert "There are places for all of you" in shown
        assert "The offer is also for: Bo" in shown
        client.post(page, {"answer": "accept"})

        assert states(pair) == [State.CONFIRMED, State.CONFIRMED]
        assert mailed("kari@example.no") == ["party", "party_offer", "party"]
        assert mailed("anna@example.no") == ["waiting_list", "confirmation"]

    def test_pass_their_places_on_when_they_decline(
        self, client: Client, full: Tier, holders: list[Registration], pair: Booking
    ) -> None:
        behind = [factories.make_registration(full) for _ in range(2)]
        cancel(*holders)

        client.post(
            link_in(Mail.objects.get(kind="party_offer"), "/venteliste/"), {"answer": "decline"}
        )

        assert states(pair) == [State.CANCELLED, State.CANCELLED]
        for each in behind:
            each.refresh_from_db()
            assert each.state == State.OFFERED

    def test_lose_the_offer_together_when_it_lapses(
        self, full: Tier, holders: list[Registration], pair: Booking
    ) -> None:
        behind = factories.make_registration(full)
        cancel(*holders)

        with time_machine.travel(timezone.now() + timedelta(hours=49)):
            places.settle()

        assert states(pair) == [State.LAPSED, State.LAPSED]
        behind.refresh_from_db()
        assert behind.state == State.OFFERED
        assert mailed("kari@example.no") == ["party", "party_offer", "party"]
        assert mailed("anna@example.no") == ["waiting_list", "offer_lapsed"]

    def test_come_sooner_when_one_leaves(self, holders: list[Registration], pair: Booking) -> None:
        cancel(holders[0])
        cancel(pair.registrations.get(name="Bo"))

        assert states(pair) == [State.OFFERED, State.CANCELLED]

    def test_that_are_larger_than_the_house_has_become_keep_nothing(
        self, full: Tier, holders: list[Registration], pair: Booking
    ) -> None:
        behind = factories.make_registration(full)
        Conference.objects.update(capacity=1)

        cancel(*holders)

        behind.refresh_from_db()
        assert behind.state == State.OFFERED
        assert states(pair) == [State.WAITING, State.WAITING]

    def test_keep_only_their_organisations_places_where_that_is_what_lacks(self) -> None:
        conference = factories.make_conference(capacity=6)
        tier = factories.make_free_tier(conference, limit_per_organisation=2, capacity=4)
        organisation = factories.make_organisation()
        factories.apply(tier, organisation=organisation)
        people = [factories.make_person(tier, accept_waiting=True) for _ in range(2)]
        party = factories.make_booking(conference, people, together=True, organisation=organisation)

        colleague = factories.make_registration(
            tier, organisation=organisation, accept_waiting=True
        )
        others = [factories.make_registration(tier) for _ in range(3)]

        assert states(party) == [State.WAITING, State.WAITING]
        assert (colleague.state, colleague.waiting_for) == (State.WAITING, Scarcity.LINE)
        assert [each.state for each in others] == [State.CONFIRMED] * 3

    def test_are_told_in_words_where_they_stand_and_why(
        self,
        client: Client,
        full: Tier,
        holders: list[Registration],
        pair: Booking,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        cancel(holders[0])
        behind = factories.make_registration(full)

        with django_assert_num_queries(6):
            page = client.get(english(pair.get_absolute_url())).text
        assert re.findall(r"<p>(Number [^<]+)</p>", page) == [
            "Number 1 in line. Waits because the party comes all together, and others in it wait.",
            "Number 1 in line. Waits because the conference is full.",
        ]
        own = client.get(english(behind.get_absolute_url())).text
        assert "You are number 3 in line." in own
        assert "You wait because those before in line come first." in own


class TestCompanions:
    def person(self, tier: Tier, **fields: object) -> Registration:
        return factories.make_registration(tier, companion="", **fields)

    def test_take_a_place_in_the_house_and_nowhere_else(self, in_english: None) -> None:
        conference = factories.make_conference(capacity=5)
        tier = factories.make_free_tier(conference, limit_per_organisation=2, capacity=3)
        organisation = factories.make_organisation()
        pairs = [self.person(tier, organisation=organisation) for _ in range(2)]

        third = factories.make_registration(tier)
        fourth = factories.make_registration(tier)

        assert [each.state for each in (*pairs, third)] == [State.CONFIRMED] * 3
        assert (fourth.state, fourth.waiting_for) == (State.WAITING, Scarcity.TIER)
        companions = Registration.objects.exclude(companion_of=None)
        assert set(companions.values_list("state", flat=True)) == {State.CONFIRMED}
        assert {each.price for each in companions} == {0}
        assert {str(each) for each in companions} == {f"companion of {each.name}" for each in pairs}

    def test_wait_are_offered_and_come_with_their_person(self) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=2))
        holders = [factories.make_registration(tier) for _ in range(2)]
        person = self.person(tier)
        companion = person.companions.get()
        behind = factories.make_registration(tier)

        cancel(holders[0])
        for each in (person, companion, behind):
            each.refresh_from_db()
            assert each.state == State.WAITING
        cancel(holders[1])
        for each in (person, companion):
            each.refresh_from_db()
            assert each.state == State.OFFERED
        places.accept_offer(registration=person)
        companion.refresh_from_db()
        assert companion.state == State.CONFIRMED
        cancel(person)
        companion.refresh_from_db()
        behind.refresh_from_db()
        assert (companion.state, behind.state) == (State.CANCELLED, State.OFFERED)
        assert mailed(person.email) == ["waiting_list", "offer", "confirmation", "cancellation"]

    def test_can_stay_away_while_their_person_comes(self) -> None:
        tier = factories.make_tier(factories.make_conference())
        person = self.person(tier)

        cancel(person.companions.get())

        person.refresh_from_db()
        assert person.state == State.CONFIRMED

    def test_are_asked_for_in_the_form(self, client: Client, employee_tier: Tier) -> None:
        page = "/en/arrangementer/konferansen/pamelding/"

        sent = client.post(page, typed(client, companion_name="Lars Ledsager"))

        assert "<dd>Lars Ledsager</dd>" in client.get(sent["Location"]).text
        companion = Registration.objects.exclude(companion_of=None).get()
        assert (companion.name, str(companion.companion_of)) == ("Lars Ledsager", "Åse Dahl")
        assert "Companion: Lars Ledsager" in Mail.objects.get().text

    def test_the_database_lets_each_have_one_that_is_free(self, employee_tier: Tier) -> None:
        person = factories.make_booking_row(employee_tier)
        factories.make_booking_row(employee_tier, companion_of=person)

        for fields in (
            {"companion_of": person},
            {
                "companion_of": person,
                "state": "cancelled",
                "cancelled_at": timezone.now(),
                "price": 1,
            },
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                factories.make_booking_row(employee_tier, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.filter(pk=person.pk).update(companion_of=person.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.make_booking_row(employee_tier, state="double")
