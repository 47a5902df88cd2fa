"""Several people at once, from the form to the coordinator's page."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from recovery_network.mail.models import Mail
from registrations.actions.calling_off import call_off
from registrations.actions.links import send_links
from registrations.actions.registering import register
from registrations.actions.reminding import send_due_reminders
from registrations.errors import RegistrationError
from registrations.models import Booking, Consent, Need, Registration, Submission, Tier
from tests import factories
from tests.browsing import hidden_key, mailed, typed

State = Registration.State
pytestmark = pytest.mark.django_db
FORM = "/en/arrangementer/konferansen/pamelding/"


def party(client: Client, *people: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The form of a contact person who doesn't come, with `people` filled in."""
    answers = typed(client, name="Kari Koordinator", email="kari@example.no", tier=None, **changes)
    answers["person"] = [str(number) for number in range(1, len(people) + 1)]
    for number, person in enumerate(people, start=1):
        for name, value in {"tier": "ansatt", **person}.items():
            answers[f"{number}-{name}"] = value
    return answers


def names(page: Any) -> list[str]:
    return re.findall(r'name="\d+-name" value="([^"]*)"', page.text)


class TestForm:
    def test_several_people_get_places_and_the_contact_one_mail(
        self, client: Client, employee_tier: Tier, free_tier: Tier
    ) -> None:
        answers = party(
            client,
            {"name": "Anna", "email": "anna@example.no", "badge_name": "Anna 🌈"},
            {"name": "Bo", "tier": "friplass", "needs": ["diet"], "needs_note": "nøtter"},
            needs_consent="on",
        )

        response = client.post(FORM, answers)

        assert response.status_code == 303
        booking = Booking.objects.get()
        assert (booking.contact_name, booking.contact_email) == (
            "Kari Koordinator",
            "kari@example.no",
        )
        people = booking.registrations.order_by("pk")
        told = people.values_list("name", "email", "badge_name", "tier__key", "state")
        assert list(told) == [
            ("Anna", "anna@example.no", "Anna 🌈", "ansatt", "confirmed"),
            ("Bo", "", "", "friplass", "confirmed"),
        ]
        assert [(need.registration.name, need.note) for need in Need.objects.all()] == [
            ("Bo", "nøtter")
        ]
        assert Consent.objects.count() == 3  # the terms twice, and what Bo needs
        assert (mailed("kari@example.no"), mailed("anna@example.no")) == (
            ["party"],
            ["confirmation"],
        )
        overview = Mail.objects.get(kind="party").text
        for each in people:
            assert f"{each.name}, {each.tier.name}: confirmed. Code {each.code}" in overview
        receipt = client.get(response["Location"]).text
        assert re.findall(r"<b>(\w+)</b>", receipt) == ["Anna", "Bo"]
        assert not any(each.code in receipt for each in people)

    def test_a_contact_who_comes_too_gets_no_second_mail(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(
            client, {"name": "Kari Koordinator", "email": "kari@example.no"}, {"name": "Bo"}
        )

        client.post(FORM, answers)

        assert mailed("kari@example.no") == ["party"]
        own = Registration.objects.get(email="kari@example.no")
        assert Mail.objects.get().attachments == [f"registration-calendar:{own.pk}"]

    def test_is_kept_whole_when_one_person_is_wrong(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(
            client,
            {"name": "Anna", "email": "anna(at)example", "needs": ["quiet_room"]},
            {"name": "", "email": "bo@example.no", "badge_name": "Bosse"},
            {"name": "Cato", "tier": ""},
            needs_consent="on",
        )

        response = client.post(FORM, answers)

        assert response.status_code == 422
        assert re.findall(r'<a href="#(id_\w+-\w+)">(Person \d, [^–]+)', response.text) == [
            ("id_1-email", "Person 1, E-mail "),
            ("id_2-name", "Person 2, Name "),
            ("id_3-tier", "Person 3, Kind of place "),
        ]
        for value in ("anna(at)example", "bo@example.no", "Bosse", "Cato", "Kari Koordinator"):
            assert f'value="{value}"' in response.text
        assert re.search(r'name="1-needs" value="quiet_room"[^>]* checked', response.text)
        assert Booking.objects.count() == Submission.objects.count() == Mail.objects.count() == 0

    def test_the_same_person_twice_is_told_at_the_second(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(
            client,
            {"name": "Anna", "email": "anna@example.no"},
            {"name": "ANNA", "email": "Anna@example.no"},
            {"name": "Anna", "email": "anna2@example.no"},
        )

        response = client.post(FORM, answers)

        assert response.status_code == 422
        assert re.findall(r'<a href="#(id_[\w-]+)">Person', response.text) == ["id_2-name"]

    def test_thirty_come_but_not_thirty_one(self, client: Client, employee_tier: Tier) -> None:
        crowd = [{"name": f"Deltaker {number}"} for number in range(31)]

        refused = client.post(FORM, party(client, *crowd))
        assert refused.status_code == 422
        assert "at most 30 people" in refused.text
        assert client.post(FORM, party(client, *crowd[:30])).status_code == 303
        assert Registration.objects.confirmed().count() == 30

    @pytest.mark.parametrize("person", [["x"], ["1", "1"], [""], ["-1"], ["1" * 5], ["\x00"]])
    def test_parts_that_nobody_was_given_write_nothing(
        self, client: Client, employee_tier: Tier, person: list[str]
    ) -> None:
        response = client.post(
            FORM, {**party(client, {"name": "Anna", "tier": "x"}), "person": person}
        )

        assert response.status_code == 422
        assert not Booking.objects.exists()

    def test_sent_twice_it_is_one_party(self, client: Client, employee_tier: Tier) -> None:
        answers = party(client, {"name": "Anna"}, {"name": "Bo"})

        first, second = client.post(FORM, answers), client.post(FORM, answers)
        third = client.post(FORM, {**answers, "2-name": "Cato"})

        assert first["Location"] == second["Location"]
        assert third.status_code == 409
        assert Registration.objects.count() == 2
        assert Mail.objects.count() == 1

    def test_beyond_the_limit_each_chooses_for_themselves(
        self, client: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        factories.make_free_tier(
            conference,
            limit_per_organisation=2,
            beyond_limit=Tier.BeyondLimit.OTHER_TIER,
            overflow_tier=employee_tier,
        )
        people = [{"name": name, "tier": "friplass"} for name in ("Anna", "Bo", "Cato", "Dag")]
        answers = party(client, *people)

        asked = client.post(FORM, answers)
        assert asked.status_code == 422
        assert "Hå kommune has only 2 places left of its 2 of the kind Friplass." in asked.text
        assert re.findall(r'type="radio" name="(\d-beyond)" value="([^"]+)"', asked.text) == [
            ("3-beyond", "+"),
            ("3-beyond", "ansatt"),
            ("4-beyond", "+"),
            ("4-beyond", "ansatt"),
        ]
        sent = client.post(FORM, {**answers, "3-beyond": "+", "4-beyond": "ansatt"})

        assert sent.status_code == 303
        stand = Registration.objects.order_by("pk").values_list("name", "tier__key", "state")
        assert list(stand) == [
            ("Anna", "friplass", "confirmed"),
            ("Bo", "friplass", "confirmed"),
            ("Cato", "friplass", "waiting"),
            ("Dag", "ansatt", "confirmed"),
        ]


class TestComingAndGoing:
    def test_one_person_becomes_the_first_of_two(self, client: Client, employee_tier: Tier) -> None:
        alone = typed(client, needs=["diet"], badge_name="Åse D", tier="ansatt")

        page = client.post(FORM, {**alone, "add": "1"})

        assert page.status_code == 200
        assert re.findall(r'name="person" value="(\d+)"', page.text) == ["1", "2"]
        assert 'name="1-name" value="Åse Dahl"' in page.text
        assert 'name="1-badge_name" value="Åse D"' in page.text
        assert 'value="diet" id="id_1-needs_0" checked' in page.text
        assert re.search(r'name="2-name"[^>]* autofocus', page.text)
        assert hidden_key(page) == alone["submission"]
        assert "error-summary" not in page.text
        assert not Booking.objects.exists()

    def test_people_are_added_and_taken_out_with_everything_kept(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(client, {"name": "Anna", "email": "a(at)"}, {"name": "Bo"})

        more = client.post(FORM, {**answers, "add": "1", "how_many": "3"})
        assert re.findall(r'name="person" value="(\d+)"', more.text) == ["1", "2", "3", "4", "5"]
        assert re.search(r'name="3-name"[^>]* autofocus', more.text)
        fewer = client.post(FORM, {**answers, "remove": "2"})

        assert names(fewer) == ["Anna"]
        assert 'value="a(at)"' in fewer.text
        assert "Bo is taken out. One person is left." in fewer.text
        assert "error-summary" not in fewer.text

    def test_in_a_large_party_badge_and_needs_are_asked_for_one_by_one(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(client, *({"name": f"Deltaker {number}"} for number in range(9)))

        page = client.post(FORM, {**answers, "more": "4"})

        assert re.findall(r'name="(\d)-badge_name"', page.text) == ["4"]
        assert re.search(r'name="4-badge_name"[^>]* autofocus', page.text)
        assert re.findall(r'name="more" value="(\d)"', page.text) == list("12356789")
        again = client.post(FORM, {**answers, "asked": ["4"], "add": "1"})
        assert re.findall(r'name="(\d)-badge_name"', again.text) == ["4"]

    def test_there_is_no_room_for_more_than_thirty(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(client, {"name": "Anna"})

        page = client.post(FORM, {**answers, "add": "1", "how_many": "99"})

        assert len(re.findall(r'name="person"', page.text)) == 30

    @pytest.mark.parametrize("people", [2, 30])
    def test_the_page_is_small_and_costs_as_many_queries(
        self,
        client: Client,
        employee_tier: Tier,
        free_tier: Tier,
        people: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        crowd = [
            {"name": f"Deltaker {n}", "email": f"deltaker{n}@example.no"} for n in range(people)
        ]
        answers = party(client, *crowd)

        with django_assert_num_queries(2):
            page = client.post(FORM, {**answers, "add": "1", "how_many": "1"})

        assert len(page.content) < 60_000
        with CaptureQueriesContext(connection) as captured:
            client.post(FORM, {**answers, "terms": ""})
        assert len(captured) == 7


class TestList:
    def fill(self, client: Client, text: str, *people: dict[str, Any]) -> Any:
        answers = party(client, *(people or [{"name": "", "tier": ""}]))
        return client.post(FORM, {**answers, "pasted": text, "fill": "1"})

    @pytest.mark.parametrize("mark", ["\t", ";", ", "])
    def test_fills_the_form(
        self, client: Client, employee_tier: Tier, free_tier: Tier, mark: str
    ) -> None:
        rows = [["Anna Berg", "anna@example.no", "Friplass"], ["ansatt", "Bo Dahl", "", "Bosse"]]

        page = self.fill(client, "\r\n".join(mark.join(row) for row in rows))

        assert names(page) == ["Anna Berg", "Bo Dahl"]
        assert 'value="anna@example.no"' in page.text
        assert 'value="Bosse"' in page.text
        assert re.findall(r'<option value="(\w+)" selected', page.text) == ["friplass", "ansatt"]
        assert "2 people were filled in from the list." in page.text

    def test_reads_the_headings_of_a_spreadsheet(self, client: Client, employee_tier: Tier) -> None:
        page = self.fill(
            client, "Fornavn\tEtternavn\tE-post\nAnna\tBerg\tanna@example.no\n\nBo\tDahl\t"
        )

        assert names(page) == ["Anna Berg", "Bo Dahl"]

    def test_shows_mistakes_row_by_row_and_keeps_those_rows(
        self, client: Client, employee_tier: Tier
    ) -> None:
        text = "Anna;anna@example.no\nBo;bo@\n;cato@example.no\nDag;VIP;Dagen;mer"

        page = self.fill(client, text, {"name": "Eva"})

        assert names(page) == ["Eva", "Anna"]
        assert re.findall(r"<li>(Row \d: [^<]+)</li>", page.text) == [
            "Row 2: “bo@” is not an e-mail address.",
            "Row 3: there is no name.",
            "Row 4: we don&#x27;t know what “mer” is.",
        ]
        assert "Bo;bo@\n;cato@example.no\nDag;VIP;Dagen;mer</textarea>" in page.text

    def test_leaves_out_what_there_is_no_room_for(
        self, client: Client, employee_tier: Tier
    ) -> None:
        page = self.fill(client, "\n".join(f"Deltaker {number}" for number in range(33)))

        assert len(names(page)) == 30
        assert "There is room for 30 people. 3 of the list are left out." in page.text

    def test_that_has_not_been_read_stops_the_form(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = party(client, {"name": "Anna"}, pasted="Bo")

        response = client.post(FORM, answers)

        assert response.status_code == 422
        assert "The list has not been read yet." in response.text


class TestNobodyLearnsWhoIsRegistered:
    @pytest.fixture
    def known(self, employee_tier: Tier) -> Registration:
        return factories.make_registration(employee_tier, name="Anna Berg", email="anna@example.no")

    def test_not_by_the_answer_the_mail_or_the_page(
        self, client: Client, employee_tier: Tier, known: Registration, in_english: None
    ) -> None:
        told = []
        for person, contact in (("Anna Berg", "x@example.no"), ("Olga Ny", "y@example.no")):
            email = f"{person.split()[0].lower()}@example.no"
            answers = party(client, {"name": person, "email": email}, {"name": "Bo"})
            with CaptureQueriesContext(connection) as captured:
                sent = client.post(FORM, {**answers, "email": contact})
            booking = Booking.objects.get(contact_email=contact)
            pages = [
                client.get(sent["Location"]).text,
                Mail.objects.get(recipient=contact).text,
                client.get(booking.get_absolute_url()).text,
                client.get(f"{booking.get_absolute_url()}utskrift/").text,
                client.get(booking.registrations.earliest("pk").get_absolute_url()).text,
            ]
            secrets = [booking.manage_key, booking.code, contact, person, email]
            for each in booking.registrations.all():
                secrets += [each.manage_key, each.code]
            secrets.append(sent["Location"].rstrip("/").rpartition("/")[2])
            for secret in secrets:
                pages = [page.replace(secret, "…") for page in pages]
            told.append((pages, len(captured)))

        (again, spent), (new, spent_on_new) = told
        assert again == new
        assert abs(spent - spent_on_new) <= 3
        assert mailed("anna@example.no") == ["confirmation", "already_registered"]
        assert Registration.objects.active().filter(name_key="anna berg").count() == 1
        assert Registration.objects.get(state=State.DOUBLE).double_of == known

    def test_a_double_takes_no_place_and_can_be_taken_out_like_anyone(
        self, client: Client, conference: Conference, employee_tier: Tier, known: Registration
    ) -> None:
        booking = factories.make_booking(
            conference,
            [factories.make_person(employee_tier, name="Anna Berg", email="anna@example.no")],
        )
        double = booking.registrations.get()

        response = client.post(f"{double.get_absolute_url()}avmeld/")

        assert response.status_code == 303
        double.refresh_from_db()
        known.refresh_from_db()
        assert (double.state, known.state) == (State.CANCELLED, State.CONFIRMED)
        assert mailed("anna@example.no") == ["confirmation", "already_registered"]

    def test_who_has_no_address_is_known_by_the_contacts(
        self, conference: Conference, employee_tier: Tier
    ) -> None:
        for _ in range(2):
            application = factories.make_party(
                [factories.make_person(employee_tier, name="Bo", email="")],
                contact_name="Kari",
                contact_email="kari@example.no",
                organisation=factories.make_organisation(),
            )
            register(conference=conference, application=application)

        states = Registration.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [State.CONFIRMED, State.DOUBLE]


class TestTogether:
    def test_all_wait_when_one_must(self) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=3))
        factories.apply(tier)
        people = [factories.make_person(tier) for _ in range(3)]

        booking = factories.make_booking(tier.conference, people, together=True)

        stand = booking.registrations.order_by("pk").values_list("state", "waiting_for")
        assert list(stand) == [
            ("waiting", "party"),
            ("waiting", "party"),
            ("waiting", "conference"),
        ]

    def test_others_take_what_there_is(self) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=3))
        factories.apply(tier)

        booking = factories.make_booking(
            tier.conference, [factories.make_person(tier) for _ in range(3)]
        )

        states = booking.registrations.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["confirmed", "confirmed", "waiting"]

    def test_what_can_never_be_is_refused(self) -> None:
        tier = factories.make_tier(factories.make_conference(), capacity=2)

        with pytest.raises(RegistrationError) as refusal:
            factories.make_booking(
                tier.conference, [factories.make_person(tier) for _ in range(3)], together=True
            )

        assert refusal.value.code == "never_together"
        assert not Booking.objects.exists()


class TestPages:
    @pytest.fixture
    def booking(self, conference: Conference, employee_tier: Tier) -> Booking:
        people = [factories.make_person(employee_tier, name=name) for name in ("Anna", "Bo")]
        return factories.make_booking(conference, people)

    @pytest.mark.parametrize("path", ["", "utskrift/"])
    def test_show_the_party_and_nobody_else(
        self, client: Client, booking: Booking, participant: Registration, path: str
    ) -> None:
        response = client.get(f"{booking.get_absolute_url()}{path}")

        assert response.status_code == 200
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        for each in booking.registrations.all():
            assert each.name in response.text
            assert each.code in response.text
        assert participant.code not in response.text

    @pytest.mark.parametrize("path", ["", "utskrift/"])
    @pytest.mark.parametrize("people", [1, 3])
    def test_cost_as_many_queries_for_one_as_for_three(
        self,
        client: Client,
        employee_tier: Tier,
        people: int,
        path: str,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        booking = factories.make_booking(
            employee_tier.conference, [factories.make_person(employee_tier) for _ in range(people)]
        )

        with django_assert_num_queries(2):
            client.get(f"{booking.get_absolute_url()}{path}")

    @pytest.mark.parametrize("path", ["", "utskrift/"])
    def test_open_for_no_other_key(self, client: Client, booking: Booking, path: str) -> None:
        for key in (booking.key, booking.code, "x" * 32, booking.registrations.all()[0].manage_key):
            assert client.get(f"/pamelding/gruppe/{key}/{path}").status_code == 404
        assert client.post(f"{booking.get_absolute_url()}{path}").status_code == 405

    def test_the_organisers_see_everyone(
        self, client: Client, booking: Booking, organiser: User
    ) -> None:
        client.force_login(organiser)

        page = client.get(f"/admin/registrations/booking/{booking.pk}/change/").text

        for each in booking.registrations.all():
            assert f"/admin/registrations/registration/{each.pk}/change/" in page
            assert each.code in page


class TestOneMailForAllWithoutAnAddress:
    @pytest.fixture
    def booking(self, conference: Conference, employee_tier: Tier) -> Booking:
        people = [
            factories.make_person(employee_tier, name="Anna", email="anna@example.no"),
            factories.make_person(employee_tier, name="Bo", email="", companion="Lars"),
            factories.make_person(employee_tier, name="Cato", email=""),
        ]
        return factories.make_booking(conference, people, contact_email="kari@example.no")

    def test_when_they_are_reminded(self, conference: Conference, booking: Booking) -> None:
        with time_machine.travel(conference.starts_at - timedelta(days=6)):
            assert send_due_reminders() == 2
            assert send_due_reminders() == 0

        assert (mailed("kari@example.no"), mailed("anna@example.no")) == (
            ["party", "reminder"],
            ["confirmation", "reminder"],
        )
        text = Mail.objects.get(recipient="kari@example.no", kind="reminder").text
        for each in booking.registrations.filter(email="", companion_of=None):
            assert f"{each.code} ({each.name})" in text

    def test_when_the_gathering_is_called_off(
        self, conference: Conference, booking: Booking, organiser: User
    ) -> None:
        assert call_off(conference=conference, by=organiser) == 2
        assert mailed("kari@example.no") == ["party", "called_off"]

    def test_when_the_link_is_lost(self, booking: Booking) -> None:
        assert send_links(email="kari@example.no") == 1
        assert send_links(email="kari@example.no") == 0

        assert mailed("kari@example.no") == ["party", "party"]
        assert booking.get_absolute_url() in Mail.objects.latest("pk").text
