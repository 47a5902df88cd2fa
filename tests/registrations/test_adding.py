"""A contact person adds people to a party that stands."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.actions.adding import add_people
from registrations.actions.applying import PersonApplication
from registrations.actions.cancelling import cancel
from registrations.errors import RegistrationError
from registrations.models import Booking, Registration, SessionSeat, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def booking(employee_tier: Tier) -> Booking:
    """Two people, one without an address."""
    people = [
        factories.make_person(employee_tier, name="Kari", email="kari@example.no"),
        factories.make_person(employee_tier, name="Ola", email=""),
    ]
    return factories.make_booking(employee_tier.conference, people)


def add(booking: Booking, *people: PersonApplication, **fields: object) -> list[Registration]:
    before = set(Registration.objects.values_list("pk", flat=True))
    values: dict[str, object] = {"submission": uuid.uuid4(), "people": people, **fields}
    add_people(booking=booking, **values)  # type: ignore[arg-type]
    return list(Registration.objects.exclude(pk__in=before).order_by("pk"))


def refused(booking: Booking, *people: PersonApplication) -> str:
    before = Registration.objects.count()
    with pytest.raises(RegistrationError) as refusal:
        add(booking, *people)
    assert Registration.objects.count() == before
    return refusal.value.code


class TestTheVerb:
    def test_only_those_concerned_are_told(self, booking: Booking, employee_tier: Tier) -> None:
        Mail.objects.all().delete()
        [new, silent] = add(
            booking,
            factories.make_person(employee_tier, email="ny@example.no"),
            factories.make_person(employee_tier, email=""),
        )
        assert (new.booking, new.state, silent.state) == (booking, "confirmed", "confirmed")
        told = list(Mail.objects.order_by("pk").values_list("recipient", "kind"))
        assert told == [("ny@example.no", "confirmation"), (booking.contact_email, "party")]
        text = Mail.objects.get(kind="party").text
        assert [name in text for name in ("Kari", "Ola", new.name, silent.name)] == [True] * 4

    def test_they_count_for_the_organisation(self, booking: Booking) -> None:
        free = factories.make_free_tier(booking.conference, limit_per_organisation=1)
        add(booking, factories.make_person(free))
        assert refused(booking, factories.make_person(free)) == "organisation_limit"
        [waiting] = add(booking, factories.make_person(free, accept_waiting=True))
        assert (waiting.state, waiting.waiting_for) == ("waiting", "organisation")

    def test_they_stand_behind_those_who_wait(self, booking: Booking) -> None:
        tier = factories.make_tier(booking.conference, "liten", capacity=1)
        first = factories.make_registration(tier)
        second = factories.make_registration(tier)
        [new] = add(booking, factories.make_person(tier))
        cancel(registration=first)
        states = Registration.objects.in_bulk([second.pk, new.pk])
        assert [states[second.pk].state, states[new.pk].state] == ["offered", "waiting"]

    def test_those_who_come_together_wait_together(self, employee_tier: Tier) -> None:
        booking = factories.make_booking(
            employee_tier.conference, [factories.make_person(employee_tier)], together=True
        )
        Conference.objects.update(capacity=2)
        code = refused(booking, *(factories.make_person(employee_tier) for _each in range(3)))
        assert code == "never_together"
        two = add(booking, *(factories.make_person(employee_tier) for _each in range(2)))
        assert [each.state for each in two] == ["waiting"] * 2
        assert {each.waiting_since for each in two} == {two[0].waiting_since}

    def test_sent_twice_they_are_added_once(self, booking: Booking, employee_tier: Tier) -> None:
        key, person = uuid.uuid4(), factories.make_person(employee_tier)
        assert len(add(booking, person, submission=key)) == 1
        assert add(booking, person, submission=key) == []

    def test_nobody_twice_in_one_party(self, booking: Booking, employee_tier: Tier) -> None:
        again = factories.make_person(employee_tier, name="Kari", email="kari@example.no")
        assert refused(booking, again) == "person_twice"
        without = factories.make_person(employee_tier, name="Ola", email="")
        assert refused(booking, without) == "person_twice"

    def test_someone_of_another_party_looks_like_a_newcomer(
        self, booking: Booking, employee_tier: Tier, outsider: Client
    ) -> None:
        known = factories.make_registration(employee_tier, name="Per", email="per@example.no")
        block = factories.make_block(booking.conference, rule="may")
        workshop = factories.make_workshop(block)
        choice = factories.make_choice(block.key, workshop.key)
        [double] = add(
            booking,
            factories.make_person(
                employee_tier, name=known.name, email=known.email, workshops=(choice,)
            ),
        )
        assert double.state == "double"
        assert not SessionSeat.objects.exists()
        page = outsider.get(booking.get_absolute_url()).content.decode()
        assert page.count(">Confirmed<") == 3
        kinds = Mail.objects.filter(recipient=known.email).values_list("kind", flat=True)
        assert sorted(kinds) == ["already_registered", "confirmation"]

    def test_at_most_thirty_companions_apart(self, booking: Booking, employee_tier: Tier) -> None:
        add(
            booking,
            *(
                factories.make_person(employee_tier, companion="" if number == 0 else None)
                for number in range(27)
            ),
        )
        people = [factories.make_person(employee_tier) for _each in range(2)]
        assert refused(booking, *people) == "too_many"
        add(booking, people[0])
        assert booking.registrations.filter(companion_of=None).count() == 30

    def test_not_when_registration_is_closed(self, booking: Booking, employee_tier: Tier) -> None:
        Conference.objects.update(closed_at=timezone.now())
        assert refused(booking, factories.make_person(employee_tier)) == "closed"


class TestThePage:
    def address(self, booking: Booking) -> str:
        return reverse("party_add", args=[booking.manage_key])

    def typed(self, page: object, tier: Tier, **fields: object) -> dict[str, object]:
        form = page.context["form"]  # type: ignore[attr-defined]
        answers = {
            "submission": form.initial["submission"],
            "person": "1",
            "1-name": "Nina Ny",
            "1-email": "nina@example.no",
            "1-tier": tier.key,
            "terms": "on",
        }
        return {**answers, **fields}

    def test_leads_from_the_party_and_back(
        self, booking: Booking, employee_tier: Tier, outsider: Client
    ) -> None:
        assert self.address(booking) in outsider.get(booking.get_absolute_url()).content.decode()
        page = outsider.get(self.address(booking))
        answer = outsider.post(self.address(booking), self.typed(page, employee_tier))
        assert (answer.status_code, answer["Location"]) == (303, booking.get_absolute_url())
        assert booking.registrations.filter(name="Nina Ny", state="confirmed").count() == 1

    def test_more_come_and_go_without_being_sent(
        self, booking: Booking, employee_tier: Tier, outsider: Client
    ) -> None:
        page = outsider.get(self.address(booking))
        typed = self.typed(page, employee_tier)
        page = outsider.post(self.address(booking), {**typed, "add": "1", "how_many": "2"})
        assert [each.prefix for each in page.context["form"].people] == ["1", "2", "3"]
        typed = {**typed, "person": ["1", "2", "3"], "remove": "2"}
        page = outsider.post(self.address(booking), typed)
        assert [each.prefix for each in page.context["form"].people] == ["1", "3"]
        assert "Nina Ny" in page.content.decode()
        assert booking.registrations.count() == 2

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"1-name": ""}, "This field is required."),
            ({"1-name": "Kari", "1-email": "kari@example.no"}, "stands in your party already"),
            ({"terms": ""}, "when you have agreed to the terms"),
            ({"submission": "x"}, "The form was damaged on its way."),
            ({"person": "x", "1-tier": "nei"}, "Choose one of the kinds of place."),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self,
        booking: Booking,
        employee_tier: Tier,
        outsider: Client,
        fields: dict[str, object],
        sentence: str,
    ) -> None:
        page = outsider.get(self.address(booking))
        typed = self.typed(page, employee_tier, **fields)
        answer = outsider.post(self.address(booking), typed)
        assert answer.status_code in {400, 422}
        text = answer.content.decode()
        assert sentence in text
        assert str(typed["1-email"]) in text
        assert booking.registrations.count() == 2

    def test_a_button_without_anyone_is_harmless(self, booking: Booking, outsider: Client) -> None:
        answer = outsider.post(self.address(booking), {"add": "1"})
        assert answer.status_code == 200

    def test_says_when_nobody_can_be_added(self, booking: Booking, outsider: Client) -> None:
        Conference.objects.update(closed_at=timezone.now())
        assert "Registration is not open" in outsider.get(self.address(booking)).content.decode()
        assert outsider.post(self.address(booking), {}).status_code == 409
        party = outsider.get(booking.get_absolute_url()).content.decode()
        assert self.address(booking) not in party

    def test_an_unknown_link_leads_nowhere(self, outsider: Client) -> None:
        assert outsider.get(reverse("party_add", args=["0" * 32])).status_code == 404
