from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from registrations.actions.calling_off import call_off
from registrations.actions.cancelling import cancel
from registrations.actions.checking_in import check_in, undo_check_in
from registrations.errors import RegistrationError
from registrations.models import Registration, Tier
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> Conference:
    return factories.make_conference(
        slug="i-dag", starts_at=timezone.now() + timedelta(hours=1), capacity=3
    )


@pytest.fixture
def tier(today: Conference) -> Tier:
    return factories.make_tier(today, "hemmelig-slag", name="Hemmelig slag")


@pytest.fixture
def guest(tier: Tier) -> Registration:
    return factories.make_registration(
        tier,
        name="Åse Ødegård",
        email="aase@example.no",
        organisation=factories.make_organisation("Hå kommune"),
    )


def door(conference: Conference) -> str:
    return reverse("admin:conferences_conference_door", args=[conference.pk])


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def names(client: Client, conference: Conference, text: str = "") -> list[str]:
    response = client.get(door(conference), {"q": text} if text else {})
    return [person.name for person in response.context["rows"]]


def events() -> list[tuple[str, int | None]]:
    found = AuditEvent.objects.filter(action__contains="check").order_by("pk")
    return list(found.values_list("action", "actor_id"))


class TestVerbs:
    def test_arriving_twice_is_arriving_once(self, guest: Registration, doorkeeper: User) -> None:
        first = check_in(registration=guest, by=doorkeeper).checked_in_at
        assert first is not None
        assert check_in(registration=guest, by=doorkeeper).checked_in_at == first
        assert list(Registration.objects.attended()) == [guest]
        assert events() == [("registration.checked_in", doorkeeper.pk)]

    def test_undone_and_undone_again(self, guest: Registration, doorkeeper: User) -> None:
        check_in(registration=guest, by=doorkeeper)
        undo_check_in(registration=guest, by=doorkeeper)
        undo_check_in(registration=guest, by=doorkeeper)
        assert list(Registration.objects.attended()) == []
        assert [action for action, _by in events()] == [
            "registration.checked_in",
            "registration.check_in_undone",
        ]

    def test_only_those_with_a_place_arrive(
        self, guest: Registration, tier: Tier, doorkeeper: User
    ) -> None:
        cancel(registration=guest)
        with pytest.raises(RegistrationError) as refusal:
            check_in(registration=guest, by=doorkeeper)
        assert refusal.value.code == "wrong_state"
        assert events() == []

    def test_not_weeks_before(self, participant: Registration, doorkeeper: User) -> None:
        with pytest.raises(RegistrationError) as refusal:
            check_in(registration=participant, by=doorkeeper)
        assert refusal.value.code == "too_early"

    def test_not_at_a_gathering_that_is_called_off(
        self, guest: Registration, organiser: User
    ) -> None:
        call_off(conference=guest.conference, by=organiser)
        with pytest.raises(RegistrationError) as refusal:
            check_in(registration=guest, by=organiser)
        assert refusal.value.code == "wrong_state"

    def test_afterwards_too(self, guest: Registration, organiser: User) -> None:
        start = timezone.now() - timedelta(days=3)
        Conference.objects.update(starts_at=start, ends_at=start + timedelta(hours=7))
        check_in(registration=guest, by=organiser)
        assert Registration.objects.attended().count() == 1

    def test_a_place_that_is_used_is_not_cancelled(
        self, guest: Registration, organiser: User
    ) -> None:
        check_in(registration=guest, by=organiser)
        with pytest.raises(RegistrationError) as refusal:
            cancel(registration=guest, by=organiser)
        assert refusal.value.code == "wrong_state"

    def test_the_database_knows_the_rule(self, tier: Tier) -> None:
        with (
            pytest.raises(IntegrityError, match="registration_arrived_with_place"),
            transaction.atomic(),
        ):
            factories.make_booking_row(
                tier, state="lapsed", confirmed_at=None, checked_in_at=timezone.now()
            )

    def test_who_stayed_away_follows_from_who_came(
        self, guest: Registration, tier: Tier, organiser: User
    ) -> None:
        away = factories.make_registration(tier)
        start = timezone.now() - timedelta(days=1)
        Conference.objects.update(starts_at=start, ends_at=start + timedelta(hours=7))
        now = timezone.now()
        assert list(Registration.objects.no_shows(now)) == []
        check_in(registration=guest, by=organiser)
        assert list(Registration.objects.no_shows(now)) == [away]
        assert list(Registration.objects.no_shows(start)) == []


@pytest.mark.usefixtures("in_english")
class TestDoor:
    @pytest.mark.parametrize("text", ["åse", "ODEGARD", "hå kommune"])
    def test_found_by_what_people_say(
        self, text: str, guest: Registration, tier: Tier, doorkeeper: User
    ) -> None:
        factories.make_registration(tier, name="Bo Berg")
        assert names(browser_of(doorkeeper), guest.conference, text) == ["Åse Ødegård"]
        assert names(browser_of(doorkeeper), guest.conference, guest.code) == ["Åse Ødegård"]

    @pytest.mark.parametrize("text", ["aase@example", "hemmelig", "nul\x00l", "x" * 3000, "%"])
    def test_nothing_is_found_by_what_is_not_shown(
        self, text: str, guest: Registration, organiser: User
    ) -> None:
        assert names(browser_of(organiser), guest.conference, text) == []

    def test_one_press_and_one_back(self, guest: Registration, doorkeeper: User) -> None:
        browser, page = browser_of(doorkeeper), door(guest.conference)
        data = {"registration": guest.pk}
        response = browser.post(page, {**data, "do": "arrived"}, follow=True)
        assert [str(each) for each in response.context["messages"]] == ["Åse Ødegård has arrived."]
        assert response.context["counts"] == {"arrived": 1, "places": 1, "missing": 0}
        assert [each.pk for each in response.context["latest"]] == [guest.pk]
        assert response.context["rows"] == []
        response = browser.post(page, {**data, "do": "undo"}, follow=True)
        assert [str(each) for each in response.context["messages"]] == ["Åse Ødegård is unmarked."]
        assert response.context["counts"] == {"arrived": 0, "places": 1, "missing": 1}

    def test_neither_tier_address_nor_need_is_shown(
        self, guest: Registration, doorkeeper: User
    ) -> None:
        page = browser_of(doorkeeper).get(door(guest.conference)).content.decode()
        hidden = ("Hemmelig slag", "hemmelig-slag", "aase@example.no", "500")
        assert [word for word in hidden if word in page] == []
        assert guest.name in page

    def test_who_waits_is_found_and_has_no_button(
        self, guest: Registration, tier: Tier, doorkeeper: User
    ) -> None:
        Conference.objects.update(capacity=1)
        factories.make_registration(tier, name="Vera Venter", accept_waiting=True)
        response = browser_of(doorkeeper).get(door(guest.conference), {"q": "vera"})
        assert [person.state for person in response.context["rows"]] == ["waiting"]
        assert "Has arrived" not in response.content.decode()

    def test_a_refusal_is_told(self, participant: Registration, doorkeeper: User) -> None:
        response = browser_of(doorkeeper).post(
            door(participant.conference),
            {"registration": participant.pk, "do": "arrived"},
            follow=True,
        )
        assert [str(each) for each in response.context["messages"]] == [
            "Per Deltaker: Arrivals can be marked from the day before the start."
        ]

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"do": "arrived"},
            {"do": "arrived", "registration": "x"},
            {"do": "arrived", "registration": "9" * 30},
            {"do": "tull"},
        ],
    )
    def test_nonsense_is_not_found(
        self, data: dict[str, str], guest: Registration, doorkeeper: User
    ) -> None:
        whole = {"registration": str(guest.pk), **data} if data.get("do") == "tull" else data
        assert browser_of(doorkeeper).post(door(guest.conference), whole).status_code == 404

    def test_a_guest_of_another_gathering_is_not_found(
        self, guest: Registration, participant: Registration, doorkeeper: User
    ) -> None:
        data = {"registration": guest.pk, "do": "arrived"}
        page = door(participant.conference)
        assert browser_of(doorkeeper).post(page, data).status_code == 404
        assert Registration.objects.attended().count() == 0

    @pytest.mark.parametrize("role", ["editor", "treasurer", ""])
    def test_others_may_not(self, role: str, guest: Registration) -> None:
        browser = browser_of(factories.make_user(role=role))
        response = browser.post(door(guest.conference), {"registration": guest.pk, "do": "arrived"})
        assert response.status_code == (403 if role else 302)
        assert Registration.objects.attended().count() == 0

    @pytest.mark.parametrize("people", [1, 3])
    def test_costs_the_same_for_one_and_three(
        self,
        people: int,
        tier: Tier,
        doorkeeper: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _number in range(people):
            factories.make_registration(tier)
        browser = browser_of(doorkeeper)
        browser.get(door(tier.conference))
        with django_assert_num_queries(8):
            browser.get(door(tier.conference))

    def test_chosen_rows_are_marked_in_the_list(
        self, guest: Registration, doorkeeper: User
    ) -> None:
        response = browser_of(doorkeeper).post(
            reverse("admin:registrations_registration_changelist"),
            {"action": "check_in", "_selected_action": [guest.pk], "confirmed": "yes"},
            follow=True,
        )
        assert [str(each) for each in response.context["messages"]] == ["1 done."]
        assert Registration.objects.attended().count() == 1
