from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.cancelling import cancel
from registrations.actions.correcting import correct
from registrations.errors import RegistrationError
from registrations.models import Registration, Tier
from tests import factories
from tests.browsing import english, mailed

pytestmark = pytest.mark.django_db
UNCHANGED = {"name": "Per Deltaker", "badge_name": "", "email": "per@example.no"}


def kept(registration: Registration) -> dict[str, Any]:
    """The whole row as it stands in the database."""
    return {**Registration.objects.filter(pk=registration.pk).values().get()}


def events() -> list[Any]:
    found = AuditEvent.objects.filter(action="registration.corrected").order_by("pk")
    return list(found.values_list("details", flat=True))


class TestVerb:
    def test_changes_what_is_named_and_nothing_else(
        self, participant: Registration, organiser: User
    ) -> None:
        before = kept(participant)
        correct(
            registration=participant,
            **{**UNCHANGED, "name": "Pér Deltakér", "badge_name": "Per"},
            by=organiser,
        )

        assert kept(participant) == {
            **before,
            "name": "Pér Deltakér",
            "name_key": "per deltaker",
            "badge_name": "Per",
        }
        assert events() == [{"changes": {"fields": ["name", "badge_name"]}}]
        assert mailed("per@example.no") == ["confirmation"]

    def test_a_new_address_gets_the_mail_with_the_same_link(
        self, participant: Registration, organiser: User
    ) -> None:
        correct(registration=participant, **{**UNCHANGED, "email": "pia@example.no"}, by=organiser)

        assert (mailed("per@example.no"), mailed("pia@example.no")) == (
            ["confirmation"],
            ["confirmation"],
        )
        mail = Mail.objects.get(recipient="pia@example.no")
        assert f"/{participant.manage_key}/" in mail.text
        event = AuditEvent.objects.get(action="registration.corrected")
        assert (event.actor_id, event.details) == (
            organiser.pk,
            {"changes": {"fields": ["email"]}},
        )

    def test_each_new_address_gets_one_within_the_same_minute(
        self, participant: Registration, organiser: User
    ) -> None:
        for email in ("en@example.no", "to@example.no"):
            correct(registration=participant, **{**UNCHANGED, "email": email}, by=organiser)

        assert (mailed("en@example.no"), mailed("to@example.no")) == (
            ["confirmation"],
            ["confirmation"],
        )

    def test_nothing_changed_is_nothing_done(
        self, participant: Registration, organiser: User
    ) -> None:
        for name in ("Per Retta", "Per Retta"):
            correct(registration=participant, **{**UNCHANGED, "name": name}, by=organiser)

        assert events() == [{"changes": {"fields": ["name"]}}]

    def test_no_two_of_one_name_and_address(
        self, participant: Registration, employee_tier: Tier, organiser: User
    ) -> None:
        other = factories.make_registration(employee_tier, name="Pia", email="pia@example.no")
        before = kept(other)
        with pytest.raises(RegistrationError) as refusal:
            correct(
                registration=other,
                name="PER  deltaker",
                badge_name="",
                email="Per@example.no",
                by=organiser,
            )

        assert (refusal.value.code, refusal.value.field) == ("already_registered", "email")
        assert (kept(other), events()) == (before, [])

    def test_a_cancelled_namesake_stands_in_nobodys_way(
        self, participant: Registration, employee_tier: Tier, organiser: User
    ) -> None:
        cancel(registration=participant)
        other = factories.make_registration(employee_tier, name="Pia", email="pia@example.no")
        correct(registration=other, **UNCHANGED, by=organiser)

        other.refresh_from_db()
        assert (other.name, other.email) == ("Per Deltaker", "per@example.no")

    def test_the_same_at_another_conference_stands_in_nobodys_way(
        self, participant: Registration, organiser: User
    ) -> None:
        tier = factories.make_tier(factories.make_conference())
        other = factories.make_registration(tier, name="Pia", email="per@example.no")
        correct(registration=other, **UNCHANGED, by=organiser)

        other.refresh_from_db()
        assert other.name == "Per Deltaker"


class TestAdmin:
    def browser(self, role: str = "organiser") -> Client:
        client = Client()
        client.force_login(factories.make_user(role=role))
        return client

    def page(self, registration: Registration, name: str = "correct") -> str:
        return english(reverse(f"admin:registrations_registration_{name}", args=[registration.pk]))

    def test_shows_what_is_there_and_is_linked(self, participant: Registration) -> None:
        browser = self.browser()
        assert self.page(participant) in browser.get(self.page(participant, "change")).text
        form = browser.get(self.page(participant)).context["form"]
        assert {field.name: field.value() for field in form} == UNCHANGED

    def test_saves_and_goes_back(self, participant: Registration) -> None:
        response = self.browser().post(
            self.page(participant), {**UNCHANGED, "email": "pia@example.no"}
        )

        assert response["Location"] == self.page(participant, "change")
        participant.refresh_from_db()
        assert participant.email == "pia@example.no"

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("name", ""),
            ("name", "x" * 121),
            ("name", "a\x00b"),
            ("name", "\u202ereP"),
            ("badge_name", "x" * 61),
            ("email", ""),
            ("email", "ingen adresse"),
            ("email", "a@example.no\nBcc: b@example.no"),
        ],
    )
    def test_bad_input_is_told_at_its_field(
        self, field: str, text: str, participant: Registration
    ) -> None:
        before = kept(participant)
        response = self.browser().post(self.page(participant), {**UNCHANGED, field: text})

        assert set(response.context["form"].errors) == {field}
        assert (kept(participant), events()) == (before, [])

    def test_a_refusal_is_told_at_its_field(
        self, participant: Registration, employee_tier: Tier
    ) -> None:
        other = factories.make_registration(employee_tier)
        response = self.browser().post(self.page(other), UNCHANGED)

        assert set(response.context["form"].errors) == {"email"}

    def test_an_address_that_never_was_may_stay_empty(self, employee_tier: Tier) -> None:
        row = factories.make_booking_row(employee_tier)
        self.browser().post(self.page(row), {"name": "Ny", "badge_name": "", "email": ""})

        row.refresh_from_db()
        assert (row.name, row.email) == ("Ny", "")

    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_others_may_not(self, role: str, method: str, participant: Registration) -> None:
        browser = self.browser(role)
        assert getattr(browser, method)(self.page(participant)).status_code == 403
        assert self.page(participant) not in browser.get(self.page(participant, "change")).text

    def test_bad_number_and_wrong_method(self, participant: Registration) -> None:
        browser = self.browser()
        for number in ("0", "x"):
            address = reverse("admin:registrations_registration_correct", args=[number])
            assert browser.get(address).status_code == 404
        assert browser.delete(self.page(participant)).status_code == 405
