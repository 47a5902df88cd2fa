"""Places that an organisation reserves now and names later, from the form to the deadline."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, JoinDetails
from network.models import Organisation, User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions import changing
from registrations.actions.approving import approve
from registrations.actions.cancelling import cancel
from registrations.actions.checking_in import check_in
from registrations.actions.correcting import correct
from registrations.actions.handing_over import hand_over
from registrations.actions.joining import send_due_join_details
from registrations.actions.links import send_links
from registrations.actions.naming_deadline import release_unnamed, remind_of_names
from registrations.actions.naming_seats import Guest, name_seat
from registrations.actions.places import accept_offer
from registrations.actions.registering import register
from registrations.actions.reminding import send_due_reminders
from registrations.actions.workshops import change_workshop
from registrations.errors import RegistrationError
from registrations.exports import rows
from registrations.models import Booking, Consent, Registration, Tier
from registrations.models.cancellation_rule import NOTHING
from tests import factories
from tests.browsing import english, mailed
from tests.registrations.test_admin_conference import browser_of, change
from tests.registrations.test_parties import FORM, party

pytestmark = pytest.mark.django_db
State = Registration.State
LATER = {"later": "on"}
ADA: dict[str, Any] = {"name": "Ada Ås", "email": "ada@example.no", "terms": "on"}


@pytest.fixture
def tier(conference: Conference) -> Tier:
    """Where organisations may name people until two weeks before."""
    conference.unnamed_until = conference.starts_at - timedelta(days=14)
    conference.save(update_fields=["unnamed_until"])
    return factories.make_tier(conference)


def reserve(tier: Tier, places: int = 1, *named: str, **fields: Any) -> Booking:
    """So many places without a name, after those who are named."""
    people = [factories.make_person(tier, name=name) for name in named]
    people += [factories.make_person(tier, name="", email="") for _ in range(places)]
    fields = {
        "contact_name": "Kari Koordinator",
        "contact_email": "kari@example.no",
        "organisation": Organisation.objects.filter(name="Hå kommune").first()
        or factories.make_organisation("Hå kommune"),
        **fields,
    }
    return factories.make_booking(tier.conference, people, **fields)


def seats_of(booking: Booking) -> list[Registration]:
    return list(Registration.objects.unnamed().filter(booking=booking).order_by("pk"))


def the_seat(booking: Booking) -> Registration:
    return seats_of(booking)[0]


def page_of(registration: Registration, part: str = "navn/") -> str:
    return f"/en/pamelding/{registration.manage_key}/{part}"


def refused(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RegistrationError) as refusal:
        verb(*args, **kwargs)
    return refusal.value.code


def after_the_deadline(conference: Conference) -> time_machine.travel:
    return time_machine.travel(conference.nameable_until(), tick=False)


class TestTheOrganiser:
    def test_allows_it_until_a_day_before_the_start(self, tier: Tier, organiser: User) -> None:
        browser = browser_of(organiser)

        response = change(browser, tier.conference, unnamed_until="2099-01-01T10:00")

        assert set(response.context["adminform"].form.errors) == {"unnamed_until"}
        assert change(browser, tier.conference, unnamed_until="").status_code == 302
        assert Conference.objects.get().unnamed_until is None

    def test_the_database_holds_it_too(self, tier: Tier) -> None:
        with pytest.raises(IntegrityError, match="conference_everyone_named_before_start"):
            Conference.objects.update(unnamed_until=tier.conference.starts_at)


class TestReserving:
    def test_places_are_taken_without_a_name(self, client: Client, tier: Tier) -> None:
        answers = party(client, {"name": "Anna", "email": "anna@example.no"}, LATER, LATER)

        response = client.post(FORM, answers)

        assert response.status_code == 303
        people = Registration.objects.order_by("pk")
        assert list(people.values_list("name", "email", "tier__key", "state")) == [
            ("Anna", "anna@example.no", "ansatt", "confirmed"),
            ("", "", "ansatt", "confirmed"),
            ("", "", "ansatt", "confirmed"),
        ]
        agreed = Consent.objects.values_list("registration__name", flat=True)
        assert list(agreed) == ["Anna"]
        assert mailed("kari@example.no") == ["party"]
        told = Mail.objects.get(kind="party").text
        assert "2 places have no name yet. Name whoever comes before" in told
        receipt = client.get(response["Location"]).text
        assert re.findall(r"<b>([^<]+)</b>", receipt) == ["Anna", "No name yet", "No name yet"]

    def test_what_belongs_to_a_person_is_not_asked_for_or_read(
        self, client: Client, tier: Tier
    ) -> None:
        block = factories.make_block(tier.conference)
        factories.make_workshop(block)
        typed_too = {
            **LATER,
            "name": "Bo",
            "email": "bo(at)example",
            "badge_name": "Bosse",
            "needs": ["diet"],
            "brings_companion": "on",
        }

        response = client.post(FORM, party(client, typed_too))

        assert response.status_code == 303
        row = Registration.objects.get()
        assert (row.name, row.email, row.badge_name) == ("", "", "")
        assert (row.needs.count(), row.seats.count(), row.consents.count()) == (0, 0, 0)

    def test_thirty_fit_and_the_page_stays_small(self, client: Client, tier: Tier) -> None:
        answers = party(client, *[LATER] * 2)
        page = client.post(FORM, {**answers, "add": "later", "how_many": "99"})
        assert len(re.findall(r'name="\d+-later" [^>]*checked', page.text)) == 30
        assert len(page.content) < 60_000
        assert re.search(r'name="3-tier"[^>]* autofocus', page.text)

        client.post(FORM, party(client, *[LATER] * 30))

        assert Registration.objects.unnamed().confirmed().count() == 30

    def test_mistakes_keep_what_was_typed(self, client: Client, tier: Tier) -> None:
        answers = party(client, {**LATER, "name": "Bo", "tier": ""}, {"name": "", **LATER})

        response = client.post(FORM, {**answers, "terms": ""})

        assert response.status_code == 422
        assert re.findall(r'<a href="#(id_\w+-\w+)">(Person \d, [^–]+)', response.text) == [
            ("id_1-tier", "Person 1, Kind of place ")
        ]
        assert len(re.findall(r'name="\d-later" [^>]*checked', response.text)) == 2
        assert 'name="1-name" value="Bo"' in response.text
        assert Registration.objects.count() == 0

    def test_a_list_is_pasted_beside_them(self, client: Client, tier: Tier) -> None:
        answers = party(client, LATER, {}, pasted="Anna Aas")

        page = client.post(FORM, {**answers, "fill": "1"})

        assert re.findall(r'name="\d-(?:later" [^>]*checked|name" value="[^"]+)', page.text) == [
            'name="1-later" id="id_1-later" checked',
            'name="2-name" value="Anna Aas',
        ]

    def test_only_where_the_organiser_allows(self, client: Client, employee_tier: Tier) -> None:
        answers = party(client, LATER)

        response = client.post(FORM, answers)

        assert response.status_code == 422
        assert "later" not in response.text
        assert re.findall(r'<a href="#(id_\w+-\w+)">', response.text) == ["id_1-name"]
        unnamed = factories.make_party(
            [factories.make_person(employee_tier, name="", email="")],
            organisation=factories.make_organisation(),
        )
        arguments = {"conference": employee_tier.conference, "application": unnamed}
        assert refused(register, **arguments) == "name_missing"

    def test_not_after_the_deadline(self, tier: Tier) -> None:
        with after_the_deadline(tier.conference):
            assert refused(reserve, tier) == "name_missing"

    def test_only_for_an_organisation(self, client: Client, tier: Tier) -> None:
        Tier.objects.update(organisation_required=False)
        answers = party(client, LATER, organisation="")

        response = client.post(FORM, answers)

        assert response.status_code == 422
        assert 'href="#id_organisation"' in response.text
        assert 'name="1-later" id="id_1-later" checked' in response.text
        assert refused(reserve, tier, organisation=None) == "no_organisation"

    def test_two_are_not_one_person(self, client: Client, tier: Tier) -> None:
        """Neither in one form, nor for the contact, nor against those reserved before."""
        booking = reserve(tier, 2, "Kari Koordinator")
        before = Registration.objects.count()

        page = english(f"{booking.get_absolute_url()}flere/")
        answers = {
            "submission": re.findall(r'name="submission" value="([^"]+)', client.get(page).text)[0],
            "person": ["1", "2"],
            "1-later": "on",
            "1-tier": "ansatt",
            "2-later": "on",
            "2-tier": "ansatt",
            "terms": "on",
        }
        assert client.post(page, answers)["Location"] == english(booking.get_absolute_url())

        assert Registration.objects.count() == before + 2
        assert not Registration.objects.filter(state=State.DOUBLE).exists()

    def test_adding_offers_it_to_organisations_alone(self, client: Client, tier: Tier) -> None:
        Tier.objects.update(organisation_required=False)
        alone = factories.make_booking(
            tier.conference, [factories.make_person(tier)], organisation=None
        )

        assert "later" not in client.get(f"{alone.get_absolute_url()}flere/").text
        owned = reserve(tier)
        assert 'name="1-later"' in client.get(f"{owned.get_absolute_url()}flere/").text

    def test_the_database_knows_nobody_without_a_name(self, tier: Tier) -> None:
        row = the_seat(reserve(tier))
        for values in (
            {"email": "ada@example.no"},
            {"badge_name": "Ada"},
            {"checked_in_at": timezone.now()},
        ):
            with (
                pytest.raises(IntegrityError, match="registration_nobody_without_a_name"),
                transaction.atomic(),
            ):
                Registration.objects.filter(pk=row.pk).update(**values)


class TestNaming:
    def test_the_person_gets_the_place_and_the_mail(self, client: Client, tier: Tier) -> None:
        booking = reserve(tier)
        seat = the_seat(booking)
        Mail.objects.all().delete()

        response = client.post(page_of(seat), {**ADA, "badge_name": "Ada 🌈"})

        assert response["Location"] == page_of(seat, "")
        assert list(booking.registrations.values_list("name", "email", "badge_name", "state")) == [
            ("Ada Ås", "ada@example.no", "Ada 🌈", "confirmed")
        ]
        assert list(seat.consents.values_list("purpose", flat=True)) == ["terms"]
        assert list(Mail.objects.values_list("recipient", "kind")) == [
            ("ada@example.no", "confirmation")
        ]
        told = Mail.objects.get()
        assert "Organisasjonen din har gitt deg" in told.text
        assert told.attachments == [f"registration-calendar:{seat.pk}:{seat.calendar_uid}"]
        event = AuditEvent.objects.get(action="registration.named")
        assert (event.details, event.actor_label) == ({}, "")
        page = client.get(page_of(seat, "")).text
        assert "Ada Ås" in page
        assert "Change your details" in page
        assert client.get(page_of(seat))["Location"] == page_of(seat, "")

    def test_without_an_address_the_contact_gets_it(self, client: Client, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        Mail.objects.all().delete()

        client.post(page_of(seat), {**ADA, "email": ""})

        assert mailed("kari@example.no") == ["confirmation"]
        told = Mail.objects.get().text
        assert "Ada Ås" in told
        assert "Organisasjonen din har gitt deg" not in told

    def test_mistakes_keep_what_was_typed(self, client: Client, tier: Tier) -> None:
        seat = the_seat(reserve(tier))

        page = client.post(page_of(seat), {"name": "Ada Ås", "email": "ada(at)", "badge_name": ""})

        assert page.status_code == 422
        assert set(page.context["form"].errors) == {"email", "terms"}
        assert re.findall(r'value="([^"]*)"', page.text)[-2:] == ["Ada Ås", "ada(at)"]
        assert the_seat(seat.booking) == seat

    def test_the_second_who_names_is_told_kindly(self, client: Client, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        client.post(page_of(seat), ADA)
        Mail.objects.all().delete()

        again = client.post(page_of(seat), ADA)
        other = client.post(page_of(seat), {**ADA, "name": "Bo", "email": "bo@example.no"})

        assert again.status_code == 303
        assert other.status_code == 409
        assert "Somebody else has been named for this place" in other.text
        assert "Ada" not in other.text
        seat.refresh_from_db()
        assert (seat.name, Mail.objects.count()) == ("Ada Ås", 0)

    def test_who_is_registered_already_keeps_that_place(self, client: Client, tier: Tier) -> None:
        Conference.objects.update(capacity=2)
        known = factories.make_registration(tier, name="Ada Ås", email="ada@example.no")
        booking = reserve(tier)
        seat = the_seat(booking)
        waiting = factories.make_registration(tier)
        Mail.objects.all().delete()

        response = client.post(page_of(seat), ADA)

        assert response["Location"] == page_of(seat, "")
        seat.refresh_from_db()
        waiting.refresh_from_db()
        assert (seat.state, seat.double_of, waiting.state) == ("double", known, "offered")
        assert mailed("ada@example.no") == ["already_registered"]
        assert mailed("kari@example.no") == []
        shown = client.get(english(booking.get_absolute_url())).text
        assert re.findall(r'<h3>([^<]+)|badge--\w+">([^<]+)', shown) == [
            ("Ada Ås", ""),
            ("", "Confirmed"),
        ]

    def test_who_waits_leaves_the_line_for_it(self, tier: Tier) -> None:
        Conference.objects.update(capacity=1)
        seat = the_seat(reserve(tier))
        waiting = factories.make_registration(tier, name="Ada Ås", email="ada@example.no")

        name_seat(registration=seat, guest=Guest("ada ås", "ADA@example.no"))

        waiting.refresh_from_db()
        seat.refresh_from_db()
        assert (seat.state, waiting.state) == ("confirmed", "cancelled")
        assert mailed("ADA@example.no") == ["confirmation"]

    def test_two_of_one_party_without_an_address_are_one(self, tier: Tier) -> None:
        booking = reserve(tier, 2)
        first, second = seats_of(booking)
        name_seat(registration=first, guest=Guest("Ada Ås"))
        Mail.objects.all().delete()

        name_seat(registration=second, guest=Guest("Ada Ås"))

        second.refresh_from_db()
        assert (second.state, second.double_of) == ("double", first)
        assert mailed("kari@example.no") == ["already_registered"]

    @pytest.mark.parametrize("together", [False, True])
    def test_an_offer_follows_the_name(self, together: bool, tier: Tier) -> None:
        Conference.objects.update(capacity=1)
        holder = factories.make_registration(tier)
        seat = the_seat(reserve(tier, together=together))
        name_of = {False: "offer", True: "party_offer"}
        assert seat.state == State.WAITING
        cancel(registration=holder)
        assert mailed("kari@example.no")[-1] == name_of[together]

        name_seat(registration=seat, guest=Guest("Ada Ås", "ada@example.no"))

        seat.refresh_from_db()
        assert seat.state == State.OFFERED
        accept_offer(registration=seat)
        # Who comes together is answered for by the contact, and hears of it when it is certain.
        assert mailed("ada@example.no") == (
            ["confirmation"] if together else ["offer", "confirmation"]
        )

    def test_who_awaits_approval_can_be_named(self, tier: Tier, organiser: User) -> None:
        Conference.objects.update(approval_needed=True)
        booking = reserve(tier, 2)
        first, second = seats_of(booking)

        name_seat(registration=first, guest=Guest("Ada Ås", "ada@example.no"))
        approve(registration=second, by=organiser)
        approve(registration=first, by=organiser)

        assert mailed("ada@example.no") == ["awaiting_approval", "confirmation"]
        assert [each.state for each in booking.registrations.all()] == ["confirmed"] * 2

    def test_leads_to_the_workshops_that_everyone_chooses(self, client: Client, tier: Tier) -> None:
        block = factories.make_block(tier.conference)
        workshop = factories.make_workshop(block)
        seat = the_seat(reserve(tier))
        assert refused(change_workshop, registration=seat, session=workshop) == "unnamed"

        response = client.post(page_of(seat), ADA)

        assert response["Location"] == page_of(seat, "workshop/")
        assert client.get(response["Location"]).status_code == 200

    def test_is_refused_when_it_is_too_late(self, client: Client, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        with after_the_deadline(tier.conference):
            assert "The deadline for naming people has passed" in client.get(page_of(seat)).text
            assert client.post(page_of(seat), ADA).status_code == 409
            guest = Guest("Ada Ås")
            assert refused(name_seat, registration=seat, guest=guest) == "too_late"
        cancel(registration=seat)
        assert refused(name_seat, registration=seat, guest=guest) == "wrong_state"
        assert client.get(page_of(seat)).status_code == 200

    def test_an_unknown_link_names_nobody(self, client: Client, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        for key in (seat.code, seat.booking.manage_key, "x" * 32):
            assert client.post(f"/pamelding/{key}/navn/", ADA).status_code == 404
        assert client.put(page_of(seat)).status_code == 405
        assert the_seat(seat.booking) == seat


class TestUntilThen:
    def test_the_page_of_the_place_shows_only_what_makes_sense(
        self, client: Client, tier: Tier
    ) -> None:
        seat = the_seat(reserve(tier))

        page = client.get(page_of(seat, "")).text

        links = re.findall(rf"/pamelding/{seat.manage_key}/([\w.-]+/?)\"", page)
        assert links == ["navn/", "avmeld/"]
        assert "A place without a name" in page
        for part in ("endre/", "behov/", "gi-videre/", "workshop/", "program/"):
            assert client.get(page_of(seat, part))["Location"] == page_of(seat, "")
        for part in ("kalender.ics", "program.ics"):
            assert client.get(page_of(seat, part)).status_code == 404

    def test_the_verbs_of_a_person_wait(self, tier: Tier, organiser: User) -> None:
        seat = the_seat(reserve(tier))
        person: dict[str, Any] = {"name": "Ada", "email": "ada@example.no"}
        assert [
            refused(changing.change, registration=seat, details=changing.Details("Ada", "")),
            refused(hand_over, registration=seat, **person),
            refused(correct, registration=seat, badge_name="", by=organiser, **person),
            refused(check_in, registration=seat, by=organiser),
        ] == ["unnamed"] * 4

    def test_it_is_cancelled_like_any_other(self, client: Client, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        Mail.objects.all().delete()

        client.post(page_of(seat, "avmeld/"), {"cost": "0"})

        seat.refresh_from_db()
        assert (seat.state, mailed("kari@example.no")) == ("cancelled", ["cancellation"])
        assert "no name yet" not in Mail.objects.get().subject
        client.post(page_of(seat, "angre/"))
        seat.refresh_from_db()
        assert seat.state == State.CONFIRMED

    def test_the_party_has_a_link_to_name_and_one_to_pass_on(
        self, client: Client, tier: Tier
    ) -> None:
        booking = reserve(tier, 2, "Anna")
        anna = booking.registrations.get(name="Anna")

        page = client.get(english(booking.get_absolute_url())).text

        for seat in seats_of(booking):
            assert f'href="{page_of(seat)}"' in page
            assert f">http://testserver{page_of(seat, '')}</a>" in page
        assert page_of(anna) not in page
        assert "2 places have no name yet." in page
        slips = client.get(english(f"{booking.get_absolute_url()}utskrift/")).text
        codes = [each.code in slips for each in booking.registrations.order_by("pk")]
        assert codes == [True, False, False]
        assert (
            "No name yet: confirmed"
            in client.get(english(f"{booking.get_absolute_url()}avmeld/")).text
        )

    def test_a_lost_link_finds_the_party(self, tier: Tier) -> None:
        reserve(tier)
        Mail.objects.all().delete()

        assert send_links(email="kari@example.no") == 1
        assert mailed("kari@example.no") == ["party"]

    def test_organisers_find_them_and_may_name_them(
        self, client: Client, tier: Tier, organiser: User
    ) -> None:
        booking = reserve(tier, 1, "Anna")
        seat = the_seat(booking)
        client.force_login(organiser)
        lists = english(reverse("admin:registrations_registration_changelist"))

        found = client.get(f"{lists}?named=no")
        assert list(found.context["cl"].result_list) == [seat]
        assert "no name yet" in found.text
        overview = reverse("admin:conferences_conference_overview", args=[tier.conference_id])
        assert f"conference={tier.conference_id}&amp;named=no" in client.get(overview).text
        page = english(reverse("admin:registrations_registration_correct", args=[seat.pk]))
        known = {**ADA, "name": "Anna", "email": booking.registrations.get(name="Anna").email}
        told = client.post(page, known)
        assert set(told.context["form"].errors) == {"name"}
        client.post(page, ADA)

        seat.refresh_from_db()
        assert (seat.name, seat.consents.count()) == ("Ada Ås", 0)
        event = AuditEvent.objects.get(action="registration.named")
        assert event.actor_label == "Olga Organisator"

    def test_lists_say_that_there_is_no_name(self, tier: Tier) -> None:
        booking = reserve(tier, 1, "Anna")
        assert [row[2] for row in rows(tier.conference)] == ["uten navn ennå", "Anna"]
        Mail.objects.all().delete()
        anna = booking.registrations.get(name="Anna")
        with time_machine.travel(tier.conference.starts_at - timedelta(days=7), tick=False):
            send_due_reminders()

        assert mailed(anna.email) == ["reminder"]
        told = Mail.objects.get(recipient="kari@example.no")
        assert (told.kind, told.attachments) == ("reminder", [])
        assert "Navn: uten navn ennå, Hå kommune" in told.text

    def test_nobody_is_told_how_to_join_before_they_are_named(self, tier: Tier) -> None:
        Conference.objects.update(format=Conference.Format.HYBRID)
        JoinDetails.objects.create(conference=tier.conference, url="https://video.example.no/rom")
        seat = the_seat(reserve(tier))
        with time_machine.travel(tier.conference.starts_at - timedelta(hours=1), tick=False):
            assert send_due_join_details() == 0
            Registration.objects.filter(pk=seat.pk).update(name="Ada Ås", email="ada@example.no")
            assert send_due_join_details() == 1


class TestTheDeadline:
    def test_the_contact_is_reminded_once(self, tier: Tier) -> None:
        booking = reserve(tier, 2, "Anna")
        reserve(tier, 0, "Bo", contact_email="bo@example.no")
        deadline = tier.conference.nameable_until()
        Mail.objects.all().delete()

        with time_machine.travel(deadline - timedelta(days=3, minutes=1), tick=False):
            assert remind_of_names() == 0
        with time_machine.travel(deadline - timedelta(days=3), tick=False):
            reserve(tier, contact_email="sen@example.no")
            assert (remind_of_names(), remind_of_names()) == (1, 0)
        with after_the_deadline(tier.conference):
            assert remind_of_names() == 0

        told = Mail.objects.get(kind="names_missing")
        assert told.recipient == "kari@example.no"
        assert "2 av plassene dere har reservert" in told.text
        assert booking.get_absolute_url() in told.text

    def test_a_moved_deadline_reminds_anew(self, tier: Tier) -> None:
        reserve(tier)
        deadline = tier.conference.nameable_until()
        with time_machine.travel(deadline - timedelta(days=2), tick=False):
            assert remind_of_names() == 1
            Conference.objects.update(unnamed_until=deadline + timedelta(days=7))
            assert remind_of_names() == 0
        with time_machine.travel(deadline + timedelta(days=5), tick=False):
            assert remind_of_names() == 1

    def test_nobody_is_reminded_who_has_named_everyone(self, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        name_seat(registration=seat, guest=Guest("Ada Ås"))
        with time_machine.travel(tier.conference.nameable_until() - timedelta(days=1), tick=False):
            assert remind_of_names() == 0

    def test_what_has_no_name_goes_to_the_next_in_line(self, tier: Tier) -> None:
        Conference.objects.update(capacity=3)
        booking = reserve(tier, 2, "Anna")
        waiting = reserve(tier, 1, contact_email="venter@example.no")
        first = factories.make_registration(tier, name="Første", email="forste@example.no")
        Mail.objects.all().delete()
        with time_machine.travel(tier.conference.nameable_until(), tick=False):
            with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
                assert release_unnamed() == 0
            assert (release_unnamed(), release_unnamed()) == (3, 0)

        told = list(booking.registrations.values_list("name", "state", "cancellation_fee"))
        assert sorted(told) == [
            ("", "cancelled", NOTHING),
            ("", "cancelled", NOTHING),
            ("Anna", "confirmed", NOTHING),
        ]
        first.refresh_from_db()
        assert first.state == State.OFFERED
        assert waiting.registrations.get().state == State.CANCELLED
        assert mailed("kari@example.no") == ["unnamed_released"]
        assert mailed("venter@example.no") == ["unnamed_released"]
        assert mailed("forste@example.no") == ["offer"]
        text = Mail.objects.get(recipient="kari@example.no").text
        assert "2 av plassene dere hadde reservert" in text
        assert AuditEvent.objects.filter(action="registration.released_unnamed").count() == 3

    def test_it_can_not_be_taken_back_after_the_deadline(self, tier: Tier) -> None:
        seat = the_seat(reserve(tier))
        deadline = tier.conference.nameable_until()
        with time_machine.travel(deadline - timedelta(minutes=1), tick=False):
            cancel(registration=seat)
            seat.refresh_from_db()
            assert seat.may_take_back(timezone.now())
        with after_the_deadline(tier.conference):
            assert not seat.may_take_back(timezone.now())

    def test_where_it_was_switched_off_they_have_until_the_start(self, tier: Tier) -> None:
        reserve(tier)
        Conference.objects.update(unnamed_until=None)
        starts_at = tier.conference.starts_at
        with time_machine.travel(starts_at - timedelta(hours=1), tick=False):
            assert (remind_of_names(), release_unnamed()) == (1, 0)
        with time_machine.travel(starts_at, tick=False):
            assert (remind_of_names(), release_unnamed()) == (0, 1)

    def test_nothing_happens_where_it_is_called_off(self, tier: Tier) -> None:
        reserve(tier)
        Conference.objects.update(cancelled_at=timezone.now())
        with time_machine.travel(tier.conference.nameable_until() - timedelta(days=1), tick=False):
            assert remind_of_names() == 0
        with after_the_deadline(tier.conference):
            assert release_unnamed() == 0
