import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import OrganisationAlias, User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from registrations.actions.applying import NeedReport
from registrations.actions.cancelling import cancel
from registrations.models import Booking, Need, Registration, Tier
from tests import factories

pytestmark = pytest.mark.django_db
State = Registration.State
LIST = "admin:registrations_registration_changelist"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def found(user: User, **query: str) -> list[str]:
    response = browser_of(user).get(reverse(LIST), query)
    return [registration.name for registration in response.context["cl"].result_list]


def detail(registration: Registration) -> str:
    return reverse("admin:registrations_registration_change", args=[registration.pk])


def needs_page(registration: Registration) -> str:
    return reverse("admin:registrations_registration_needs", args=[registration.pk])


def do(user: User, action: str, *rows: Registration, **more: str) -> list[str]:
    """The messages after an action on `rows` that was confirmed."""
    response = browser_of(user).post(
        reverse(LIST),
        {
            "action": action,
            "_selected_action": [row.pk for row in rows],
            "confirmed": "yes",
            **more,
        },
        follow=True,
    )
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def needing(employee_tier: Tier) -> Registration:
    return factories.make_registration(
        employee_tier, name="Nora Nøtt", needs=(NeedReport("diet", "tåler ikke nøtter"),)
    )


class TestFinding:
    @pytest.fixture(autouse=True)
    def rows(self, employee_tier: Tier, free_tier: Tier) -> None:
        home = factories.make_organisation("Hå kommune")
        OrganisationAlias.objects.create(organisation=home, name="Varhaug")
        factories.make_registration(
            employee_tier, name="Åse Ødegård", email="aase@example.no", organisation=home
        )
        other = factories.make_registration(free_tier, name="Bo Berg", email="bo@example.no")
        cancel(registration=other)

    @pytest.mark.parametrize(
        "text", ["åse", "ÅSE", "aase odegard", "Ødeg", "hå kommune", "varhaug", "aase@example"]
    )
    def test_by_name_organisation_alias_and_address(self, text: str, organiser: User) -> None:
        assert found(organiser, q=text) == ["Åse Ødegård"]

    def test_by_code_in_any_case(self, organiser: User) -> None:
        code = Registration.objects.get(name="Bo Berg").code
        assert found(organiser, q=code.lower()) == ["Bo Berg"]
        assert found(organiser, q=code[:5]) == ["Bo Berg"]

    @pytest.mark.parametrize("text", ["finnes ikke", "%", "';--", "\u202e", "kommune berg"])
    def test_nothing_matches_nonsense(self, text: str, organiser: User) -> None:
        assert found(organiser, q=text) == []

    def test_filters(self, organiser: User, conference: Conference, free_tier: Tier) -> None:
        booking = Registration.objects.select_related("booking").get(name="Bo Berg").booking
        assert found(organiser, state__exact="cancelled") == ["Bo Berg"]
        assert found(organiser, tier=str(free_tier.pk)) == ["Bo Berg"]
        assert found(organiser, organisation=str(booking.organisation_id)) == ["Bo Berg"]
        assert found(organiser, conference=str(conference.pk)) == ["Åse Ødegård", "Bo Berg"]
        assert found(organiser, conference="0") == ["Åse Ødegård", "Bo Berg"]
        assert found(organiser, conference="x") == ["Åse Ødegård", "Bo Berg"]

    def test_the_filter_says_each_year_once(self, organiser: User, conference: Conference) -> None:
        year = f"{conference.starts_at:%Y}"
        factories.make_conference(slug="med-ar", title=f"Samling {year}")
        shown = browser_of(organiser).get(reverse(LIST)).context["cl"].filter_specs
        names = {name for spec in shown for _number, name in getattr(spec, "lookup_choices", ())}
        assert {f"{conference.title} {year}", f"Samling {year}"} <= names
        assert f"Samling {year} {year}" not in names

    def test_doorkeeper_finds_no_one_by_address(self, doorkeeper: User) -> None:
        assert found(doorkeeper, q="aase@example") == []
        assert found(doorkeeper, q="åse") == ["Åse Ødegård"]

    @pytest.mark.parametrize(
        "query",
        [
            "email__startswith=a",
            "price=0",
            "tier__price=0",
            "needs__status=reported",
            "tier=1",
            "needs=yes",
        ],
    )
    def test_doorkeeper_learns_nothing_by_forged_filters(
        self, query: str, doorkeeper: User
    ) -> None:
        assert browser_of(doorkeeper).get(f"{reverse(LIST)}?{query}").status_code == 400

    @pytest.mark.parametrize("query", ["needs=yes", "needs__kind=diet", "email__startswith=a"])
    def test_treasurer_learns_nothing_by_forged_filters(self, query: str, treasurer: User) -> None:
        assert browser_of(treasurer).get(f"{reverse(LIST)}?{query}").status_code == 400


def test_needs_are_filtered_by_those_who_may_see_them(
    organiser: User, needing: Registration, participant: Registration
) -> None:
    assert found(organiser, needs="yes") == ["Nora Nøtt"]
    assert found(organiser, needs="no") == ["Per Deltaker"]


class TestWhatEachSees:
    FIELDS = {
        "organiser": {"e-mail", "price", "consents", "invoice"},
        "treasurer": {"e-mail", "price", "invoice"},
        "doorkeeper": set(),
    }

    @pytest.mark.parametrize("role", FIELDS)
    def test_detail(self, role: str, needing: Registration) -> None:
        Booking.objects.update(invoice_reference="REF-77")
        page = browser_of(factories.make_user(role=role)).get(detail(needing)).content.decode()
        marks = {"e-mail": needing.email, "price": "500", "consents": "2026-", "invoice": "REF-77"}
        assert {name for name, mark in marks.items() if mark in page} >= self.FIELDS[role]
        if role == "doorkeeper":
            assert not any(mark in page for mark in (needing.email, "REF-77", "Ansatt"))
        assert "nøtter" not in page
        assert "Nora Nøtt" in page
        assert needing.code in page

    def test_needs_and_consents_are_only_for_those_who_may(
        self, needing: Registration, treasurer: User
    ) -> None:
        page = browser_of(treasurer).get(detail(needing)).content.decode()
        assert needs_page(needing) not in page
        assert "consents" not in page

    def test_columns(self, participant: Registration) -> None:
        columns = {}
        for role in ("organiser", "treasurer", "doorkeeper"):
            response = browser_of(factories.make_user(role=role)).get(reverse(LIST))
            columns[role] = [name for name in response.context["cl"].list_display if name[0] != "a"]
        full = ["who", "organisation", "tier", "state", "code", "created_at", "checked_in_at"]
        assert columns == {
            "organiser": full,
            "treasurer": full,
            "doorkeeper": ["who", "organisation", "state", "code", "checked_in_at"],
        }

    def test_mails_and_history_are_for_the_organiser(
        self, participant: Registration, organiser: User, doorkeeper: User
    ) -> None:
        mail = Mail.objects.get(about=f"registrations.registration:{participant.pk}")
        link = reverse("admin:mail_mail_change", args=[mail.pk])
        assert link in browser_of(organiser).get(detail(participant)).content.decode()
        assert link not in browser_of(doorkeeper).get(detail(participant)).content.decode()

    def test_nothing_can_be_written(self, participant: Registration, organiser: User) -> None:
        response = browser_of(organiser).post(detail(participant), {"state": "cancelled"})
        assert response.status_code == 403
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED


class TestNeeds:
    def test_opening_them_is_written_down(self, needing: Registration, organiser: User) -> None:
        page = browser_of(organiser).get(needs_page(needing)).content.decode()
        assert "tåler ikke nøtter" in page
        event = AuditEvent.objects.get(action="needs.opened")
        assert (event.actor_id, event.object_label, event.details) == (
            organiser.pk,
            f"registrations.registration:{needing.pk}",
            {},
        )

    def test_opening_the_registration_is_not(self, needing: Registration, organiser: User) -> None:
        browser_of(organiser).get(detail(needing))
        assert not AuditEvent.objects.filter(action="needs.opened").exists()

    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_others_may_not(self, role: str, method: str, needing: Registration) -> None:
        browser = browser_of(factories.make_user(role=role))
        assert getattr(browser, method)(needs_page(needing)).status_code == 403
        assert not AuditEvent.objects.filter(action="needs.opened").exists()

    def test_status_is_answered_and_logged_without_the_need(
        self, needing: Registration, organiser: User
    ) -> None:
        need = needing.needs.get()
        browser_of(organiser).post(needs_page(needing), {f"status-{need.pk}": "arranged"})
        need.refresh_from_db()
        assert need.status == Need.Status.ARRANGED
        event = AuditEvent.objects.get(action="need.answered")
        assert event.details == {"status": "arranged"}

    def test_unknown_status_is_refused(self, needing: Registration, organiser: User) -> None:
        need = needing.needs.get()
        browser_of(organiser).post(needs_page(needing), {f"status-{need.pk}": "tull"})
        need.refresh_from_db()
        assert need.status == Need.Status.REPORTED

    def test_need_of_another_is_not_touched(
        self, needing: Registration, participant: Registration, organiser: User
    ) -> None:
        need = needing.needs.get()
        browser_of(organiser).post(needs_page(participant), {f"status-{need.pk}": "arranged"})
        need.refresh_from_db()
        assert need.status == Need.Status.REPORTED

    def test_wrong_method(self, needing: Registration, organiser: User) -> None:
        assert browser_of(organiser).delete(needs_page(needing)).status_code == 405


class TestActions:
    def test_question_lists_who_and_does_nothing(
        self, participant: Registration, organiser: User
    ) -> None:
        response = browser_of(organiser).post(
            reverse(LIST), {"action": "cancel_places", "_selected_action": [participant.pk]}
        )
        assert response.context["rows"] == [participant]
        assert "Per Deltaker" in response.content.decode()
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED

    @pytest.mark.usefixtures("in_english")
    def test_cancel_tells_done_and_skipped_with_the_reason(
        self, employee_tier: Tier, organiser: User
    ) -> None:
        first = factories.make_registration(employee_tier, name="Anne A")
        second = factories.make_registration(employee_tier, name="Bo B")
        cancel(registration=second)
        assert do(organiser, "cancel_places", first, second) == [
            "1 done.",
            "1 skipped. Bo B: The registration is cancelled already.",
        ]
        first.refresh_from_db()
        assert first.state == State.CANCELLED
        event = AuditEvent.objects.get(action="registration.cancelled", actor_id=organiser.pk)
        assert event.object_label == f"registrations.registration:{first.pk}"

    def test_the_reason_of_a_cancellation_is_in_the_log_alone(
        self, participant: Registration, organiser: User
    ) -> None:
        do(organiser, "cancel_places", participant, reason=" Meldt fra på telefon ")
        event = AuditEvent.objects.get(action="registration.cancelled")
        assert event.reason == "Meldt fra på telefon"
        assert "telefon" not in Mail.objects.get(kind="cancellation").text

    @pytest.mark.parametrize("reason", ["x" * 201, "a\x00b", "a\nb"])
    def test_a_reason_that_cannot_be_kept_is_told_before_anything_is_done(
        self, reason: str, participant: Registration, organiser: User
    ) -> None:
        response = browser_of(organiser).post(
            reverse(LIST),
            {
                "action": "cancel_places",
                "_selected_action": [participant.pk],
                "confirmed": "yes",
                "reason": reason,
            },
        )
        assert set(response.context["form"].errors) == {"reason"}
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED

    @pytest.mark.usefixtures("in_english")
    def test_confirm_keeps_the_limits(self, conference: Conference, organiser: User) -> None:
        tier = factories.make_tier(conference, "liten", capacity=1)
        factories.make_registration(tier)
        waiting = factories.make_registration(tier, name="Vera Venter", accept_waiting=True)
        (told,) = do(organiser, "confirm_places", waiting)
        assert told.startswith("1 skipped. Vera Venter: ")
        waiting.refresh_from_db()
        assert waiting.state == State.WAITING
        Tier.objects.filter(pk=tier.pk).update(capacity=2)
        assert do(organiser, "confirm_places", waiting) == ["1 done."]
        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED

    @pytest.mark.usefixtures("in_english")
    def test_resend_writes_a_mail(self, participant: Registration, organiser: User) -> None:
        before = Mail.objects.count()
        assert do(organiser, "resend_mails", participant) == ["1 done."]
        assert Mail.objects.count() == before + 1

    @pytest.mark.parametrize("role", ["treasurer", "doorkeeper"])
    def test_those_who_only_look_may_not(self, role: str, participant: Registration) -> None:
        do(factories.make_user(role=role), "cancel_places", participant)
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED

    def test_unknown_action_and_rows_are_no_errors(
        self, participant: Registration, organiser: User
    ) -> None:
        browser = browser_of(organiser)
        for data in (
            {"action": "tull", "_selected_action": [participant.pk]},
            {"action": "cancel_places", "_selected_action": ["x"]},
            {"action": "cancel_places"},
            {"action": "delete_selected", "_selected_action": [participant.pk], "post": "yes"},
        ):
            assert browser.post(reverse(LIST), {**data, "confirmed": "yes"}).status_code in {
                200,
                302,
                400,
            }
        participant.refresh_from_db()
        assert participant.state == State.CONFIRMED


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("role", "queries"), [("organiser", 10), ("treasurer", 9), ("doorkeeper", 7)]
)
def test_list_costs_the_same_for_one_and_three(
    rows: int,
    role: str,
    queries: int,
    employee_tier: Tier,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(rows):
        factories.make_registration(employee_tier)
    browser = browser_of(factories.make_user(role=role))
    browser.get(reverse(LIST))
    with django_assert_num_queries(queries):
        browser.get(reverse(LIST))


class TestBookings:
    def page(self, registration: Registration) -> str:
        return reverse("admin:registrations_booking_change", args=[registration.booking_id])

    def test_treasurer_corrects_the_invoice_reference(
        self, participant: Registration, treasurer: User
    ) -> None:
        booking = participant.booking
        data = {
            "contact_name": booking.contact_name,
            "contact_email": booking.contact_email,
            "language": booking.language,
            "invoice_reference": "REF-9",
            "organisation": "",
        }
        browser_of(treasurer).post(self.page(participant), data)
        booking.refresh_from_db()
        assert booking.invoice_reference == "REF-9"
        assert booking.organisation is not None
        event = AuditEvent.objects.get(action="booking.changed")
        assert event.details == {"changes": {"fields": ["invoice_reference"]}}
        assert event.conference_id == participant.conference_id

    @pytest.mark.parametrize("rows", [1, 3])
    def test_list_costs_the_same_for_one_and_three(
        self,
        rows: int,
        employee_tier: Tier,
        treasurer: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _number in range(rows):
            factories.make_registration(employee_tier)
        browser = browser_of(treasurer)
        listing = reverse("admin:registrations_booking_changelist")
        browser.get(listing)
        with django_assert_num_queries(7):
            browser.get(listing)

    def test_forged_filter_is_refused(self, treasurer: User, participant: Registration) -> None:
        listing = reverse("admin:registrations_booking_changelist")
        query = f"{listing}?registrations__needs__status=reported"
        assert browser_of(treasurer).get(query).status_code == 400
