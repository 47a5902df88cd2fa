from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.applying import NeedReport
from registrations.actions.cancelling import cancel
from registrations.actions.needing import Answer, answer_needs
from registrations.models import Consent, Need, NeedKind, Registration, Tier
from registrations.privacy import purge
from tests import factories
from tests.browsing import english, mailed, typed
from tests.registrations.test_admin_conference import browser_of, change

pytestmark = pytest.mark.django_db


def page(registration: Registration, part: str = "behov/") -> str:
    return english(registration.get_absolute_url()) + part


def told(registration: Registration) -> list[tuple[str, str, str]]:
    return [(need.kind, need.note, need.status) for need in registration.needs.order_by("pk")]


def need(registration: Registration, kind: str = "diet", note: str = "") -> Need:
    return Need.objects.create(registration=registration, kind=kind, note=note)


def admin_page(conference: Conference, *sheet: str) -> str:
    name = "conferences_conference_needs_sheet" if sheet else "conferences_conference_needs"
    return english(reverse(f"admin:{name}", args=[conference.pk, *sheet]))


class TestOwnPage:
    def test_what_one_needs_is_told_with_consent_and_mailed_about_without_a_word_of_it(
        self, client: Client, participant: Registration
    ) -> None:
        typed = {"need-allergy": "on", "note-allergy": "nøtter", "needs_consent": "on"}
        sent = client.post(page(participant), typed)

        assert (sent.status_code, sent["Location"]) == (303, page(participant, ""))
        assert told(participant) == [("allergy", "nøtter", "reported")]
        assert participant.consents.filter(purpose=Consent.Purpose.NEEDS).exists()
        assert mailed("per@example.no") == ["confirmation", "change"]
        mail = Mail.objects.get(kind="change")
        for word in ("nøtter", "llerg", "behov", "needs"):
            assert word not in mail.subject + mail.text
        event = AuditEvent.objects.get(action="needs.reported")
        assert event.details == {}

    def test_without_consent_nothing_is_stored_and_what_was_typed_stays(
        self, client: Client, participant: Registration
    ) -> None:
        typed = {"need-allergy": "on", "note-allergy": "nøtter"}
        response = client.post(page(participant), typed)

        assert response.status_code == 422
        assert "only if you say yes here" in response.text
        assert "nøtter</textarea>" in response.text
        assert told(participant) == []

    def test_what_is_the_same_keeps_its_answer_and_what_is_new_waits_for_one(
        self, client: Client, participant: Registration, organiser: User
    ) -> None:
        kept, reworded, gone = (
            need(participant, kind, "før") for kind in ("diet", "allergy", "quiet_room")
        )
        answers = [Answer(each.pk, "arranged", "Ja") for each in (kept, reworded, gone)]
        answer_needs(conference=participant.conference, answers=answers, by=organiser)
        client.post(
            page(participant),
            {
                "need-diet": "on",
                "note-diet": "før",
                "need-allergy": "on",
                "note-allergy": "etter",
                "needs_consent": "on",
            },
        )

        assert told(participant) == [("diet", "før", "arranged"), ("allergy", "etter", "reported")]

    @pytest.mark.parametrize("late", [False, True])
    def test_everything_can_be_taken_back_even_late(
        self, client: Client, participant: Registration, late: bool
    ) -> None:
        need(participant, "diet", "nøtter")
        participant.consents.create(purpose=Consent.Purpose.NEEDS, version="1")
        if late:
            Conference.objects.update(change_until=timezone.now())
        assert "Delete all I told you I need" in client.get(page(participant)).text

        assert client.post(page(participant)).status_code == 303
        assert told(participant) == []
        assert not participant.consents.filter(purpose=Consent.Purpose.NEEDS).exists()

    def test_too_late_for_more_says_whom_to_ask(
        self, client: Client, participant: Registration
    ) -> None:
        Conference.objects.update(change_until=timezone.now())
        response = client.post(page(participant), {"need-diet": "on", "needs_consent": "on"})

        assert response.status_code == 409
        assert "kontakt@example.no" in response.text
        assert told(participant) == []

    @pytest.mark.parametrize("note", ["x" * 501, "\N{REPLACEMENT CHARACTER}"])
    def test_bad_words_are_refused(
        self, client: Client, participant: Registration, note: str
    ) -> None:
        typed = {"need-diet": "on", "note-diet": note, "needs_consent": "on"}

        assert client.post(page(participant), typed).status_code == 422
        assert told(participant) == []

    def test_an_answer_stands_here_and_in_no_mail(
        self, client: Client, participant: Registration, organiser: User
    ) -> None:
        row = need(participant, "sign_interpreter", "norsk tegnspråk")
        Mail.objects.all().delete()
        answers = [Answer(row.pk, "cannot_be_met", "Vi fant dessverre ingen tolk.")]
        assert answer_needs(conference=participant.conference, answers=answers, by=organiser) == 1

        shown = client.get(page(participant, "")).text
        assert "Sign-language interpreter: can&#x27;t be met" in shown.replace("’", "&#x27;")
        assert "Vi fant dessverre ingen tolk." in shown
        mail = Mail.objects.get()
        assert (mail.kind, mail.recipient) == ("need_answered", "per@example.no")
        for word in ("tolk", "tegnspråk", "interpreter", "dessverre"):
            assert word not in (mail.subject + mail.text + mail.html).lower()


class TestAnswering:
    def test_each_person_is_told_once_and_only_of_what_is_new(
        self, participant: Registration, organiser: User
    ) -> None:
        other = factories.make_registration(participant.tier)
        rows = [need(participant, "diet"), need(participant, "allergy"), need(other, "diet")]
        answers = [Answer(row.pk, "arranged", "Ja") for row in rows]
        conference = participant.conference

        assert answer_needs(conference=conference, answers=answers, by=organiser) == 2
        assert answer_needs(conference=conference, answers=answers, by=organiser) == 0
        assert mailed("per@example.no") == ["confirmation", "need_answered"]
        rows[0].refresh_from_db()
        assert (rows[0].answer, rows[0].answered_by) == ("Ja", organiser)
        assert rows[0].answered_at is not None

    def test_a_need_of_another_conference_or_one_that_is_gone_is_left_out(
        self, participant: Registration, organiser: User
    ) -> None:
        elsewhere = factories.make_registration(factories.make_tier(factories.make_conference()))
        row = need(elsewhere)
        answers = [Answer(row.pk, "arranged"), Answer(0, "arranged")]

        assert answer_needs(conference=participant.conference, answers=answers, by=organiser) == 0
        row.refresh_from_db()
        assert row.status == "reported"

    def test_whoever_has_cancelled_is_not_written_to(
        self, participant: Registration, organiser: User
    ) -> None:
        row = need(participant)
        cancel(registration=participant)
        answers = [Answer(row.pk, "arranged")]

        assert answer_needs(conference=participant.conference, answers=answers, by=organiser) == 0

    def test_the_answer_is_unreadable_in_the_database(
        self, participant: Registration, organiser: User
    ) -> None:
        row = need(participant)
        answers = [Answer(row.pk, "arranged", "Hemmelig svar")]
        answer_needs(conference=participant.conference, answers=answers, by=organiser)
        with connection.cursor() as cursor:
            cursor.execute("SELECT answer FROM registrations_need")
            raw = cursor.fetchone()[0]

        assert raw
        assert "Hemmelig" not in raw

    def test_answers_go_with_the_needs(self, participant: Registration) -> None:
        need(participant)
        ended = participant.conference.ends_at
        purge(ended + timedelta(days=15), dry_run=False)

        assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (lambda row: Need.objects.update(status="arranged"), "need_answered_at"),
        (
            lambda row: NeedKind.objects.create(
                conference=row.conference, kind="diet", sheet="kitchen"
            ),
            "need_kind_known_has_its_list",
        ),
        (
            lambda row: [
                NeedKind.objects.create(conference=row.conference, kind="diet") for _ in range(2)
            ],
            "need_kind_once",
        ),
    ],
)
def test_the_database_keeps_the_rules(
    participant: Registration, write: Callable[[Registration], Any], name: str
) -> None:
    need(participant)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write(participant)
    assert name in str(refusal.value) or "UNIQUE" in str(refusal.value)


class TestKinds:
    def test_the_organiser_chooses_names_and_orders_them(
        self,
        client: Client,
        conference: Conference,
        participant: Registration,
        organiser: User,
    ) -> None:
        response = change(
            browser_of(organiser),
            conference,
            need_kinds__TOTAL_FORMS=2,
            need_kinds__0__kind="hearing_loop",
            need_kinds__0__position=2,
            need_kinds__1__kind="",
            need_kinds__1__name_nb="Plass til førerhund",
            need_kinds__1__name_en="Room for a guide dog",
            need_kinds__1__position=1,
        )
        assert response.status_code == 302
        own = NeedKind.objects.get(kind="")

        form = client.get(page(participant)).text
        assert form.index("Room for a guide dog") < form.index("Hearing loop")
        assert "Wheelchair" not in form
        registering = client.get("/en/arrangementer/konferansen/pamelding/").text
        assert "Room for a guide dog" in registering
        assert "Wheelchair" not in registering
        assert "Plass til førerhund" in client.get("/arrangementer/konferansen/pamelding/").text

        sent = client.post(
            "/arrangementer/konferansen/pamelding/",
            typed(client, needs=own.value, needs_consent="on"),
        )
        assert sent.status_code == 303
        assert [each.kind for each in Need.objects.all()] == [own.value]
        board = browser_of(organiser).get(admin_page(conference)).text
        assert "Room for a guide dog" in board

    def test_one_of_ones_own_needs_a_name(self, conference: Conference, organiser: User) -> None:
        response = change(
            browser_of(organiser),
            conference,
            need_kinds__TOTAL_FORMS=1,
            need_kinds__0__sheet="kitchen",
        )

        assert response.status_code == 200
        assert not NeedKind.objects.exists()

    def test_what_was_told_is_still_shown_when_the_kind_is_taken_away(
        self, client: Client, participant: Registration
    ) -> None:
        need(participant, "own-gone", "hund")
        NeedKind.objects.create(conference=participant.conference, kind="diet")

        assert "Something else: reported" in client.get(page(participant, "")).text
        assert 'name="need-own-gone"' in client.get(page(participant)).text


class TestBoard:
    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
    @pytest.mark.parametrize("sheet", [(), ("kitchen",)])
    def test_is_for_those_with_the_permission(
        self, role: str, sheet: tuple[str, ...], participant: Registration
    ) -> None:
        need(participant, "diet", "hemmelig")
        browser = browser_of(factories.make_user(role=role))
        for method in (browser.get, browser.post):
            assert method(admin_page(participant.conference, *sheet)).status_code == 403
        assert not AuditEvent.objects.filter(action="needs.opened").exists()

    def test_shows_those_who_may_come_and_logs_the_reading(
        self, participant: Registration, organiser: User
    ) -> None:
        need(participant, "diet", "nøtter")
        gone = factories.make_registration(participant.tier, name="Siri Borte")
        need(gone, "diet", "hemmelig")
        cancel(registration=gone)
        board = browser_of(organiser).get(admin_page(participant.conference)).text

        assert "nøtter" in board
        assert "hemmelig" not in board
        event = AuditEvent.objects.get(action="needs.opened")
        assert (event.actor_id, event.details) == (organiser.pk, {})

    @pytest.mark.parametrize("needs", [1, 3])
    def test_is_constant_in_queries(
        self,
        participant: Registration,
        organiser: User,
        needs: int,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(needs):
            need(factories.make_registration(participant.tier), "diet", "x")
        browser = browser_of(organiser)
        browser.get(admin_page(participant.conference))
        with django_assert_max_num_queries(10):
            browser.get(admin_page(participant.conference))

    def test_can_be_narrowed(self, participant: Registration, organiser: User) -> None:
        need(participant, "diet", "nøtter")
        need(participant, "quiet_room", "stille")
        address = admin_page(participant.conference)
        browser = browser_of(organiser)

        board = browser.get(f"{address}?kind=diet&status=reported").text
        assert ("nøtter" in board, "stille" in board) == (True, False)
        assert "Nothing fits what you chose." in browser.get(f"{address}?status=arranged").text

    def test_many_are_answered_after_a_question_that_counts(
        self, participant: Registration, organiser: User
    ) -> None:
        rows = [
            need(participant, "diet"),
            need(factories.make_registration(participant.tier), "diet"),
        ]
        browser, address = browser_of(organiser), admin_page(participant.conference)
        chosen = {"need": [row.pk for row in rows]}

        asked = browser.post(address, chosen)
        assert asked.status_code == 200
        assert "2 people are told by mail" in asked.text
        assert not Mail.objects.filter(kind="need_answered").exists()
        answer = {**chosen, "confirmed": "yes", "status": "arranged", "words": "Ordnet."}
        done = browser.post(address, answer, follow=True)
        assert "2 people are told by mail" in done.text
        assert {(each.status, each.answer) for each in Need.objects.all()} == {
            ("arranged", "Ordnet.")
        }

    @pytest.mark.parametrize("chosen", [[], ["x"], ["999999"]])
    def test_choosing_nothing_answers_nothing(
        self, participant: Registration, organiser: User, chosen: list[str]
    ) -> None:
        need(participant)
        response = browser_of(organiser).post(
            admin_page(participant.conference), {"need": chosen}, follow=True
        )

        assert "Choose at least one need." in response.text

    def test_an_unknown_status_is_asked_for_again(
        self, participant: Registration, organiser: User
    ) -> None:
        row = need(participant)
        typed = {"need": [row.pk], "confirmed": "yes", "status": "tull", "words": "Mine ord"}
        response = browser_of(organiser).post(admin_page(participant.conference), typed)

        assert response.status_code == 200
        assert "Mine ord" in response.text
        row.refresh_from_db()
        assert row.status == "reported"


class TestSheets:
    @pytest.fixture
    def fed(self, participant: Registration, employee_tier: Tier) -> Conference:
        for number, note in enumerate(("Nøtter", "nøtter ", "")):
            guest = factories.make_registration(
                employee_tier, name=f"Gjest {number}", needs=(NeedReport("allergy", note),)
            )
            if number == 0:
                need(guest, "text_interpreter", "Hele dagen")
        Conference.objects.update(capacity=4)
        waiting = factories.make_registration(
            employee_tier, name="Venter", needs=(NeedReport("allergy", "venter"),)
        )
        assert waiting.state == "waiting"
        return participant.conference

    def test_counts_what_is_the_same_and_names_nobody(
        self, fed: Conference, organiser: User
    ) -> None:
        browser = browser_of(organiser)
        kitchen = browser.get(admin_page(fed, "kitchen"))
        interpreters = browser.get(admin_page(fed, "interpreters"))

        lines = [(line.label, line.note, line.people) for line in kitchen.context["lines"]]
        assert lines == [("allergies", "Nøtter", 2), ("allergies", "", 1)]
        assert kitchen.context["totals"] == [("allergies", 3)]
        lines = [(line.label, line.note, line.people) for line in interpreters.context["lines"]]
        assert lines == [("text interpreter", "Hele dagen", 1)]
        for text in (kitchen.text, interpreters.text):
            assert "Gjest" not in text
            assert "venter" not in text.lower().replace("på venteliste", "")

    def test_leaves_as_a_file_and_that_is_logged(self, fed: Conference, organiser: User) -> None:
        browser = browser_of(organiser)
        response = browser.post(admin_page(fed, "kitchen"), {"format": "csv"})
        text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]

        assert "Allergies;Nøtter;reported;2" in text
        assert "Gjest" not in text
        event = AuditEvent.objects.get(action="needs.opened")
        assert event.details == {"sheet": "kitchen", "format": "csv"}
        book = browser.post(admin_page(fed, "kitchen"), {"format": "xlsx"})
        book.close()
        assert book.status_code == 200

    @pytest.mark.parametrize("sheet", ["hotel", "none"])
    def test_others_there_are_not(
        self, conference: Conference, organiser: User, sheet: str
    ) -> None:
        assert browser_of(organiser).get(admin_page(conference, sheet)).status_code == 404
        wrong = browser_of(organiser).post(admin_page(conference, "kitchen"), {"format": "pdf"})
        assert wrong.status_code == 404
