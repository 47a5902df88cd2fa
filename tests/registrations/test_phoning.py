from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference
from network.models import User
from programme.models import ChoiceBlock, Session
from recovery_network.mail.models import Mail
from registrations.forms.phoning import new_key
from registrations.models import Booking, Registration, SessionSeat, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(conference: Conference) -> str:
    return reverse("admin:conferences_conference_register", args=[conference.pk])


def typed(*people: dict[str, str], **more: str) -> dict[str, str]:
    data = {
        "submission": new_key(),
        "contact_name": "Kari K",
        "contact_email": "kari@example.no",
        "organisation": "Hå kommune",
        "language": "nb",
        "rows": str(max(len(people), 1)),
    }
    for number, person in enumerate(people, start=1):
        data |= {f"person-{number}-{name}": value for name, value in person.items()}
    return {**data, **more}


ANNE = {"name": "Anne A", "email": "anne@example.no", "tier": "ansatt"}
BO = {"name": "Bo B", "tier": "friplass"}


@pytest.fixture(autouse=True)
def tiers(employee_tier: Tier, free_tier: Tier) -> None:
    factories.make_organisation("Hå kommune")


def test_several_people_and_a_clear_answer(conference: Conference, organiser: User) -> None:
    response = browser_of(organiser).post(page(conference), typed(ANNE, BO), follow=True)
    told = [
        (each["registration"].name, each["registration"].state)
        for each in response.context["people"]
    ]
    assert told == [("Anne A", "confirmed"), ("Bo B", "confirmed")]
    booking = Booking.objects.get()
    assert (booking.source, booking.organisation is not None) == ("admin", True)
    assert set(Mail.objects.values_list("recipient", flat=True)) == {
        "anne@example.no",
        "kari@example.no",
    }


def test_who_finds_no_place_waits_and_is_told_why(
    conference: Conference, employee_tier: Tier, organiser: User
) -> None:
    Tier.objects.filter(pk=employee_tier.pk).update(capacity=0)
    response = browser_of(organiser).post(page(conference), typed(ANNE), follow=True)
    (each,) = response.context["people"]
    assert each["waiting"].why == "0 of 0 places of the kind Ansatt are taken."
    assert "Number 1 in line." in response.content.decode()


@pytest.mark.parametrize("shift", [-10, 40])
def test_before_it_opens_and_after_it_closes(
    shift: int, conference: Conference, organiser: User
) -> None:
    if shift < 0:
        Conference.objects.update(closed_at=timezone.now() + timedelta(days=shift))
    else:
        Conference.objects.update(registration_opens_at=timezone.now() + timedelta(days=shift))
    browser_of(organiser).post(page(conference), typed(ANNE))
    assert Registration.objects.confirmed().count() == 1


def test_not_when_it_is_over(conference: Conference, organiser: User) -> None:
    start = timezone.now() - timedelta(days=2)
    Conference.objects.update(starts_at=start, ends_at=start + timedelta(hours=2))
    response = browser_of(organiser).post(page(conference), typed(ANNE))
    assert response.context["form"].non_field_errors() == ["The gathering is over."]


def test_sent_twice_is_sent_once(conference: Conference, organiser: User) -> None:
    data, browser = typed(ANNE), browser_of(organiser)
    for _time in range(2):
        response = browser.post(page(conference), data, follow=True)
        assert [each["registration"].name for each in response.context["people"]] == ["Anne A"]
    assert Registration.objects.count() == 1


def test_who_came_to_the_door_is_marked_at_once(conference: Conference, organiser: User) -> None:
    Conference.objects.update(starts_at=timezone.now() + timedelta(hours=1))
    browser_of(organiser).post(page(conference), typed(ANNE, arrived="on"))
    assert [each.name for each in Registration.objects.attended()] == ["Anne A"]


def test_nobody_arrives_weeks_before(conference: Conference, organiser: User) -> None:
    response = browser_of(organiser).post(page(conference), typed(ANNE, arrived="on"))
    assert response.context["form"].non_field_errors() == [
        "Arrivals can be marked from the day before the start."
    ]
    assert (Registration.objects.count(), Mail.objects.count()) == (0, 0)


def test_more_rows_keep_what_is_typed(conference: Conference, organiser: User) -> None:
    response = browser_of(organiser).post(page(conference), typed(ANNE, more="yes"))
    form = response.context["form"]
    assert (len(form.people), response.context["show_errors"]) == (4, False)
    assert form.people[0]["name"].value() == "Anne A"
    assert Registration.objects.count() == 0


def test_a_similar_organisation_is_asked_about(conference: Conference, organiser: User) -> None:
    browser = browser_of(organiser)
    data = typed(ANNE, organisation="Hå komune")
    response = browser.post(page(conference), data)
    assert set(response.context["form"].errors) == {"organisation_choice"}
    browser.post(page(conference), {**data, "organisation_choice": "ha kommune"})
    assert Booking.objects.get().organisation.name == "Hå kommune"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("people", "more", "field"),
    [
        ([{}], {}, "name"),
        ([{**ANNE, "email": "x"}], {}, "email"),
        ([{**ANNE, "tier": "gull"}], {}, "tier"),
        ([{**ANNE, "name": "\x00"}], {}, "name"),
        ([{"email": "a@example.no", "tier": "ansatt"}, ANNE], {}, "name"),
    ],
)
def test_what_is_wrong_with_a_person_stands_at_the_person(
    people: list[dict[str, str]],
    more: dict[str, str],
    field: str,
    conference: Conference,
    organiser: User,
) -> None:
    response = browser_of(organiser).post(page(conference), typed(*people, **more))
    assert set(response.context["form"].people[0].errors) == {field}
    assert Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"contact_email": "x"}, "contact_email"),
        ({"contact_name": ""}, "contact_name"),
        ({"organisation": ""}, "organisation"),
        ({"organisation": "123456789"}, "organisation"),
        ({"language": "xx"}, "language"),
        ({"submission": "forged"}, "__all__"),
        ({"submission": ""}, "__all__"),
    ],
)
def test_what_is_wrong_with_the_booking_stands_there(
    more: dict[str, str], field: str, conference: Conference, organiser: User
) -> None:
    response = browser_of(organiser).post(page(conference), typed(ANNE, **more))
    assert set(response.context["form"].errors) == {field}
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper", ""])
def test_others_may_not(role: str, conference: Conference) -> None:
    browser = browser_of(factories.make_user(role=role))
    assert browser.post(page(conference), typed(ANNE)).status_code == (403 if role else 302)
    assert Registration.objects.count() == 0


class TestWorkshops:
    @pytest.fixture
    def workshops(self, conference: Conference) -> list[Session]:
        """A block in which everyone chooses; the first has one seat."""
        block = factories.make_block(conference, "blokk-1")
        return [
            factories.make_workshop(block, title="Liten", capacity=1),
            factories.make_workshop(block, title="Stor"),
        ]

    def seats(self) -> list[tuple[str, str, str]]:
        rows = SessionSeat.objects.order_by("registration", "pk").select_related("session")
        return [(each.registration.name, each.session.title, each.state) for each in rows]

    def test_are_chosen_for_those_who_phoned_or_left_open(
        self, conference: Conference, organiser: User, workshops: list[Session]
    ) -> None:
        small, _large = workshops
        anne = {**ANNE, "block-blokk-1": str(small.pk)}
        browser_of(organiser).post(page(conference), typed(anne, BO))
        assert self.seats() == [("Anne A", "Liten", "held")]
        assert Registration.objects.confirmed().count() == 2

    def test_a_full_one_is_waited_for_with_a_second_choice(
        self, conference: Conference, organiser: User, workshops: list[Session]
    ) -> None:
        small, large = workshops
        anne = {**ANNE, "block-blokk-1": str(small.pk)}
        browser_of(organiser).post(page(conference), typed(anne))
        bo = {**BO, "block-blokk-1": f"{small.pk}+", "second-blokk-1": str(large.pk)}
        browser_of(organiser).post(page(conference), typed(bo))
        assert self.seats() == [
            *(("Anne A", "Liten", "held"), ("Bo B", "Stor", "held"), ("Bo B", "Liten", "waiting"))
        ]

    def test_two_rows_for_one_seat_write_nothing_and_ask(
        self, conference: Conference, organiser: User, workshops: list[Session]
    ) -> None:
        small, _large = workshops
        people = [{**each, "block-blokk-1": str(small.pk)} for each in (ANNE, BO)]
        answer = browser_of(organiser).post(page(conference), typed(*people))
        text = answer.content.decode()
        assert "“Liten” is full now." in text
        assert f'value="{small.pk}+" selected' in text
        assert not Registration.objects.exists()

    def test_a_row_with_nothing_but_a_workshop_needs_a_name(
        self, conference: Conference, organiser: User, workshops: list[Session]
    ) -> None:
        nobody = {"tier": "ansatt", "block-blokk-1": str(workshops[1].pk)}
        answer = browser_of(organiser).post(page(conference), typed(ANNE, nobody))
        assert "Write the name too." in answer.content.decode()

    def test_also_when_the_block_has_closed(
        self, conference: Conference, organiser: User, workshops: list[Session]
    ) -> None:
        ChoiceBlock.objects.update(closes_at=timezone.now() - timedelta(hours=1))
        anne = {**ANNE, "block-blokk-1": str(workshops[1].pk)}
        browser_of(organiser).post(page(conference), typed(anne))
        assert self.seats() == [("Anne A", "Stor", "held")]
