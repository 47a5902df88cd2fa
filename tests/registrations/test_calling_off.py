from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail import attachments
from recovery_network.mail.models import Mail
from registrations.actions.calling_off import call_off
from registrations.actions.cancelling import cancel
from registrations.actions.messaging import resend
from registrations.actions.places import accept_offer, confirm, settle
from registrations.actions.reminding import remind_readers, send_due_reminders
from registrations.errors import RegistrationError
from registrations.mails import CALENDAR
from registrations.models import Registration, Tier
from tests import factories
from tests.browsing import english

pytestmark = pytest.mark.django_db
State = Registration.State
DAY = timedelta(days=1)


def told() -> list[str]:
    return list(
        Mail.objects.filter(kind="called_off").order_by("pk").values_list("recipient", flat=True)
    )


def state_of(registration: Registration) -> str:
    registration.refresh_from_db()
    return registration.state


def calendar_of(registration: Registration) -> tuple[str, str, int]:
    """Method, status and sequence of the file that a mail about it would bring."""
    (made,) = attachments.resolve([f"{CALENDAR}:{registration.pk}"])
    calendar = Calendar.from_ical(made.content)
    (event,) = calendar.walk("VEVENT")
    assert f"method={calendar['method']}" in made.mimetype
    return str(calendar["method"]), str(event["status"]), int(str(event["sequence"]))


@pytest.fixture
def one_of_each(conference: Conference, employee_tier: Tier) -> dict[str, Registration]:
    """Someone in each state, called by it."""
    Conference.objects.update(capacity=2, offer_hours=48)
    rows = {
        name: factories.make_registration(
            employee_tier, email=f"{name}@example.no", accept_waiting=True
        )
        for name in ("confirmed", "cancelled", "lapsed", "offered", "waiting")
    }
    cancel(registration=rows["cancelled"])
    with time_machine.travel(timezone.now() + 3 * DAY):
        settle()
    assert {name: state_of(row) for name, row in rows.items()} == {name: name for name in rows}
    return rows


class TestVerb:
    def test_tells_everyone_with_a_place_an_offer_or_a_turn(
        self, one_of_each: dict[str, Registration], conference: Conference, organiser: User
    ) -> None:
        assert call_off(conference=conference, by=organiser) == 3

        assert told() == ["confirmed@example.no", "offered@example.no", "waiting@example.no"]
        assert {name: state_of(row) for name, row in one_of_each.items()} == {
            name: name for name in one_of_each
        }
        withfile = Mail.objects.exclude(attachments=[]).filter(kind="called_off")
        assert [mail.recipient for mail in withfile] == ["confirmed@example.no"]

    def test_is_seen_at_once_and_written_down(
        self, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        before = conference.revision
        call_off(conference=conference, by=organiser, reason=" Innlederne er borte. ")

        conference.refresh_from_db()
        assert conference.state() == Conference.State.CANCELLED
        assert conference.revision == before + 1
        event = AuditEvent.objects.get(action="conference.called_off")
        assert (event.actor_id, event.conference_id, event.reason, event.details) == (
            organiser.pk,
            conference.pk,
            "Innlederne er borte.",
            {"told": 1},
        )

    def test_mail_has_the_words_and_escapes_them(
        self, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        type(participant.booking).objects.update(language="en")
        call_off(conference=conference, by=organiser, reason="<b>Storm</b>.\nNy dato kommer.")

        mail = Mail.objects.get(kind="called_off")
        assert mail.subject.startswith("Cancelled: Conference, Sandnes, ")
        assert "recovery" not in mail.subject.casefold()
        assert "\n<b>Storm</b>.\nNy dato kommer.\n" in mail.text
        assert "&lt;b&gt;Storm&lt;/b&gt;.<br>Ny dato kommer." in mail.html
        assert "You pay nothing." in mail.text
        assert conference.contact_email in mail.text

    def test_without_words_nobody_is_quoted(
        self, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        type(participant.booking).objects.update(language="en")
        call_off(conference=conference, by=organiser, reason="  ")

        assert "The organiser writes" not in Mail.objects.get(kind="called_off").text

    def test_calendar_entry_goes(
        self, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        assert calendar_of(participant) == ("REQUEST", "CONFIRMED", 0)
        call_off(conference=conference, by=organiser)
        assert calendar_of(participant) == ("CANCEL", "CANCELLED", 1)

    def test_reminders_are_withdrawn_and_no_more_are_made(
        self, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        elsewhere = factories.make_registration(
            factories.make_tier(factories.make_conference(starts_at=conference.starts_at))
        )
        with time_machine.travel(conference.starts_at - 7 * DAY):
            send_due_reminders()
            call_off(conference=conference, by=organiser)
        with time_machine.travel(conference.starts_at - DAY):
            send_due_reminders()
            assert not remind_readers([participant.pk], timezone.now())

        reminders = Mail.objects.filter(kind="reminder").order_by("pk")
        assert sorted((mail.recipient, mail.state) for mail in reminders) == sorted(
            [
                (participant.email, "cancelled"),
                (elsewhere.email, "queued"),
                (elsewhere.email, "queued"),
            ]
        )

    def test_twice_is_refused_and_tells_nobody_again(
        self, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        call_off(conference=conference, by=organiser)
        with pytest.raises(RegistrationError) as refusal:
            call_off(conference=conference, by=organiser)

        assert refusal.value.code == "wrong_state"
        assert told() == [participant.email]
        assert AuditEvent.objects.filter(action="conference.called_off").count() == 1

    @pytest.mark.parametrize("field", ["ends_at", "archived_at"])
    def test_what_is_over_is_refused(
        self, field: str, conference: Conference, participant: Registration, organiser: User
    ) -> None:
        past = {field: timezone.now() - DAY}
        Conference.objects.update(starts_at=timezone.now() - 2 * DAY, **past)
        with pytest.raises(RegistrationError):
            call_off(conference=conference, by=organiser)

        conference.refresh_from_db()
        assert (conference.cancelled_at, told()) == (None, [])

    def test_each_mail_costs_the_same(self, organiser: User) -> None:
        costs = []
        for people in (1, 2, 3, 4):  # the first also reads what is kept afterwards
            tier = factories.make_tier(factories.make_conference())
            for _number in range(people):
                factories.make_registration(tier)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                call_off(conference=tier.conference, by=organiser)
            costs.append(len(captured))

        assert [costs[2] - costs[1], costs[3] - costs[2]] == [7, 7]

    def test_mails_of_others_stay_in_their_language(
        self, conference: Conference, employee_tier: Tier, organiser: User
    ) -> None:
        for language in ("nb", "en"):
            factories.make_registration(employee_tier, language=language)
        call_off(conference=conference, by=organiser)

        found = Mail.objects.filter(kind="called_off").order_by("pk")
        assert [mail.language for mail in found] == ["nb", "en"]


class TestAfterwards:
    @pytest.fixture(autouse=True)
    def called_off(
        self, one_of_each: dict[str, Registration], conference: Conference, organiser: User
    ) -> None:
        call_off(conference=conference, by=organiser)

    def test_no_place_is_offered_taken_or_lost(
        self, one_of_each: dict[str, Registration], organiser: User
    ) -> None:
        with pytest.raises(RegistrationError):
            accept_offer(registration=one_of_each["offered"])
        with pytest.raises(RegistrationError):
            confirm(registration=one_of_each["waiting"], by=organiser)
        with pytest.raises(RegistrationError) as refusal:
            cancel(registration=one_of_each["confirmed"])
        assert refusal.value.code == "wrong_state"
        with time_machine.travel(timezone.now() + 9 * DAY):
            settle()

        assert {name: state_of(row) for name, row in one_of_each.items()} == {
            name: name for name in one_of_each
        }

    def test_the_mail_sent_again_says_it_too(
        self, one_of_each: dict[str, Registration], organiser: User
    ) -> None:
        for name in ("confirmed", "waiting", "cancelled"):
            resend(registration=one_of_each[name], by=organiser)

        kinds = Mail.objects.order_by("-pk").values_list("kind", flat=True)[:3]
        assert list(kinds) == ["cancellation", "called_off", "called_off"]

    @pytest.mark.parametrize("name", ["confirmed", "offered", "waiting"])
    def test_the_persons_page_says_it_and_offers_nothing(
        self, name: str, client: Client, one_of_each: dict[str, Registration]
    ) -> None:
        row = one_of_each[name]
        page = client.get(english(row.get_absolute_url())).text

        assert "This gathering is cancelled. You pay nothing." in page
        assert "You need not cancel or do anything else." in page
        for gone in (
            "You have a place",
            "A place is held",
            "in line",
            "/avmelding/",
            "Register ag",
        ):
            assert gone not in page
        for link in ("manage_cancel", "manage_calendar"):
            assert reverse(link, args=[row.manage_key]) not in page

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_old_links_lead_to_the_page_that_says_it(
        self, method: str, client: Client, one_of_each: dict[str, Registration]
    ) -> None:
        offered = one_of_each["offered"]
        for address in (
            reverse("manage_cancel", args=[offered.manage_key]),
            reverse("offer", args=[offered.offer_key]),
        ):
            response = getattr(client, method)(english(address), {"answer": "accept"})
            assert (response.status_code, response["Location"]) == (
                303,
                english(reverse("manage", args=[offered.manage_key])),
            )
        assert state_of(offered) == State.OFFERED


class TestAdmin:
    def browser(self, role: str) -> Client:
        client = Client()
        client.force_login(factories.make_user(role=role))
        return client

    def page(self, conference: Conference, name: str = "call_off") -> str:
        return english(reverse(f"admin:conferences_conference_{name}", args=[conference.pk]))

    def messages(self, response: Any) -> list[str]:
        return [str(message) for message in response.context["messages"]]

    def test_asks_first_and_says_how_many(
        self, conference: Conference, participant: Registration
    ) -> None:
        browser = self.browser("organiser")
        assert self.page(conference) in browser.get(self.page(conference, "overview")).text
        response = browser.get(self.page(conference))

        assert response.context["people"] == 1
        conference.refresh_from_db()
        assert (conference.cancelled_at, told()) == (None, [])

    def test_does_it_once(self, conference: Conference, participant: Registration) -> None:
        browser = self.browser("organiser")
        first = browser.post(self.page(conference), {"reason": "Storm."}, follow=True)
        again = browser.post(self.page(conference), {"reason": "Storm."}, follow=True)

        assert first.redirect_chain == [(self.page(conference, "overview"), 302)]
        assert self.messages(first) == ["The gathering is called off. 1 mail is on its way."]
        assert self.messages(again) == ["The gathering is called off already."]
        assert told() == [participant.email]
        assert "Storm." in Mail.objects.get(kind="called_off").text
        assert self.page(conference) not in first.text

    @pytest.mark.parametrize("reason", ["x" * 501, "a\x00b", "\u202eabc"])
    def test_words_that_cannot_be_sent_are_told(
        self, reason: str, conference: Conference, participant: Registration
    ) -> None:
        response = self.browser("organiser").post(self.page(conference), {"reason": reason})

        assert set(response.context["form"].errors) == {"reason"}
        conference.refresh_from_db()
        assert (conference.cancelled_at, told()) == (None, [])

    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_others_may_not(
        self, role: str, method: str, conference: Conference, participant: Registration
    ) -> None:
        browser = self.browser(role)
        assert getattr(browser, method)(self.page(conference)).status_code == 403
        overview = browser.get(self.page(conference, "overview"))
        assert self.page(conference) not in overview.text
        conference.refresh_from_db()
        assert conference.cancelled_at is None

    def test_bad_number_and_wrong_method(self, conference: Conference) -> None:
        browser = self.browser("organiser")
        for number in ("0", "x"):
            address = reverse("admin:conferences_conference_call_off", args=[number])
            assert browser.get(address).status_code == 404
        assert browser.delete(self.page(conference)).status_code == 405

    def test_nobody_cancels_silently_in_the_form(self, conference: Conference) -> None:
        form = self.browser("organiser").get(self.page(conference, "change")).context["adminform"]
        assert "cancelled_at" not in form.form.fields
        assert "cancelled_at" in form.readonly_fields
