from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.actions.cancelling import cancel
from registrations.actions.handing_over import hand_over
from registrations.actions.workshops import change_workshop
from registrations.errors import RegistrationError
from registrations.models import Handover, Need, Registration, SessionSeat, Tier
from tests import factories
from tests.browsing import english, link_in, mailed

pytestmark = pytest.mark.django_db
State = Registration.State
NEW: dict[str, Any] = {"name": "Nina Ny", "email": "nina@example.no"}


def row(registration: Registration) -> dict[str, Any]:
    return {**Registration.objects.filter(pk=registration.pk).values().get()}


def calendar(mail: Mail) -> Any:
    name, _colon, argument = mail.attachments[0].partition(":")
    make = {
        mails.CALENDAR: mails.calendar_file,
        mails.CALENDAR_GIVEN_UP: mails.calendar_file_given_up,
    }
    file = make[name](argument)
    assert file is not None
    found = Calendar.from_ical(file.content)
    event = found.events[0]
    return {
        "method": str(found["method"]),
        "uid": str(event["uid"]),
        "sequence": event["sequence"],
        "attendee": str(event["attendee"]),
    }


class TestVerb:
    def test_keeps_the_row_and_changes_the_person(self, participant: Registration) -> None:
        before = row(participant)
        hand_over(registration=participant, **NEW)
        after = row(participant)

        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"name", "name_key", "email", "manage_key", "code", "sequence"}
        booking = participant.booking
        booking.refresh_from_db()
        assert (booking.contact_name, booking.contact_email) == ("Nina Ny", "nina@example.no")

    def test_each_gets_one_mail_with_their_own_calendar_entry(
        self, participant: Registration
    ) -> None:
        Mail.objects.all().delete()
        old_uid = str(participant.calendar_uid)
        hand_over(registration=participant, **NEW)
        participant.refresh_from_db()

        assert mailed("per@example.no") == ["handed_over"]
        assert mailed("nina@example.no") == ["confirmation"]
        old = calendar(Mail.objects.get(kind="handed_over"))
        new = calendar(Mail.objects.get(kind="confirmation"))
        assert old == {
            "method": "CANCEL",
            "uid": old_uid,
            "sequence": 1,
            "attendee": "mailto:per@example.no",
        }
        assert new == {
            "method": "REQUEST",
            "uid": str(participant.calendar_uid),
            "sequence": 1,
            "attendee": "mailto:nina@example.no",
        }
        assert old_uid != new["uid"]

    def test_neither_mail_names_the_other_person(self, participant: Registration) -> None:
        Mail.objects.all().delete()
        hand_over(registration=participant, **NEW)

        for kind, stranger in (("handed_over", "Nina"), ("confirmation", "Per")):
            mail = Mail.objects.get(kind=kind)
            assert stranger.lower() not in (mail.subject + mail.text + mail.html).lower()
        participant.refresh_from_db()
        told = Mail.objects.get(kind="handed_over")
        for secret in (participant.manage_key, participant.code):
            assert secret not in told.text + told.html

    def test_a_mail_that_had_not_left_yet_never_leaves(self, participant: Registration) -> None:
        waiting = Mail.objects.get(kind="confirmation")
        hand_over(registration=participant, **NEW)
        waiting.refresh_from_db()

        assert waiting.state == Mail.State.CANCELLED

    def test_an_old_mail_never_gets_the_new_persons_calendar_file(
        self, participant: Registration
    ) -> None:
        reference = Mail.objects.get(kind="confirmation").attachments[0]
        argument = reference.partition(":")[2]
        assert mails.calendar_file(argument) is not None
        hand_over(registration=participant, **NEW)

        assert mails.calendar_file(argument) is None

    def test_needs_and_consents_of_the_old_person_are_deleted(
        self, participant: Registration
    ) -> None:
        Need.objects.create(registration=participant, kind="diet", note="nøtter")
        hand_over(registration=participant, **NEW)

        assert (participant.needs.count(), participant.consents.count()) == (0, 0)

    def test_the_log_names_nobody(self, participant: Registration, organiser: User) -> None:
        hand_over(registration=participant, by=organiser, **NEW)

        event = AuditEvent.objects.get(action="registration.handed_over")
        assert (event.details, event.actor_label, event.reason) == ({}, "Olga Organisator", "")
        assert event.object_text == "påmelding"

    def test_who_waits_hands_over_the_turn_in_line(self) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=1))
        _holder, first, second = (factories.make_registration(tier) for _ in range(3))
        since = first.waiting_since
        hand_over(registration=first, **NEW)
        first.refresh_from_db()

        assert (first.state, first.waiting_since) == (State.WAITING, since)
        assert mailed("nina@example.no") == ["waiting_list"]
        assert list(Registration.objects.in_line()) == [first, second]

    def test_an_offer_gets_a_new_link_too(self) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=1))
        holder, first = (factories.make_registration(tier) for _ in range(2))
        cancel(registration=holder)
        first.refresh_from_db()
        old = first.offer_key, first.offer_expires_at
        hand_over(registration=first, **NEW)
        first.refresh_from_db()

        assert first.state == State.OFFERED
        assert first.offer_key not in {None, old[0]}
        assert first.offer_expires_at == old[1]
        assert mailed("nina@example.no") == ["offer"]

    @pytest.mark.parametrize(
        ("prepare", "code"),
        [
            (lambda row: cancel(registration=row), "wrong_state"),
            (
                lambda row: Conference.objects.update(substitute_until=timezone.now()),
                "too_late",
            ),
            (
                lambda row: Conference.objects.update(cancelled_at=timezone.now()),
                "wrong_state",
            ),
            (
                lambda row: Registration.objects.update(checked_in_at=timezone.now()),
                "wrong_state",
            ),
        ],
    )
    def test_is_refused_when_there_is_nothing_to_hand_over(
        self, participant: Registration, prepare: Callable[[Registration], Any], code: str
    ) -> None:
        prepare(participant)
        before = row(participant)
        mails_before = Mail.objects.count()
        with pytest.raises(RegistrationError) as refusal:
            hand_over(registration=participant, **NEW)

        assert refusal.value.code == code
        assert row(participant) == before
        assert Mail.objects.count() == mails_before

    def test_a_place_without_an_organisation_goes_to_the_next_in_line(
        self, employee_tier: Tier
    ) -> None:
        Tier.objects.update(organisation_required=False)
        employee_tier.refresh_from_db()
        alone = factories.make_registration(employee_tier, organisation=None)
        with pytest.raises(RegistrationError) as refusal:
            hand_over(registration=alone, **NEW)

        assert refusal.value.code == "no_organisation"

    def test_an_organiser_may_after_the_deadline(
        self, participant: Registration, organiser: User
    ) -> None:
        Conference.objects.update(substitute_until=timezone.now() - timedelta(days=1))
        hand_over(registration=participant, by=organiser, **NEW)

        participant.refresh_from_db()
        assert participant.name == "Nina Ny"


class TestWhoIsRegisteredAlready:
    @pytest.fixture
    def known(self, participant: Registration) -> Registration:
        return factories.make_registration(participant.tier, **NEW)

    def test_keeps_the_place_they_have_and_the_other_passes_on(
        self, participant: Registration, known: Registration
    ) -> None:
        Conference.objects.update(capacity=2)
        waiting = factories.make_registration(participant.tier)
        hand_over(registration=participant, **NEW)
        states = {
            each.pk: each.state for each in Registration.objects.filter(conference=known.conference)
        }

        assert states == {
            participant.pk: State.DOUBLE,
            known.pk: State.CONFIRMED,
            waiting.pk: State.OFFERED,
        }
        participant.refresh_from_db()
        assert (participant.double_of, participant.shown_state) == (known, State.CONFIRMED)
        assert mailed("per@example.no")[-1] == "handed_over"
        assert mailed("nina@example.no") == ["confirmation", "already_registered"]

    def test_their_seat_in_a_workshop_passes_on_too(
        self, participant: Registration, known: Registration
    ) -> None:
        block = factories.make_block(participant.conference, rule="may")
        workshop = factories.make_workshop(block, capacity=1)
        waiting = factories.make_registration(participant.tier)
        for registration in (participant, waiting):
            change_workshop(registration=registration, session=workshop, wait=True)
        hand_over(registration=participant, **NEW)
        seats = SessionSeat.objects.values_list("registration", "state")
        assert list(seats) == [(waiting.pk, "held")]

    def test_the_page_answers_alike(
        self, client: Client, participant: Registration, known: Registration
    ) -> None:
        another = factories.make_registration(
            participant.tier, organisation=factories.make_organisation()
        )
        answers = []
        for registration, person in (
            (participant, NEW),
            (another, {"name": "Ola Ny", "email": "ola@example.no"}),
        ):
            address = english(registration.get_absolute_url())
            sent = client.post(f"{address}gi-videre/", {**person, "agreed": "on"})
            after = client.get(address)
            text = after.text.replace(registration.manage_key, "")
            answers.append((sent.status_code, after.status_code, text))

        assert answers[0] == answers[1]

    def test_who_waits_gets_the_place_and_leaves_the_line(self, participant: Registration) -> None:
        Conference.objects.update(capacity=1)
        known = factories.make_registration(participant.tier, **NEW)
        assert known.state == State.WAITING
        hand_over(registration=participant, **NEW)

        participant.refresh_from_db()
        known.refresh_from_db()
        assert (participant.state, participant.name) == (State.CONFIRMED, "Nina Ny")
        assert known.state == State.CANCELLED
        last = Mail.objects.filter(recipient="nina@example.no").exclude(state="cancelled")
        assert [mail.kind for mail in last.order_by("pk")] == ["confirmation"]

    def test_someone_new_in_the_stead_of_a_double_needs_a_place_of_their_own(
        self, participant: Registration, known: Registration
    ) -> None:
        hand_over(registration=participant, **NEW)
        participant.refresh_from_db()
        Conference.objects.update(capacity=1)
        hand_over(registration=participant, name="Ola Nok", email="ola@example.no")
        participant.refresh_from_db()

        assert (participant.state, participant.double_of) == (State.WAITING, None)
        assert mailed("ola@example.no") == ["waiting_list"]


class TestPages:
    def page(self, registration: Registration, part: str = "gi-videre/") -> str:
        return english(registration.get_absolute_url()) + part

    def test_the_old_link_dies_kindly_and_the_new_one_opens(
        self, client: Client, participant: Registration
    ) -> None:
        old = [self.page(participant, part) for part in ("", "gi-videre/", "endre/", "avmeld/")]
        assert "Hand it to a colleague" in client.get(old[0]).text
        assert "Ansatt" not in client.get(old[1]).text
        sent = client.post(old[1], {**NEW, "agreed": "on"})

        assert (sent.status_code, sent["Location"]) == (303, old[0])
        for address in old:
            dead = client.get(address)
            assert dead.status_code == 410
            assert "The place is handed over" in dead.text
            assert "Nina" not in dead.text
        link = link_in(Mail.objects.get(recipient="nina@example.no"), "/pamelding/")
        page = client.get(english(link))
        assert page.status_code == 200
        assert "agree to the terms" in page.text

    def test_the_substitute_agrees_to_the_terms_once(
        self, client: Client, participant: Registration
    ) -> None:
        hand_over(registration=participant, **NEW)
        participant.refresh_from_db()
        change = self.page(participant, "endre/")
        typed = {"name": "Nina Ny", "email": "nina@example.no", "language": "nb"}

        assert client.post(change, typed).status_code == 422
        assert client.post(change, {**typed, "terms": "on"}).status_code == 303
        assert "agree to the terms" not in client.get(self.page(participant, "")).text
        assert 'name="terms"' not in client.get(change).text

    @pytest.mark.parametrize(
        "typed",
        [
            {},
            {"name": "Nina", "email": "not an address", "agreed": "on"},
            {"name": "Nina\nNy", "email": "n@example.no", "agreed": "on"},
            {"name": "Nina Ny", "email": "n@example.no"},
            {"name": "PER DELTAKER", "email": "Per@example.no", "agreed": "on"},
        ],
    )
    def test_what_is_missing_or_odd_changes_nothing(
        self, client: Client, participant: Registration, typed: dict[str, str]
    ) -> None:
        before = row(participant)
        response = client.post(self.page(participant), typed)

        assert response.status_code == 422
        assert typed.get("email", "") in response.text
        assert row(participant) == before
        assert not Handover.objects.exists()

    def test_too_late_says_whom_to_ask(self, client: Client, participant: Registration) -> None:
        Conference.objects.update(substitute_until=timezone.now() - timedelta(minutes=1))

        shown = client.get(self.page(participant))
        sent = client.post(self.page(participant), {**NEW, "agreed": "on"})

        assert (shown.status_code, sent.status_code) == (200, 409)
        for page in (shown, sent):
            assert "The deadline for handing the place over has passed." in page.text
            assert "kontakt@example.no" in page.text
            assert 'name="email"' not in page.text
        assert "Hand it to a colleague" not in client.get(self.page(participant, "")).text
