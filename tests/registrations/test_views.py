import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from conferences.actions import touch
from conferences.models import Conference
from network.models import User
from recovery_network.mail.models import Mail
from registrations.actions import cancelling, places, registering
from registrations.models import Booking, Need, Registration, Submission, Tier
from tests import factories
from tests.browsing import english, hidden_key, mailed, register_page, send, typed

State = Registration.State
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db
FORM = "/en/arrangementer/konferansen/pamelding/"


def move(conference: Conference, **shifts: timedelta | None) -> None:
    """Changes the dates as an organiser does, so that kept pages are thrown away."""
    now = timezone.now()
    moments = {name: None if shift is None else now + shift for name, shift in shifts.items()}
    Conference.objects.filter(pk=conference.pk).update(**moments)
    touch(conference)


def assert_secret(response: Any, *, referrer: str = "no-referrer") -> None:
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == referrer
    assert response["X-Robots-Tag"] == "noindex, nofollow"


class TestForm:
    def test_shows_every_kind_of_place(
        self, client: Client, employee_tier: Tier, free_tier: Tier
    ) -> None:
        response = client.get(FORM)

        assert response.status_code == 200
        assert re.findall(r'type="radio" name="tier" value="(\w+)"', response.text) == [
            "ansatt",
            "friplass",
        ]
        assert "no-store" in response["Cache-Control"]

    def test_each_visit_has_a_key_of_its_own(self, client: Client, employee_tier: Tier) -> None:
        keys = {hidden_key(client.get(FORM)) for _ in range(3)}

        assert len(keys) == 3

    def test_the_kept_page_can_be_sent_by_every_visitor(self, employee_tier: Tier) -> None:
        for name in ("Anna", "Berit"):
            visitor = Client(enforce_csrf_checks=True)
            page = visitor.get(FORM)
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token is not None
            answers = typed(visitor, name=name, csrfmiddlewaretoken=token.group(1))
            assert visitor.post(FORM, answers).status_code == 303

        assert Registration.objects.count() == 2

    def test_an_organisers_change_shows_at_once(
        self, client: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        assert 'value="ansatt"' in client.get(FORM).text
        move(conference, closed_at=-DAY)
        touch(conference)

        assert "Registration is closed." in client.get(FORM).text

    def test_a_closed_kind_of_place_is_not_offered(
        self, client: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        factories.make_tier(conference, "sen", opens_at=timezone.now() + DAY)

        assert 'value="sen"' not in client.get(FORM).text

    def test_a_full_conference_offers_the_waiting_list(self, client: Client) -> None:
        tier = factories.make_tier(factories.make_conference(slug="full", capacity=1))
        factories.apply(tier)

        page = client.get("/en/arrangementer/full/pamelding/").text

        assert page.count("Join the waiting list") == 2  # the heading and the button
        assert "All places are taken." in page

    @pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
    def test_wrong_methods(self, client: Client, employee_tier: Tier, method: str) -> None:
        assert getattr(client, method)(FORM).status_code == 405

    def test_unknown_conference(self, client: Client, db: None) -> None:
        assert client.get(register_page("finnes-ikke")).status_code == 404

    def test_a_draft_is_there_only_for_organisers(
        self, client: Client, conference: Conference, employee_tier: Tier, organiser: User
    ) -> None:
        move(conference, published_at=None)

        assert client.get(FORM).status_code == 404
        client.force_login(organiser)
        assert client.get(FORM).status_code == 200
        assert client.post(FORM, {}).status_code == 409

    @pytest.mark.parametrize("people", [1, 3])
    def test_costs_as_many_queries_whoever_is_registered(
        self,
        client: Client,
        employee_tier: Tier,
        free_tier: Tier,
        people: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(people):
            factories.apply(employee_tier)

        with django_assert_num_queries(6):
            client.get(FORM)
        with django_assert_num_queries(1):
            client.get(FORM)


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ({"registration_opens_at": DAY}, "Registration opens"),
        ({"registration_opens_at": None}, "Registration is not open yet."),
        ({"closed_at": -DAY}, "Registration is closed."),
        ({"cancelled_at": -DAY}, "This gathering is cancelled."),
        (
            {"starts_at": -2 * DAY, "ends_at": -DAY, "registration_opens_at": -3 * DAY},
            "This gathering has been held.",
        ),
    ],
)
def test_a_shut_window_is_told_in_words_and_takes_nothing(
    client: Client,
    conference: Conference,
    employee_tier: Tier,
    shifts: dict[str, timedelta | None],
    words: str,
) -> None:
    answers = typed(client)
    move(conference, **shifts)

    seen, sent = client.get(FORM), client.post(FORM, answers)

    assert (seen.status_code, sent.status_code) == (200, 409)
    assert words in seen.text
    assert words in sent.text
    assert Booking.objects.count() == Submission.objects.count() == Mail.objects.count() == 0


def test_a_window_that_closes_while_one_sends_is_told_in_words(
    client: Client, conference: Conference, employee_tier: Tier, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = typed(client)
    verb = registering.register

    def too_late(**arguments: Any) -> Submission:
        move(conference, closed_at=-DAY)
        return verb(**arguments)

    monkeypatch.setattr(registering, "register", too_late)
    response = client.post(FORM, answers)

    assert response.status_code == 409
    assert "Registration is closed." in response.text


def test_without_an_open_kind_of_place_nothing_can_be_sent(
    client: Client, conference: Conference
) -> None:
    response = client.get(FORM)

    assert response.status_code == 200
    assert "There is no kind of place to register for just now." in response.text
    assert client.post(FORM, {}).status_code == 409


class TestSending:
    def test_makes_a_registration_a_mail_and_a_receipt(
        self, client: Client, employee_tier: Tier
    ) -> None:
        response = send(client, needs=["diet"], needs_note="nøtter", needs_consent="on")

        registration = Registration.objects.get()
        assert (registration.name, registration.state) == ("Åse Dahl", State.CONFIRMED)
        assert registration.booking.language == "nb"
        assert [(need.kind, need.note) for need in Need.objects.all()] == [("diet", "nøtter")]
        assert mailed("ase@example.no") == ["confirmation"]
        assert response.status_code == 303
        receipt = Submission.objects.get().receipt_key
        assert response["Location"] == f"/arrangementer/konferansen/kvittering/{receipt}/"

    def test_follows_the_language_of_the_page(self, client: Client, employee_tier: Tier) -> None:
        client.post("/da/arrangementer/konferansen/pamelding/", typed(client))

        mail = Mail.objects.get()
        assert (Registration.objects.get().booking.language, mail.language) == ("da", "da")
        assert "http://testserver/da/pamelding/" in mail.text

    @pytest.mark.parametrize(
        "name", ["👩🏽‍🚀 Kari 🌈", "Nguyễn Thị Ánh", "e\u0301ve", "يوسف", "O'Brien <b>"]
    )
    def test_names_are_kept_as_people_write_them(
        self, client: Client, employee_tier: Tier, name: str
    ) -> None:
        response = client.post(FORM, typed(client, name=name, badge_name=name))

        registration = Registration.objects.get()
        assert (registration.name, registration.badge_name) == (name, name)
        escaped = name.replace("'", "&#x27;").replace("<b>", "&lt;b&gt;")
        assert f"<dd>{escaped}</dd>" in client.get(response["Location"]).text
        assert name in Mail.objects.get().text

    def test_sent_twice_it_is_one_booking_and_one_receipt(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = typed(client)

        first, second = client.post(FORM, answers), client.post(FORM, answers)

        assert first["Location"] == second["Location"]
        assert Booking.objects.count() == Registration.objects.count() == 1
        assert mailed("ase@example.no") == ["confirmation"]

    def test_going_back_to_register_a_colleague_is_not_lost(
        self, client: Client, employee_tier: Tier
    ) -> None:
        answers = typed(client)
        client.post(FORM, answers)
        colleague = {**answers, "name": "Bo Berg", "email": "bo@example.no"}

        asked = client.post(FORM, colleague)
        assert asked.status_code == 409
        assert "You have sent this form already, for Åse Dahl (ase@example.no)." in asked.text
        sent = client.post(FORM, {**colleague, "submission": hidden_key(asked)})

        assert sent.status_code == 303
        assert set(Registration.objects.values_list("name", flat=True)) == {"Åse Dahl", "Bo Berg"}

    def test_errors_keep_what_was_typed_and_link_to_the_fields(
        self, client: Client, employee_tier: Tier
    ) -> None:
        response = client.post(FORM, typed(client, email="ase(at)example", terms=None))

        assert response.status_code == 422
        page = response.text
        assert 'autofocus role="group"' in page
        assert 'href="#id_email"' in page
        assert 'href="#id_terms"' in page
        assert 'value="ase(at)example"' in page
        assert 'value="Åse Dahl"' in page
        assert 'value="Hå kommune"' in page
        assert re.search(r'value="ansatt"[^>]* checked', page)
        assert not Submission.objects.exists()

    def test_the_sixth_free_place_is_a_choice_of_what_the_tier_says(
        self, client: Client, conference: Conference, employee_tier: Tier
    ) -> None:
        tier = factories.make_free_tier(
            conference, beyond_limit=Tier.BeyondLimit.OTHER_TIER, overflow_tier=employee_tier
        )
        organisation = factories.make_organisation("Hå kommune")
        for _ in range(5):
            factories.apply(tier, organisation=organisation)
        answers = typed(client, tier="friplass")

        refused = client.post(FORM, answers)
        assert refused.status_code == 422
        assert "Hå kommune" in refused.text
        assert re.findall(r'type="radio" name="beyond" value="([^"]+)"', refused.text) == [
            "+",
            "ansatt",
        ]
        assert "NOK 500" in refused.text
        waiting = client.post(FORM, {**answers, "beyond": "+"})
        paid = client.post(FORM, typed(client, tier="friplass", name="Bo", beyond="ansatt"))

        assert (waiting.status_code, paid.status_code) == (303, 303)
        assert "You are on the waiting list" in client.get(english(waiting["Location"])).text
        last = Registration.objects.order_by("pk").values_list("tier__key", "state")[5:]
        assert list(last) == [("friplass", "waiting"), ("ansatt", "confirmed")]

    def test_a_name_like_a_known_one_is_asked_about(
        self, client: Client, employee_tier: Tier
    ) -> None:
        known = factories.make_organisation("Hå kommune")

        asked = client.post(FORM, typed(client, organisation="Hå komune"))
        sent = client.post(
            FORM, typed(client, organisation="Hå komune", organisation_choice="ha kommune")
        )

        assert asked.status_code == 422
        assert "Did you mean one of these?" in asked.text
        assert sent.status_code == 303
        assert Registration.objects.get().booking.organisation == known

    def test_a_lock_that_can_not_be_had_asks_to_try_again(
        self, client: Client, employee_tier: Tier, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = typed(client)

        def busy(**arguments: Any) -> Submission:
            raise OperationalError("lock timeout")

        monkeypatch.setattr(registering, "register", busy)
        response = client.post(FORM, answers)

        assert (response.status_code, response["Retry-After"]) == (503, "10")
        assert "Send it again in a moment." in response.text
        assert hidden_key(response) == answers["submission"]
        assert 'value="Åse Dahl"' in response.text


class TestNobodyLearnsWhoIsRegistered:
    def answers_of(self, client: Client, **changes: Any) -> tuple[Any, str, int]:
        """The status, headers and receipt page, without what is random in them, and the queries."""
        answers = typed(client, **changes)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            sent = client.post(FORM, answers)
        key = sent["Location"].rstrip("/").rpartition("/")[2]
        page = client.get(sent["Location"])
        headers = {**sent.headers, "Location": sent["Location"].replace(key, "KEY"), "Expires": ""}
        told = (
            sent.status_code,
            headers,
            sorted(sent.cookies),
            sorted(page.cookies),
            dict(page.headers) | {"Expires": ""},
        )
        return told, page.text.replace(key, "KEY"), len(captured)

    def test_registering_again_looks_the_same(self, employee_tier: Tier) -> None:
        with time_machine.travel(timezone.now(), tick=False):
            new, page, queries = self.answers_of(Client())
            again = self.answers_of(Client())
            within_the_hour = self.answers_of(Client())

        for answer, receipt, spent in (again, within_the_hour):
            assert answer == new
            assert receipt == page
            assert abs(queries - spent) <= 3
        assert Registration.objects.count() == Booking.objects.count() == 1
        assert mailed("ase@example.no") == ["confirmation", "already_registered"]


class TestReceipt:
    def receipt(self, client: Client) -> str:
        return str(send(client)["Location"])

    def test_tells_what_was_typed(self, client: Client, employee_tier: Tier) -> None:
        response = client.get(english(self.receipt(client)))

        assert response.status_code == 200
        assert_secret(response)
        for words in ("Åse Dahl", "ase@example.no", "Hå kommune", "NOK 500"):
            assert words in response.text
        assert Registration.objects.get().manage_key not in response.text

    def test_is_gone_after_a_day(self, client: Client, employee_tier: Tier) -> None:
        address = self.receipt(client)

        with time_machine.travel(timezone.now() + DAY):
            response = client.get(english(address))

        assert response.status_code == 404
        assert "Your registration is not affected." in response.text

    def test_belongs_to_its_conference(self, client: Client, employee_tier: Tier) -> None:
        other = factories.make_conference(slug="annen")
        address = self.receipt(client).replace("konferansen", other.slug)

        assert client.get(address).status_code == 404

    def test_takes_no_post(self, client: Client, employee_tier: Tier) -> None:
        assert client.post(self.receipt(client)).status_code == 405


class TestManage:
    def test_tells_how_it_stands(
        self, client: Client, participant: Registration, employee_tier: Tier
    ) -> None:
        Need.objects.create(
            registration=participant,
            kind="diet",
            note="nøtter",
            status=Need.Status.ARRANGED,
            answered_at=timezone.now(),
        )
        stranger = factories.make_registration(employee_tier, name="Siri Fremmed")
        Need.objects.create(registration=stranger, kind="quiet_room", note="hemmelig")

        response = client.get(english(participant.get_absolute_url()))

        assert response.status_code == 200
        assert_secret(response)
        for words in (participant.code, "You have a place", "NOK 500", "nøtter", "Food: arranged"):
            assert words in response.text
        assert "Siri Fremmed" not in response.text
        assert "hemmelig" not in response.text

    @pytest.mark.parametrize("needs", [1, 3])
    def test_costs_five_queries_whatever_they_need(
        self,
        client: Client,
        participant: Registration,
        needs: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(needs):
            Need.objects.create(registration=participant, kind="diet")

        with django_assert_num_queries(5):
            client.get(participant.get_absolute_url())

    def test_tells_the_place_in_line(self, client: Client) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=1))
        _holder, first, second = (factories.make_registration(tier) for _ in range(3))

        assert "You are the first in line." in client.get(english(first.get_absolute_url())).text
        assert "You are number 2 in line." in client.get(english(second.get_absolute_url())).text

    @pytest.mark.parametrize("path", ["", "avmeld/", "kalender.ics"])
    def test_unknown_keys_are_not_found(
        self, client: Client, participant: Registration, path: str
    ) -> None:
        response = client.get(f"/pamelding/{'x' * 32}/{path}")

        assert response.status_code == 404
        assert participant.name not in response.text

    def test_the_code_and_the_running_number_open_nothing(
        self, client: Client, participant: Registration
    ) -> None:
        for key in (participant.code, str(participant.pk), participant.booking.key):
            assert client.get(f"/pamelding/{key}/").status_code == 404

    def test_has_a_calendar_file_for_who_has_a_place(
        self, client: Client, participant: Registration
    ) -> None:
        response = client.get(f"{participant.get_absolute_url()}kalender.ics")

        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert_secret(response)
        assert b"BEGIN:VEVENT" in response.content
        assert b"recovery" not in response.content.lower().split(b"SUMMARY")[-1].split(b"\r\n")[0]

    def test_who_waits_has_nothing_for_the_calendar(self, client: Client) -> None:
        tier = factories.make_tier(factories.make_conference(capacity=1))
        _holder, waiting = (factories.make_registration(tier) for _ in range(2))

        assert client.get(f"{waiting.get_absolute_url()}kalender.ics").status_code == 404

    def test_a_cancelled_one_invites_back(self, client: Client, participant: Registration) -> None:
        cancelling.cancel(registration=participant)

        page = client.get(english(participant.get_absolute_url())).text

        assert "This registration is cancelled" in page
        assert "/en/arrangementer/konferansen/pamelding/" in page

    @pytest.mark.parametrize(
        ("state", "question"),
        [
            (State.CANCELLED, "Did you change your mind?"),
            (State.LAPSED, "Do you still want to come?"),
        ],
    )
    def test_asks_whether_they_come_after_all(
        self, client: Client, participant: Registration, state: State, question: str
    ) -> None:
        places.close(participant, state, timezone.now())

        page = client.get(english(participant.get_absolute_url())).text

        assert f"{question} Then you are welcome to register again." in page

    def test_says_whom_to_ask_with_a_comma_between(
        self, client: Client, participant: Registration
    ) -> None:
        Conference.objects.update(
            contact_name="Rad", contact_email="rad@example.no", contact_phone="51 00 00 00"
        )

        page = client.get(english(participant.get_absolute_url())).text

        assert (
            'Questions? Rad, <a href="mailto:rad@example.no">rad@example.no</a>, '
            '<a href="tel:51000000">51 00 00 00</a>'
        ) in page


class TestCancel:
    def page(self, registration: Registration) -> str:
        return english(registration.get_absolute_url()) + "avmeld/"

    def test_looking_changes_nothing(self, client: Client, participant: Registration) -> None:
        response = client.get(self.page(participant))

        assert response.status_code == 200
        # The browser must name the origin when this form is sent, but never the path.
        assert_secret(response, referrer="strict-origin")
        assert "Your place goes to the next in line." in response.text
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED

    def test_pressing_cancels_once(self, client: Client, participant: Registration) -> None:
        first, second = client.post(self.page(participant)), client.post(self.page(participant))

        assert (first.status_code, second.status_code) == (303, 303)
        assert first["Location"] == second["Location"] == english(participant.get_absolute_url())
        participant.refresh_from_db()
        assert participant.state == State.CANCELLED
        assert mailed("per@example.no") == ["confirmation", "cancellation"]

    def test_a_press_needs_the_token_of_the_page(self, participant: Registration) -> None:
        response = Client(enforce_csrf_checks=True).post(self.page(participant))

        assert response.status_code == 403
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED

    def test_after_the_deadline_it_says_whom_to_ask(
        self, client: Client, conference: Conference, participant: Registration
    ) -> None:
        move(conference, cancel_until=-DAY)

        seen, sent = client.get(self.page(participant)), client.post(self.page(participant))

        assert (seen.status_code, sent.status_code) == (200, 409)
        for response in (seen, sent):
            assert "The deadline for cancelling yourself has passed." in response.text
            assert "kontakt@example.no" in response.text
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED

    def test_a_lock_that_can_not_be_had_asks_to_try_again(
        self, client: Client, participant: Registration, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def busy(**arguments: Any) -> Registration:
            raise OperationalError("lock timeout")

        monkeypatch.setattr(cancelling, "cancel", busy)
        response = client.post(self.page(participant))

        assert response.status_code == 503
        assert "Nothing was changed." in response.text
        assert_secret(response)

    def test_wrong_method(self, client: Client, participant: Registration) -> None:
        assert client.delete(self.page(participant)).status_code == 405


@pytest.fixture
def offered(db: None) -> Registration:
    """First in line when the only place came free."""
    tier = factories.make_tier(factories.make_conference(slug="liten", capacity=1, offer_hours=24))
    holder, waiting = (factories.make_registration(tier) for _ in range(2))
    cancelling.cancel(registration=holder)
    waiting.refresh_from_db()
    return waiting


class TestOffer:
    def page(self, registration: Registration) -> str:
        return f"/en/venteliste/{registration.offer_key}/"

    def test_looking_changes_nothing(self, client: Client, offered: Registration) -> None:
        for method in (client.get, client.head):
            response = method(self.page(offered))
            assert response.status_code == 200
            assert_secret(response, referrer="strict-origin")
        assert "There is a place for you" in client.get(self.page(offered)).text
        offered.refresh_from_db()
        assert offered.state == State.OFFERED

    @pytest.mark.parametrize(
        ("answer", "state"), [("accept", State.CONFIRMED), ("decline", State.CANCELLED)]
    )
    def test_one_press_answers(
        self, client: Client, offered: Registration, answer: str, state: str
    ) -> None:
        address = self.page(offered)

        response = client.post(address, {"answer": answer})

        assert response.status_code == 303
        assert response["Location"] == english(offered.get_absolute_url())
        offered.refresh_from_db()
        assert offered.state == state
        gone = client.post(address, {"answer": answer})
        assert gone.status_code == 404
        assert "Have you said yes or no? Then it is done" in gone.text

    @pytest.mark.parametrize("answer", ["", "maybe", "\x00"])
    def test_anything_else_is_no_answer(
        self, client: Client, offered: Registration, answer: str
    ) -> None:
        response = client.post(self.page(offered), {"answer": answer})

        assert response.status_code == 400
        assert "Press yes or no." in response.text
        offered.refresh_from_db()
        assert offered.state == State.OFFERED

    def test_an_offer_past_its_deadline_is_gone_in_words(
        self, client: Client, offered: Registration
    ) -> None:
        with time_machine.travel(timezone.now() + 2 * DAY):
            seen = client.get(self.page(offered))
            pressed = client.post(self.page(offered), {"answer": "accept"})
            places.settle()
            lapsed = client.get(self.page(offered))

        for response in (seen, pressed, lapsed):
            assert response.status_code == 410
            assert "The deadline has passed" in response.text
        offered.refresh_from_db()
        assert offered.state == State.LAPSED

    def test_unknown_keys_are_not_found(self, client: Client, offered: Registration) -> None:
        for key in ("x" * 32, offered.manage_key, offered.code):
            assert client.get(f"/venteliste/{key}/").status_code == 404

    def test_wrong_method(self, client: Client, offered: Registration) -> None:
        assert client.put(self.page(offered)).status_code == 405


class TestLostLink:
    page = "/en/pamelding/"

    def ask(self, client: Client, email: str) -> tuple[Any, ...]:
        response = client.post(self.page, {"email": email})
        return response.status_code, response["Location"], sorted(response.cookies)

    def test_sends_the_links_of_coming_registrations(
        self, client: Client, participant: Registration, employee_tier: Tier
    ) -> None:
        factories.apply(employee_tier, name="Annen", email="annen@example.no")
        known = self.ask(client, "PER@example.no")
        unknown = self.ask(client, "ukjent@example.no")

        assert known == unknown == (303, "/en/pamelding/sendt/", [])
        assert mailed("per@example.no") == ["confirmation", "link"]
        assert f"/pamelding/{participant.manage_key}/" in Mail.objects.get(kind="link").text
        assert client.get("/en/pamelding/sendt/").status_code == 200

    def test_at_most_once_an_hour(self, client: Client, participant: Registration) -> None:
        start = timezone.now().replace(minute=10)
        with time_machine.travel(start):
            self.ask(client, participant.email)
            self.ask(client, participant.email)
            assert mailed(participant.email) == ["confirmation", "link"]
        with time_machine.travel(start + timedelta(hours=1)):
            self.ask(client, participant.email)
        assert mailed(participant.email) == ["confirmation", "link", "link"]

    def test_sends_nothing_about_what_is_over_or_cancelled(
        self, client: Client, conference: Conference, participant: Registration
    ) -> None:
        move(conference, starts_at=-2 * DAY, ends_at=-DAY, registration_opens_at=-3 * DAY)
        self.ask(client, participant.email)

        assert mailed(participant.email) == ["confirmation"]

    def test_an_unknown_address_takes_the_same_work(
        self, client: Client, participant: Registration
    ) -> None:
        counts = []
        for email in (participant.email, "ukjent@example.no"):
            with CaptureQueriesContext(connection) as captured:
                self.ask(client, email)
            counts.append(len(captured))

        assert abs(counts[0] - counts[1]) <= 3
        assert Mail.objects.count() == 2

    @pytest.mark.parametrize("email", ["", "x", "a@b", "a@example.no\r\nBcc: x@example.no", "\x00"])
    def test_what_is_no_address_is_told_in_words(
        self, client: Client, db: None, email: str
    ) -> None:
        response = client.post(self.page, {"email": email})

        assert response.status_code == 422
        assert 'href="#id_email"' in response.text

    def test_wrong_method(self, client: Client, db: None) -> None:
        assert client.put(self.page).status_code == 405
        assert client.post("/en/pamelding/sendt/").status_code == 405
