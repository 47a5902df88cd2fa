from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from conferences.models import Conference
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations import addresses
from registrations.actions.cancelling import cancel
from registrations.actions.taking_back import take_back
from registrations.errors import RegistrationError
from registrations.models import CancellationRule, Registration
from registrations.validators import is_same_person
from tests import factories
from tests.browsing import english, link_in, mailed

pytestmark = pytest.mark.django_db
State = Registration.State
TYPED = {"name": "Per Deltaker", "badge_name": "", "email": "per@example.no", "language": "nb"}


def page(registration: Registration, part: str = "endre/") -> str:
    return english(registration.get_absolute_url()) + part


def row(registration: Registration) -> dict[str, Any]:
    return {**Registration.objects.filter(pk=registration.pk).values().get()}


class TestDetails:
    def test_what_is_changed_is_told_once_with_the_entry_anew(
        self, client: Client, participant: Registration
    ) -> None:
        before = row(participant)
        typed = {**TYPED, "name": "Pér Deltakar", "badge_name": "Per", "invoice_reference": "PO 1"}
        sent = client.post(page(participant), typed)

        assert (sent.status_code, sent["Location"]) == (303, page(participant, ""))
        assert row(participant) == {
            **before,
            "name": "Pér Deltakar",
            "name_key": "per deltakar",
            "badge_name": "Per",
            "sequence": 1,
        }
        participant.booking.refresh_from_db()
        assert participant.booking.contact_name == "Pér Deltakar"
        assert participant.booking.invoice_reference == "PO 1"
        assert mailed("per@example.no") == ["confirmation", "change"]
        assert len(Mail.objects.get(kind="change").attachments) == 1
        event = AuditEvent.objects.get(action="registration.changed")
        assert event.details == {"changes": {"fields": ["badge_name", "invoice_reference", "name"]}}

    def test_who_has_no_place_is_told_so_with_the_change(
        self, client: Client, participant: Registration
    ) -> None:
        Conference.objects.update(capacity=1)
        waiting = factories.make_registration(participant.tier, email="per@example.org")
        client.post(
            page(waiting),
            {**TYPED, "name": waiting.name, "email": waiting.email, "badge_name": "V"},
        )
        mail = Mail.objects.get(kind="change")
        assert "Status: på venteliste" in mail.text
        assert (waiting.code in mail.text, waiting.code in mail.html) == (False, False)

    def test_saving_untouched_tells_nobody(self, client: Client, participant: Registration) -> None:
        before = row(participant)

        assert client.post(page(participant), TYPED).status_code == 303
        assert row(participant) == before
        assert mailed("per@example.no") == ["confirmation"]

    def test_another_language_is_the_language_of_the_next_mail(
        self, client: Client, participant: Registration
    ) -> None:
        client.post(page(participant), {**TYPED, "language": "da"})

        assert Mail.objects.get(kind="change").language == "da"

    def test_another_persons_name_is_handed_over_instead(
        self, client: Client, participant: Registration
    ) -> None:
        response = client.post(page(participant), {**TYPED, "name": "Nina Ny"})

        assert response.status_code == 422
        assert "Hand the place over to them instead." in response.text
        assert 'value="Nina Ny"' in response.text
        participant.refresh_from_db()
        assert participant.name == "Per Deltaker"

    @pytest.mark.parametrize(
        ("before", "after", "same"),
        [
            ("Anne Hansen", "Anne Berg", True),
            ("Anne Hansen", "Anne-Marie Hansen", True),
            ("Kristofer Dahl", "Christoffer Dall", True),
            ("Åse Dahl", "Aase", True),
            ("Anne Hansen", "Per Olsen", False),
            ("Li", "Bo", False),
        ],
    )
    def test_a_name_may_be_mended_but_not_swapped(
        self, before: str, after: str, same: bool
    ) -> None:
        assert is_same_person(before, after) is same

    @pytest.mark.parametrize(
        "change",
        [
            {"name": ""},
            {"email": ""},
            {"email": "per"},
            {"language": "sv"},
            {"badge_name": "x" * 61},
        ],
    )
    def test_bad_input_keeps_what_was_typed_and_writes_nothing(
        self, client: Client, participant: Registration, change: dict[str, str]
    ) -> None:
        before = row(participant)
        response = client.post(page(participant), {**TYPED, "badge_name": "Perry", **change})

        assert response.status_code == 422
        assert change.get("badge_name", "Perry") in response.text
        assert row(participant) == before

    @pytest.mark.parametrize("how", ["late", "cancelled", "called off"])
    def test_nothing_changes_when_it_no_longer_may(
        self, client: Client, participant: Registration, how: str
    ) -> None:
        if how == "late":
            Conference.objects.update(change_until=timezone.now())
        elif how == "cancelled":
            cancel(registration=participant)
        else:
            Conference.objects.update(cancelled_at=timezone.now())
        before = row(participant)

        assert client.get(page(participant)).status_code == 200
        response = client.post(page(participant), {**TYPED, "badge_name": "Per"})
        assert response.status_code == 409
        assert "be changed here any more" in response.text
        assert row(participant) == before
        assert "Change your details" not in client.get(page(participant, "")).text


class TestAddress:
    def ask(self, client: Client, registration: Registration, email: str) -> Any:
        return client.post(page(registration), {**TYPED, "email": email}, follow=True)

    def test_is_used_only_when_someone_there_presses_the_link(
        self, client: Client, participant: Registration
    ) -> None:
        answer = self.ask(client, participant, "pia@example.no")

        assert "We have written to pia@example.no." in answer.text
        assert mailed("pia@example.no") == ["new_address"]
        participant.refresh_from_db()
        assert participant.email == "per@example.no"
        mail = Mail.objects.get(kind="new_address")
        secrets = (participant.manage_key, participant.code, "Per Deltaker", "per@example.no")
        for secret in secrets:
            assert secret not in mail.subject + mail.text + mail.html

        link = english(link_in(mail, "/pamelding/adresse/"))
        assert "pia@example.no" in client.get(link).text
        participant.refresh_from_db()
        assert participant.email == "per@example.no"

        pressed = client.post(link)
        assert (pressed.status_code, pressed["Location"]) == (303, page(participant, ""))
        participant.refresh_from_db()
        participant.booking.refresh_from_db()
        assert participant.email == participant.booking.contact_email == "pia@example.no"
        assert mailed("per@example.no") == ["confirmation", "address_changed"]
        assert mailed("pia@example.no") == ["new_address", "change"]
        told = Mail.objects.get(kind="address_changed")
        assert "pia@example.no" not in told.text
        assert participant.manage_key not in told.text
        assert participant.manage_key in Mail.objects.get(kind="change").text

    def test_the_same_link_twice_is_gone(self, client: Client, participant: Registration) -> None:
        self.ask(client, participant, "pia@example.no")
        link = english(link_in(Mail.objects.get(kind="new_address"), "/pamelding/adresse/"))
        client.post(link)

        for answer in (client.get(link), client.post(link)):
            assert answer.status_code == 410
            assert "This link no longer works" in answer.text
        assert mailed("pia@example.no") == ["new_address", "change"]

    def test_an_old_link_is_gone(self, client: Client, participant: Registration) -> None:
        token = addresses.token_for(participant, "pia@example.no")
        with time_machine.travel(timezone.now() + addresses.HOLDS_FOR, tick=False):
            answer = client.post(f"/en/pamelding/adresse/{token}/")

        assert answer.status_code == 410
        participant.refresh_from_db()
        assert participant.email == "per@example.no"

    @pytest.mark.parametrize("token", ["x", "x" * 120, "gAAAAABn"])
    def test_an_invented_link_is_not_found(
        self, client: Client, participant: Registration, token: str
    ) -> None:
        assert client.get(f"/pamelding/adresse/{token}/").status_code == 404
        assert client.post(f"/pamelding/adresse/{token}/").status_code == 404

    def test_the_page_never_tells_who_is_registered(
        self, client: Client, participant: Registration
    ) -> None:
        factories.make_registration(participant.tier, name="Per Deltaker", email="annen@example.no")
        known = self.ask(client, participant, "annen@example.no")
        unknown = self.ask(client, participant, "ukjent@example.no")

        assert known.text.replace("annen@", "ukjent@") == unknown.text
        assert mailed("annen@example.no") == ["confirmation", "already_registered"]

    def test_a_link_can_be_used_to_ask_five_times_a_day(
        self, client: Client, participant: Registration
    ) -> None:
        factories.make_registration(participant.tier, name="Per Deltaker", email="annen@example.no")
        answers = [
            client.post(page(participant), {**TYPED, "email": email}).status_code
            for email in ("annen@example.no", *(f"per{n}@example.no" for n in range(5)))
        ]

        assert answers == [303, 303, 303, 303, 303, 422]


class TestTakingBack:
    def test_gives_the_place_back_within_half_an_hour(
        self, client: Client, participant: Registration
    ) -> None:
        Registration.objects.update(price=500)
        CancellationRule.objects.create(
            conference=participant.conference, days_before=365, percent=50
        )
        cancel(registration=participant)
        participant.refresh_from_db()
        assert participant.cancellation_fee == 250
        assert "I am coming after all" in client.get(page(participant, "")).text

        assert client.post(page(participant, "angre/")).status_code == 303
        participant.refresh_from_db()
        assert (participant.state, participant.cancellation_fee) == (State.CONFIRMED, Decimal(0))
        assert (participant.cancelled_at, participant.undo_until) == (None, None)
        assert mailed("per@example.no") == ["confirmation", "cancellation", "confirmation"]

    def test_passes_nobody_in_line(self, client: Client, participant: Registration) -> None:
        Conference.objects.update(capacity=1)
        waiting = factories.make_registration(participant.tier)
        cancel(registration=participant)

        answer = client.post(page(participant, "angre/"), follow=True)
        assert "The place has gone to the next in line." in answer.text
        participant.refresh_from_db()
        waiting.refresh_from_db()
        assert (participant.state, waiting.state) == (State.CANCELLED, State.OFFERED)

    def test_is_too_late_after_half_an_hour(
        self, client: Client, participant: Registration
    ) -> None:
        cancel(registration=participant)
        with time_machine.travel(timezone.now() + timedelta(minutes=30), tick=False):
            assert "I am coming after all" not in client.get(page(participant, "")).text
            with pytest.raises(RegistrationError) as refusal:
                take_back(registration=participant)

        assert refusal.value.code == "too_late"

    def test_is_for_ones_own_cancellation_only(
        self, participant: Registration, organiser: Any
    ) -> None:
        cancel(registration=participant, by=organiser)
        with pytest.raises(RegistrationError) as refusal:
            take_back(registration=participant)

        assert refusal.value.code == "wrong_state"

    def test_who_has_registered_anew_meanwhile_has_one_place(
        self, participant: Registration
    ) -> None:
        cancel(registration=participant)
        factories.apply(participant.tier, name=participant.name, email=participant.email)
        with pytest.raises(RegistrationError) as refusal:
            take_back(registration=participant)

        assert refusal.value.code == "already_registered"
