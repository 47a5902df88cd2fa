"""Gatherings whose organisers approve who comes."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.adding import add_people
from registrations.actions.approving import approve, decline
from registrations.actions.cancelling import cancel
from registrations.actions.handing_over import hand_over
from registrations.actions.registering import register
from registrations.actions.undoing import WINDOW, undo
from registrations.actions.workshops import change_workshop
from registrations.errors import RegistrationError
from registrations.models import BulkChange, Registration, SessionSeat, Tier
from registrations.overview import overview_of
from registrations.privacy import purge
from registrations.queries import Ledger
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LIST = "admin:registrations_registration_changelist"


@pytest.fixture
def tier() -> Tier:
    """Three places, given by organisers."""
    conference = factories.make_conference(slug="kurset", capacity=3, approval_needed=True)
    return factories.make_tier(conference, price=500)


def applicants(tier: Tier, number: int) -> list[Registration]:
    return [factories.make_registration(tier) for _each in range(number)]


def states(*registrations: Registration) -> list[str]:
    found = Registration.objects.in_bulk([each.pk for each in registrations])
    return [found[each.pk].state for each in registrations]


def mails_to(address: str) -> list[str]:
    return list(
        Mail.objects.exclude(state=Mail.State.CANCELLED)
        .filter(recipient=address)
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def do(user: User, action: str, rows: list[Registration], **more: object) -> list[str]:
    data = {"action": action, "_selected_action": [row.pk for row in rows], "confirmed": "yes"}
    response = browser_of(user).post(reverse(LIST), {**data, **more}, follow=True)
    return [str(message) for message in response.context["messages"]]


class TestApplying:
    def test_takes_no_place_and_no_turn_in_line(self, tier: Tier) -> None:
        people = applicants(tier, 4)
        assert states(*people) == ["pending"] * 4
        ledger = Ledger.of(tier.conference)
        assert (ledger.taken(), ledger.waiting) == (0, 0)
        assert mails_to(people[0].email) == ["awaiting_approval"]
        assert not Mail.objects.get(recipient=people[0].email).attachments

    def test_the_pages_say_so(self, tier: Tier, outsider: Client) -> None:
        form = outsider.get(reverse("register", args=["kurset"])).content.decode()
        assert "The organisers approve who comes." in form
        [person] = applicants(tier, 1)
        own = outsider.get(person.get_absolute_url()).content.decode()
        assert "You await approval" in own
        assert "You have no place yet." in own
        assert reverse("manage_calendar", args=[person.manage_key]) not in own
        calendar = outsider.get(reverse("manage_calendar", args=[person.manage_key]))
        assert calendar.status_code == 404

    def test_the_receipt_promises_nothing(self, tier: Tier, outsider: Client) -> None:
        sent = factories.apply(tier)
        page = outsider.get(reverse("receipt", args=["kurset", sent.receipt_key])).content.decode()
        assert sent.outcome == "pending"
        assert "You have no place yet." in page
        assert "An invoice comes only if you are approved." in page

    def test_whoever_the_organiser_registers_is_approved(self, tier: Tier, organiser: User) -> None:
        application = factories.make_application(tier, organisation=factories.make_organisation())
        register(conference=tier.conference, application=application, by=organiser)
        assert Registration.objects.get().state == "confirmed"

    def test_a_limit_is_looked_at_when_approving(self, tier: Tier, organiser: User) -> None:
        free = factories.make_free_tier(tier.conference, limit_per_organisation=1)
        home = factories.make_organisation()
        people = [factories.make_registration(free, organisation=home) for _each in range(2)]
        for each in people:
            approve(registration=each, by=organiser)
        assert states(*people) == ["confirmed", "waiting"]

    def test_a_party_that_never_fits_together_is_refused(self, tier: Tier) -> None:
        people = [factories.make_person(tier) for _each in range(4)]
        with pytest.raises(RegistrationError) as refusal:
            factories.make_booking(tier.conference, people, together=True)
        assert refusal.value.code == "never_together"
        assert not Registration.objects.exists()

    def test_cancelling_meanwhile_costs_nothing(self, tier: Tier, organiser: User) -> None:
        tier.conference.cancellation_rules.create(days_before=300, percent=100)
        [person] = applicants(tier, 1)
        cancel(registration=person)
        person.refresh_from_db()
        assert (person.state, str(person.cancellation_fee)) == ("cancelled", "0.00")
        with pytest.raises(RegistrationError) as refusal:
            approve(registration=person, by=organiser)
        assert refusal.value.code == "wrong_state"

    def test_a_colleague_awaits_approval_instead(self, tier: Tier) -> None:
        [person] = applicants(tier, 1)
        hand_over(registration=person, name="Kari Kollega", email="kari@example.no")
        person.refresh_from_db()
        assert (person.name, person.state) == ("Kari Kollega", "pending")
        assert mails_to("kari@example.no") == ["awaiting_approval"]


class TestApproving:
    def test_gives_a_place_with_one_mail(self, tier: Tier, organiser: User) -> None:
        [person] = applicants(tier, 1)
        approve(registration=person, by=organiser)
        person.refresh_from_db()
        assert person.state == "confirmed"
        assert mails_to(person.email) == ["awaiting_approval", "confirmation"]
        event = AuditEvent.objects.get(action="registration.approved")
        assert event.actor_id == organiser.pk

    def test_the_full_house_has_a_line_in_the_order_of_registering(
        self, tier: Tier, organiser: User
    ) -> None:
        people = applicants(tier, 6)
        for each in [*people[2:5], people[5], people[1], people[0]]:
            approve(registration=each, by=organiser)
        assert states(*people) == ["waiting"] * 2 + ["confirmed"] * 3 + ["waiting"]
        line = list(Registration.objects.in_line())
        assert line == [people[0], people[1], people[5]]
        assert {each.waiting_for for each in line} == {"conference"}
        assert mails_to(people[0].email) == ["awaiting_approval", "waiting_list"]

    def test_nobody_who_waits_is_passed(self, tier: Tier, organiser: User) -> None:
        """The place that comes free belongs to whoever registered first among those approved."""
        people = applicants(tier, 5)
        for each in people[:4]:
            approve(registration=each, by=organiser)
        Conference.objects.update(offer_hours=48)
        cancel(registration=people[0])
        approve(registration=people[4], by=organiser)
        assert states(*people) == [
            *("cancelled", "confirmed", "confirmed", "offered", "waiting"),
        ]

    def test_a_companion_follows(self, tier: Tier, organiser: User) -> None:
        person = factories.make_registration(tier, companion="Line Ledsager")
        companion = Registration.objects.get(companion_of=person)
        assert states(person, companion) == ["pending", "pending"]
        approve(registration=companion, by=organiser)
        assert states(person, companion) == ["confirmed", "confirmed"]
        assert mails_to(person.email) == ["awaiting_approval", "confirmation"]

    def test_what_was_wished_for_becomes_a_seat(self, tier: Tier, organiser: User) -> None:
        block = factories.make_block(tier.conference, rule="may")
        workshop = factories.make_workshop(block, capacity=1)
        [person] = applicants(tier, 1)
        change_workshop(registration=person, session=workshop)
        assert SessionSeat.objects.get().state == "wished"
        approve(registration=person, by=organiser)
        assert SessionSeat.objects.get().state == "held"

    def test_a_party_that_comes_together_gets_one_answer_and_one_mail(
        self, tier: Tier, organiser: User
    ) -> None:
        people = [factories.make_person(tier, email="") for _each in range(3)]
        booking = factories.make_booking(tier.conference, people, together=True, language="en")
        party = list(booking.registrations.order_by("pk"))
        approve(registration=party[1], by=organiser)
        assert states(*party) == ["confirmed"] * 3
        assert mails_to(booking.contact_email) == ["party"]
        text = Mail.objects.exclude(state=Mail.State.CANCELLED).get().text
        assert text.count("confirmed") == 3

    def test_the_others_of_a_party_still_wait_for_an_answer(
        self, tier: Tier, organiser: User
    ) -> None:
        people = [factories.make_person(tier), factories.make_person(tier, email="")]
        booking = factories.make_booking(tier.conference, people)
        first, second = booking.registrations.order_by("pk")
        approve(registration=first, by=organiser)
        assert states(first, second) == ["confirmed", "pending"]
        assert mails_to(first.email) == ["awaiting_approval", "confirmation"]
        assert mails_to(booking.contact_email) == ["party"]

    def test_someone_who_was_turned_down_may_be_approved_after_all(
        self, tier: Tier, organiser: User
    ) -> None:
        [person] = applicants(tier, 1)
        decline(registration=person, by=organiser)
        approve(registration=person, by=organiser)
        person.refresh_from_db()
        assert (person.state, person.declined_at) == ("confirmed", None)

    def test_but_not_twice_at_one_gathering(self, tier: Tier, organiser: User) -> None:
        first = factories.make_registration(tier, name="Per", email="per@example.no")
        decline(registration=first, by=organiser)
        factories.apply(tier, name="Per", email="per@example.no")
        with pytest.raises(RegistrationError) as refusal:
            approve(registration=first, by=organiser)
        assert refusal.value.code == "already_registered"
        assert states(first) == ["declined"]

    def test_not_when_called_off(self, tier: Tier, organiser: User) -> None:
        [person] = applicants(tier, 1)
        Conference.objects.update(cancelled_at=timezone.now())
        with pytest.raises(RegistrationError) as refusal:
            approve(registration=person, by=organiser)
        assert refusal.value.code == "closed"


class TestDeclining:
    def test_is_told_with_the_organisers_words_and_no_more(
        self, tier: Tier, organiser: User, outsider: Client
    ) -> None:
        [person] = applicants(tier, 1)
        decline(registration=person, by=organiser, reason="Bare for Sandnes denne gangen.")
        mail = Mail.objects.get(kind="not_approved")
        assert (mail.recipient, mail.attachments) == (person.email, [])
        assert "Bare for Sandnes denne gangen." in mail.text
        page = outsider.get(person.get_absolute_url()).content.decode()
        assert "This registration was not approved" in page
        assert "The organisers can't give you a place this time." in page

    def test_gives_back_what_was_wished_for(self, tier: Tier, organiser: User) -> None:
        workshop = factories.make_workshop(factories.make_block(tier.conference, rule="may"))
        [person] = applicants(tier, 1)
        change_workshop(registration=person, session=workshop)
        decline(registration=person, by=organiser)
        assert not SessionSeat.objects.exists()

    def test_only_of_those_who_await_it(self, tier: Tier, organiser: User) -> None:
        [person] = applicants(tier, 1)
        approve(registration=person, by=organiser)
        with pytest.raises(RegistrationError) as refusal:
            decline(registration=person, by=organiser)
        assert refusal.value.code == "wrong_state"

    def test_is_deleted_when_the_gathering_is_over(self, tier: Tier, organiser: User) -> None:
        first, second = applicants(tier, 2)
        decline(registration=first, by=organiser)
        with time_machine.travel(tier.conference.ends_at + timedelta(minutes=1)):
            purge(timezone.now(), dry_run=False)
        assert not Registration.objects.filter(pk__in=[first.pk, second.pk]).exists()


class TestDoubles:
    """Whoever registers a party must not learn which of them is registered already."""

    @pytest.fixture
    def double(self, tier: Tier) -> Registration:
        factories.make_registration(tier, name="Kjent", email="kjent@example.no")
        known = factories.make_person(tier, name="Kjent", email="kjent@example.no")
        new = factories.make_person(tier, name="Ny", email="ny@example.no")
        booking = factories.make_booking(tier.conference, [known, new])
        found: Registration = booking.registrations.get(name="Kjent")
        assert found.state == "double"
        return found

    def told(self, double: Registration) -> list[str]:
        page = Client().get(double.booking.get_absolute_url()).content.decode()
        return [
            word
            for word in ("Awaiting approval", "Confirmed", "Not approved", "On the waiting list")
            for _time in range(page.count(f">{word}<"))
        ]

    def test_look_like_the_others(self, double: Registration) -> None:
        assert self.told(double) == ["Awaiting approval"] * 2

    def test_are_among_those_to_answer(self, double: Registration, organiser: User) -> None:
        page = browser_of(organiser).get(reverse(LIST), {"approval": "awaits"})
        names = sorted(each.name for each in page.context["cl"].result_list)
        assert names == ["Kjent", "Kjent", "Ny"]
        assert overview_of(double.conference, needs=False, mails=False).pending == 3

    def test_get_the_answer_of_a_newcomer_and_no_place(
        self, double: Registration, organiser: User
    ) -> None:
        for each in double.booking.registrations.order_by("pk"):
            approve(registration=each, by=organiser)
        assert self.told(double) == ["Confirmed"] * 2
        assert Registration.objects.holding().count() == 1
        assert mails_to("kjent@example.no") == ["awaiting_approval", "already_registered"]

    def test_are_turned_down_like_the_others(self, double: Registration, organiser: User) -> None:
        for each in double.booking.registrations.order_by("pk"):
            decline(registration=each, by=organiser)
        assert self.told(double) == ["Not approved"] * 2
        assert mails_to("kjent@example.no") == ["awaiting_approval", "already_registered"]

    def test_a_colleague_in_their_stead_awaits_approval(self, double: Registration) -> None:
        hand_over(registration=double, name="Kari Kollega", email="kari@example.no")
        double.refresh_from_db()
        assert (double.state, double.double_of) == ("pending", None)


class TestInTheAdmin:
    def test_many_at_once_after_a_count(self, tier: Tier, organiser: User) -> None:
        people = applicants(tier, 3)
        asked = browser_of(organiser).post(
            reverse(LIST),
            {"action": "approve_places", "_selected_action": [each.pk for each in people]},
        )
        assert "3 chosen" in asked.content.decode()
        assert do(organiser, "approve_places", people) == ["3 done."]
        assert states(*people) == ["confirmed"] * 3

    def test_a_party_that_gets_one_answer_stands_there_once(
        self, tier: Tier, organiser: User
    ) -> None:
        people = [factories.make_person(tier) for _each in range(3)]
        booking = factories.make_booking(tier.conference, people, together=True)
        party = list(booking.registrations.all())
        assert do(organiser, "decline_places", party, reason="Nei") == ["1 done."]
        assert states(*party) == ["declined"] * 3

    @pytest.mark.parametrize("action", ["approve_places", "decline_places"])
    def test_undone_before_anyone_was_told(self, tier: Tier, organiser: User, action: str) -> None:
        workshop = factories.make_workshop(factories.make_block(tier.conference, rule="may"))
        alone = factories.make_registration(tier)
        change_workshop(registration=alone, session=workshop)
        people = [factories.make_person(tier, email="") for _each in range(2)]
        booking = factories.make_booking(tier.conference, people, together=True)
        party = list(booking.registrations.all())
        Mail.objects.all().delete()
        do(organiser, action, [alone, party[0]])
        change = BulkChange.objects.get()
        waits = set(Mail.objects.values_list("not_before", flat=True))
        assert waits == {change.done_at + WINDOW}
        undo(change=change, by=organiser)
        assert states(alone, *party) == ["pending"] * 3
        assert SessionSeat.objects.get().state == "wished"
        assert not Mail.objects.exclude(state=Mail.State.CANCELLED).exists()

    def party(self, tier: Tier) -> list[Registration]:
        """Two who can be reached through their contact person only, and are answered one by one."""
        people = [factories.make_person(tier, name=name, email="") for name in ("Anna", "Bo")]
        booking = factories.make_booking(tier.conference, people, language="en")
        return list(booking.registrations.order_by("pk"))

    def told_of(self, party: list[Registration]) -> list[list[str]]:
        """The states in each mail to the contact that has left or will, the oldest first."""
        mails = Mail.objects.filter(recipient=party[0].booking.contact_email)
        texts = mails.exclude(state=Mail.State.CANCELLED).order_by("pk")
        lines = [each.text.splitlines() for each in texts]
        return [
            [line.split(": ")[1].split(".")[0] for line in text if line.startswith("- ")]
            for text in lines
        ]

    def test_what_was_told_before_an_undone_answer_still_leaves(
        self, tier: Tier, organiser: User
    ) -> None:
        party = self.party(tier)
        do(organiser, "approve_places", party)
        assert self.told_of(party) == [["awaiting approval"] * 2, ["confirmed"] * 2]
        undo(change=BulkChange.objects.get(), by=organiser)
        assert self.told_of(party) == [["awaiting approval"] * 2]

    def test_where_not_all_of_a_party_are_as_before_the_contact_hears_how_they_stand(
        self, tier: Tier, organiser: User
    ) -> None:
        party = self.party(tier)
        do(organiser, "approve_places", party)
        cancel(registration=party[1], by=organiser)
        undo(change=BulkChange.objects.get(), by=organiser)
        assert states(*party) == ["pending", "cancelled"]
        assert self.told_of(party)[-1] == ["awaiting approval", "cancelled"]

    def test_what_another_mail_told_meanwhile_is_put_right(
        self, tier: Tier, organiser: User
    ) -> None:
        party = self.party(tier)
        do(organiser, "approve_places", party)
        new = [factories.make_person(tier, email="")]
        add_people(booking=party[0].booking, submission=uuid4(), people=new)
        assert self.told_of(party)[-1] == ["confirmed", "confirmed", "awaiting approval"]
        undo(change=BulkChange.objects.get(), by=organiser)
        assert self.told_of(party)[-1] == ["awaiting approval"] * 3

    def test_the_page_of_one_has_both_answers(self, tier: Tier, organiser: User) -> None:
        [person] = applicants(tier, 1)
        address = reverse("admin:registrations_registration_change", args=[person.pk])
        page = browser_of(organiser).get(address).content.decode()
        assert 'value="approve_places"' in page
        assert 'value="decline_places"' in page
        approve(registration=person, by=organiser)
        page = browser_of(organiser).get(address).content.decode()
        assert 'value="approve_places"' not in page
        assert 'value="decline_places"' not in page

    def test_not_for_those_at_the_door(self, tier: Tier, doorkeeper: User) -> None:
        people = applicants(tier, 1)
        do(doorkeeper, "approve_places", people)
        assert states(*people) == ["pending"]

    def test_the_overview_says_how_many(
        self, tier: Tier, organiser: User, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        browser = browser_of(organiser)
        address = reverse("admin:conferences_conference_overview", args=[tier.conference_id])
        for number in (1, 2):
            applicants(tier, number)
            with django_assert_num_queries(16):
                page = browser.get(address).content.decode()
            assert "Awaiting approval" in page
        assert "approval=awaits" in page


class TestConstraints:
    def refused(self, registration: Registration, **fields: object) -> str:
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            Registration.objects.filter(pk=registration.pk).update(**fields)
        return str(refusal.value)

    def test_declined_has_a_time(self, tier: Tier) -> None:
        row = factories.make_booking_row(tier)
        assert "registration_declined_at" in self.refused(row, state="declined")

    def test_pending_is_undecided(self, tier: Tier) -> None:
        row = factories.make_booking_row(tier)
        assert "registration_undecided_while_pending" in self.refused(row, state="pending")

    def test_pending_is_one_of_those_who_are_there_once(self, tier: Tier) -> None:
        first = factories.make_registration(tier, name="Per", email="per@example.no")
        other = factories.make_booking_row(
            tier, name=first.name, email=first.email, state="cancelled", cancelled_at=timezone.now()
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.filter(pk=other.pk).update(state="pending", confirmed_at=None)
