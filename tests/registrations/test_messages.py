from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations import tasks
from registrations.actions import writing
from registrations.actions.cancelling import cancel
from registrations.actions.checking_in import check_in
from registrations.actions.writing import send_message, send_messages, write_message
from registrations.errors import RegistrationError
from registrations.forms.messages import MessageForm
from registrations.models import Booking, Message, MessageText, Registration, Tier
from registrations.privacy import purge
from registrations.segments import Segment
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TEXTS = {"nb": ("Praktisk", "Hei {name}, vi begynner **nå**.")}
CONFIRMED = Segment(states=("confirmed",))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, message: Message) -> str:
    return reverse(f"admin:registrations_message_{name}", args=[message.pk])


@pytest.fixture
def message(participant: Registration, organiser: User) -> Message:
    return write_message(
        conference=participant.conference, segment=CONFIRMED, texts=TEXTS, by=organiser
    )


def sent(message: Message, by: User, addresses: int = 1) -> list[Mail]:
    send_message(message=message, expected=addresses, by=by)
    send_messages()
    return list(Mail.objects.filter(key__startswith=message.mail_prefix).order_by("pk"))


def addresses_of(segment: Segment, conference: Conference) -> list[str]:
    found = segment.of_conference(conference).order_by("name")
    return [registration.name for registration in found]


class TestSegments:
    @pytest.fixture(autouse=True)
    def people(self, employee_tier: Tier, free_tier: Tier, organiser: User) -> None:
        self.home = factories.make_organisation("Hå kommune")
        factories.make_registration(employee_tier, name="Anne", organisation=self.home)
        bo = factories.make_registration(free_tier, name="Bo")
        cancel(registration=factories.make_registration(free_tier, name="Cato"))
        Conference.objects.update(starts_at=timezone.now() + timedelta(hours=2))
        check_in(registration=bo, by=organiser)

    def test_parts_narrow_together(
        self, conference: Conference, employee_tier: Tier, free_tier: Tier
    ) -> None:
        found = {
            segment.in_words(): addresses_of(segment, conference)
            for segment in (
                Segment(),
                CONFIRMED,
                Segment(tiers=(free_tier.pk,)),
                Segment(organisations=(self.home.pk,)),
                Segment(arrived="yes"),
                Segment(states=("confirmed",), arrived="no"),
                Segment(tiers=(free_tier.pk,), organisations=(self.home.pk,)),
                Segment(states=("confirmed", "cancelled"), tiers=(free_tier.pk,)),
            )
        }
        assert found == {
            "Everyone": ["Anne", "Bo", "Cato"],
            "Confirmed": ["Anne", "Bo"],
            "Friplass": ["Bo", "Cato"],
            "Hå kommune": ["Anne"],
            "Has arrived": ["Bo"],
            "Confirmed · has not arrived": ["Anne"],
            "Friplass · Hå kommune": [],
            "Confirmed or cancelled · Friplass": ["Bo", "Cato"],
        }

    def test_other_conferences_are_never_in_it(self, conference: Conference) -> None:
        factories.make_registration(factories.make_tier(factories.make_conference()), name="Dag")
        assert addresses_of(Segment(), conference) == ["Anne", "Bo", "Cato"]

    def test_what_is_stored_comes_back(self, free_tier: Tier) -> None:
        segment = Segment(states=("waiting",), tiers=(free_tier.pk,), arrived="no")
        assert Segment.of(segment.stored()) == segment


class TestSending:
    def test_one_mail_with_the_name_and_the_words(
        self, message: Message, participant: Registration, organiser: User
    ) -> None:
        (mail,) = sent(message, organiser)
        assert (mail.recipient, mail.subject, mail.language) == (
            "per@example.no",
            "Praktisk",
            "nb",
        )
        assert "Hei Per Deltaker, vi begynner **nå**." in mail.text
        assert "<p>Hei Per Deltaker, vi begynner <strong>nå</strong>.</p>" in mail.html
        assert mail.about == f"registrations.registration:{participant.pk}"
        message.refresh_from_db()
        assert (message.state, message.addresses, message.segment_text) == (
            "sent",
            1,
            "Bekreftet",
        )

    def test_each_in_their_language_and_others_in_the_original(
        self, employee_tier: Tier, organiser: User
    ) -> None:
        for language in ("nb", "nn", "da", "en"):
            factories.make_registration(
                employee_tier, email=f"{language}@example.no", language=language
            )
        message = write_message(
            conference=employee_tier.conference,
            segment=CONFIRMED,
            texts={**TEXTS, "da": ("Praktisk på dansk", "Hej")},
            by=organiser,
        )
        mails = sent(message, organiser, 4)
        assert {mail.recipient: (mail.language, mail.subject) for mail in mails} == {
            "nb@example.no": ("nb", "Praktisk"),
            "nn@example.no": ("nb", "Praktisk"),
            "da@example.no": ("da", "Praktisk på dansk"),
            "en@example.no": ("nb", "Praktisk"),
        }
        assert {mail.recipient for mail in mails if '<html lang="nb">' not in mail.html} == {
            "da@example.no"
        }

    def test_one_address_gets_one_mail(self, employee_tier: Tier, organiser: User) -> None:
        for name in ("En", "To"):
            factories.make_registration(employee_tier, name=name, email="Felles@example.no")
        Registration.objects.filter(name="To").update(email="felles@EXAMPLE.no")
        message = write_message(
            conference=employee_tier.conference, segment=Segment(), texts=TEXTS, by=organiser
        )
        assert len(sent(message, organiser, 1)) == 1

    def test_who_has_no_address_is_reached_through_the_contact(
        self, message: Message, participant: Registration, organiser: User
    ) -> None:
        Registration.objects.update(email="")
        Booking.objects.update(contact_name="Kari K", contact_email="kari@example.no")
        shown = browser_of(organiser).get(page("change", message))
        assert [each.name for each in shown.context["by_contact"]] == ["Per Deltaker"]
        (mail,) = sent(message, organiser)
        assert mail.recipient == "kari@example.no"
        assert "Hei Kari K" in mail.text

    def test_a_worker_that_died_is_made_good(
        self, employee_tier: Tier, organiser: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "BATCH", 2)
        for _number in range(5):
            factories.make_registration(employee_tier)
        message = write_message(
            conference=employee_tier.conference, segment=CONFIRMED, texts=TEXTS, by=organiser
        )
        send_message(message=message, expected=5, by=organiser)
        assert writing.write_batch(message.pk) == 2
        assert Mail.objects.filter(kind="message").count() == 2
        assert send_messages() == 3
        assert send_messages() == 0
        mails = Mail.objects.filter(kind="message")
        assert (mails.count(), mails.values("recipient").distinct().count()) == (5, 5)

    def test_nobody_gets_it_who_cancelled_meanwhile(
        self, employee_tier: Tier, organiser: User
    ) -> None:
        gone, here = (factories.make_registration(employee_tier) for _ in range(2))
        message = write_message(
            conference=employee_tier.conference, segment=CONFIRMED, texts=TEXTS, by=organiser
        )
        send_message(message=message, expected=2, by=organiser)
        cancel(registration=gone)
        send_messages()
        assert [mail.recipient for mail in Mail.objects.filter(kind="message")] == [here.email]

    def test_another_number_than_was_seen_is_refused(
        self, message: Message, employee_tier: Tier, organiser: User
    ) -> None:
        factories.make_registration(employee_tier)
        with pytest.raises(RegistrationError) as refusal:
            send_message(message=message, expected=1, by=organiser)
        assert refusal.value.code == "changed"
        assert send_messages() == 0

    def test_twice_is_refused(self, message: Message, organiser: User) -> None:
        sent(message, organiser)
        with pytest.raises(RegistrationError) as refusal:
            send_message(message=message, expected=1, by=organiser)
        assert refusal.value.code == "wrong_state"

    def test_a_name_can_do_nothing_in_the_mail(
        self, message: Message, participant: Registration, organiser: User
    ) -> None:
        Registration.objects.update(name="[<b>*_`x`](https://evil.example)")
        (mail,) = sent(message, organiser)
        assert "<b>" not in mail.html
        assert 'href="https://evil.example' not in mail.html

    @pytest.mark.parametrize("recipients", [1, 3])
    def test_a_batch_reads_the_same_for_one_and_three(
        self,
        recipients: int,
        employee_tier: Tier,
        organiser: User,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _number in range(recipients):
            factories.make_registration(employee_tier)
        message = write_message(
            conference=employee_tier.conference, segment=CONFIRMED, texts=TEXTS, by=organiser
        )
        send_message(message=message, expected=recipients, by=organiser)
        each = 5  # is it written already, the organisers' wording, savepoint, row, release
        with django_assert_max_num_queries(9 + each * recipients):
            writing.write_batch(message.pk)


class TestRules:
    def test_a_sent_message_knows_when_and_to_how_many(self, message: Message) -> None:
        with pytest.raises(IntegrityError, match="message_sent_is_whole"), transaction.atomic():
            Message.objects.update(state="sent")

    def test_one_text_per_language(self, message: Message) -> None:
        text = MessageText(message=message, language="nb", subject="x", body="y")
        with (
            pytest.raises(IntegrityError, match=r"message_text_once_per_language|language"),
            transaction.atomic(),
        ):
            text.save()

    def test_a_text_says_something(self, message: Message) -> None:
        text = MessageText(message=message, language="da", subject="x", body="")
        with (
            pytest.raises(IntegrityError, match="message_text_says_something"),
            transaction.atomic(),
        ):
            text.save()

    def test_words_go_with_the_mails_and_the_record_stays(
        self, message: Message, organiser: User
    ) -> None:
        sent(message, organiser)
        now = timezone.now()
        assert purge(now + timedelta(days=89), dry_run=True).removed["words of messages"] == 0
        purge(now + timedelta(days=91), dry_run=False)
        assert (Message.objects.count(), MessageText.objects.count()) == (1, 0)
        purge(now + timedelta(days=500), dry_run=False)
        assert Message.objects.count() == 0

    def test_a_worker_looks_for_them_all_the_time(self, settings: Settings) -> None:
        scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
        assert tasks.send_messages.name in scheduled


class TestInTheAdmin:
    def form(self, **more: object) -> dict[str, object]:
        return {"states": ["confirmed"], "subject_nb": "Praktisk", "body_nb": "Hei {name}", **more}

    def add(self, user: User, conference: Conference, data: dict[str, object]) -> object:
        address = f"{reverse('admin:registrations_message_add')}?conference={conference.pk}"
        return browser_of(user).post(address, data, follow=True)

    def test_the_whole_way(
        self, participant: Registration, free_tier: Tier, organiser: User
    ) -> None:
        factories.make_registration(free_tier, email="bo@example.no")
        browser = browser_of(organiser)
        add = reverse("admin:registrations_message_add")
        assert list(browser.get(add).context["conferences"]) == [participant.conference]
        data = self.form(tiers=[participant.tier_id])
        shown = browser.post(f"{add}?conference={participant.conference_id}", data, follow=True)
        assert shown.context["addresses"] == 1
        assert shown.context["segment"] == "Confirmed · Ansatt"
        message = Message.objects.get()
        browser.post(page("test", message))
        test = Mail.objects.get(kind="message")
        assert (test.recipient, test.text.startswith("Hei Olga Organisator")) == (
            organiser.email,
            True,
        )
        asked = browser.get(page("send", message)).content.decode()
        assert 'name="expected" value="1"' in asked
        progress = browser.post(page("send", message), {"expected": "1"}, follow=True)
        assert progress.context["counts"]["unwritten"] == 1
        send_messages()
        counts = browser.get(page("change", message)).context["counts"]
        assert counts == {"unwritten": 0, "queued": 1, "sent": 0, "failed": 0, "cancelled": 0}
        events = AuditEvent.objects.filter(action__startswith="message").order_by("pk")
        assert [event.action for event in events] == ["message.tested", "message.sending"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"states": []}, "states"),
            ({"states": ["tull"]}, "states"),
            ({"tiers": ["0", "x"]}, "tiers"),
            ({"organisations": ["999999"]}, "organisations"),
            ({"arrived": "kanskje"}, "arrived"),
            ({"subject_nb": ""}, "subject_nb"),
            ({"body_nb": " "}, "body_nb"),
            ({"subject_nb": "", "body_nb": ""}, "__all__"),
            ({"subject_nb": "To\nlinjer"}, "subject_nb"),
            ({"subject_nb": "Om {conference_title}"}, "subject_nb"),
            ({"body_nb": "Din {manage_url}"}, "body_nb"),
            ({"body_nb": "{{ settings.SECRET_KEY }}"}, "body_nb"),
            ({"body_nb": "nul\x00l"}, "body_nb"),
            ({"body_nb": "x" * 8001}, "body_nb"),
            ({"subject_da": "Kun emne"}, "body_da"),
        ],
    )
    def test_what_is_wrong_is_told_and_stays_typed(
        self,
        change: dict[str, object],
        field: str,
        participant: Registration,
        organiser: User,
    ) -> None:
        response = self.add(organiser, participant.conference, self.form(**change))
        assert set(response.context["form"].errors) == {field}  # type: ignore[attr-defined]
        assert Message.objects.count() == 0

    def test_a_draft_is_changed_and_thrown_away(self, message: Message, organiser: User) -> None:
        browser = browser_of(organiser)
        assert browser.get(page("edit", message)).context["form"].initial["subject_nb"] == (
            "Praktisk"
        )
        data = {"states": ["waiting"], "subject_en": "New", "body_en": "Words"}
        browser.post(page("edit", message), data)
        message.refresh_from_db()
        assert message.segment == {"states": ["waiting"]}
        assert list(message.texts.values_list("language", "subject")) == [("en", "New")]
        browser.post(page("discard", message))
        assert Message.objects.count() == 0

    def test_what_was_sent_is_not_changed(self, message: Message, organiser: User) -> None:
        sent(message, organiser)
        browser = browser_of(organiser)
        for name in ("edit", "send"):
            assert browser.get(page(name, message)).status_code == 302
        for name in ("discard", "test", "send"):
            response = browser.post(page(name, message), {"expected": "1"}, follow=True)
            assert [str(each) for each in response.context["messages"]] == [
                "This message has been sent."
            ]
        assert Mail.objects.filter(kind="message").count() == 1

    def test_scripts_are_no_scripts_in_the_preview(self, message: Message, organiser: User) -> None:
        message.texts.update(body="<script>x</script> [a](javascript:x) <img src=x>")
        html = browser_of(organiser).get(
            reverse("admin:registrations_message_html", args=[message.pk, "nb"])
        )
        assert "<script" not in html.content.decode()
        assert "<img" not in html.content.decode()
        assert 'href="javascript' not in html.content.decode()
        assert "sandbox" in html.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper", ""])
    def test_others_may_not(self, role: str, message: Message) -> None:
        browser = browser_of(factories.make_user(role=role))
        refused = 403 if role else 302
        for name in ("change", "edit", "send"):
            assert browser.get(page(name, message)).status_code == refused
        for name in ("test", "discard", "send"):
            assert browser.post(page(name, message)).status_code == refused
        html = reverse("admin:registrations_message_html", args=[message.pk, "nb"])
        assert browser.get(html).status_code == refused
        assert Mail.objects.filter(kind="message").count() == 0
        assert Message.objects.filter(state="draft").count() == 1

    def test_unknown_ones_are_not_found(self, message: Message, organiser: User) -> None:
        browser = browser_of(organiser)
        for bad in ("0", "abc", "9" * 30):
            for name in ("edit", "send"):
                address = reverse(f"admin:registrations_message_{name}", args=[bad])
                assert browser.get(address).status_code == 404
        html = reverse("admin:registrations_message_html", args=[message.pk, "xx"])
        assert browser.get(html).status_code == 404

    @pytest.mark.parametrize("rows", [1, 3])
    def test_pages_cost_the_same_for_one_and_three(
        self,
        rows: int,
        employee_tier: Tier,
        organiser: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _number in range(rows):
            factories.make_registration(employee_tier)
        messages = [
            write_message(
                conference=employee_tier.conference, segment=CONFIRMED, texts=TEXTS, by=organiser
            )
            for _number in range(rows)
        ]
        browser = browser_of(organiser)
        listing = reverse("admin:registrations_message_changelist")
        browser.get(listing)
        with django_assert_num_queries(7):
            browser.get(listing)
        with django_assert_num_queries(8):
            browser.get(page("change", messages[0]))


def test_those_with_a_seat_in_a_workshop(employee_tier: Tier, organiser: User) -> None:
    block = factories.make_block(employee_tier.conference)
    chosen, other = (factories.make_workshop(block, title=title) for title in ("Sang", "Dans"))
    for name, session in (("Anne", chosen), ("Bo", other)):
        registration = factories.make_registration(employee_tier, name=name)
        registration.seats.create(session=session, block=block, state="held")
    segment = Segment(workshops=(chosen.pk,))
    assert addresses_of(segment, employee_tier.conference) == ["Anne"]
    assert segment.in_words() == "Sang"
    form = MessageForm(conference=employee_tier.conference)
    assert [each[0] for each in form.fields["workshops"].choices] == [  # type: ignore[attr-defined]
        str(chosen.pk),
        str(other.pk),
    ]
