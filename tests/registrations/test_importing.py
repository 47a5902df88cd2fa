import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from conferences.models import Conference
from network.models import Organisation, User
from recovery_network.audit.models import AuditEvent
from recovery_network.mail.models import Mail
from recovery_network.uploaded_tables import TableRefused
from registrations.actions import importing
from registrations.actions.importing import Imported, import_registrations
from registrations.actions.registering import register
from registrations.errors import RegistrationError
from registrations.importing import preview
from registrations.models import Booking, Registration, Tier
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

HEAD = ["Name", "E-mail", "Ticket type", "Organisation"]
ROWS = [
    ["Åse Ødegård", "aase@example.no", "Ansatt", "Hå kommune"],
    ["Bo Berg", "bo@example.no", "friplass", "Hå kommune"],
]


@pytest.fixture(autouse=True)
def tiers(employee_tier: Tier, free_tier: Tier) -> None:
    factories.make_organisation("Hå kommune")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(conference: Conference) -> str:
    return reverse("admin:conferences_conference_import", args=[conference.pk])


def csv_file(rows: list[list[str]], encoding: str = "utf-8") -> SimpleUploadedFile:
    text = "\n".join(";".join(row) for row in rows)
    return SimpleUploadedFile("liste.csv", text.encode(encoding))


def faults(conference: Conference, *rows: list[str], head: list[str] = HEAD) -> list[list[str]]:
    return [line.faults for line in preview(conference, [head, *rows]).lines]


class TestReading:
    @pytest.mark.parametrize(
        "head",
        [
            ["Navn", "E-post", "Billettype", "Organisasjon"],
            ["NAVN", "e-post", "billettype", "organisasjon"],
            ["Navn", "E-mail", "Billettype", "Organisation"],
            ["name", "email", "tier", "organisation"],
        ],
    )
    def test_columns_in_any_language(self, head: list[str], conference: Conference) -> None:
        assert faults(conference, *ROWS, head=head) == [[], []]

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            (["", "a@example.no", "Ansatt", "Hå kommune"], "Name: "),
            (["A", "ikke epost", "Ansatt", "Hå kommune"], "E-mail: "),
            (["A", "", "Ansatt", "Hå kommune"], "E-mail: write one"),
            (["A", "a@example.no", "Gull", "Hå kommune"], "Ticket type: choose one"),
            (["A", "a@example.no", "", "Hå kommune"], "Ticket type: choose one"),
            (["A", "a@example.no", "Ansatt", ""], "Organisation: this kind"),
            (["A", "a@example.no", "Ansatt", "123456789"], "Organisation: "),
            (["x" * 121, "a@example.no", "Ansatt", "Hå kommune"], "Name: "),
            (["A\u202eB", "a@example.no", "Ansatt", "Hå kommune"], "Name: "),
            (["Åse Ødegård", "aase@example.no", "Ansatt", "Hå kommune"], "The same person"),
        ],
    )
    def test_each_faulty_row_is_named_with_its_reason(
        self, row: list[str], words: str, conference: Conference
    ) -> None:
        found = faults(conference, ROWS[0], row)
        assert found[0] == []
        assert len(found[1]) == 1
        assert found[1][0].startswith(words)

    def test_rows_are_counted_as_the_spreadsheet_counts(self, conference: Conference) -> None:
        table = [HEAD, [], ROWS[0], ["", "", "", ""], ROWS[1]]
        assert [line.number for line in preview(conference, table).lines] == [3, 5]

    @pytest.mark.parametrize("head", [["Hva", "Hvem"], ["Name", "Name", "Ticket type"]])
    def test_a_file_without_the_columns_is_refused(
        self, head: list[str], conference: Conference
    ) -> None:
        with pytest.raises(TableRefused):
            preview(conference, [head, ["a", "b", "c"]])

    def test_new_organisations_and_unread_columns_are_told(self, conference: Conference) -> None:
        rows = [["A", "a@example.no", "Ansatt", "Ny forening", "tåler ikke nøtter"]]
        found = preview(conference, [[*HEAD, "Mat"], *rows])
        assert (found.new_organisations, found.unread_columns) == (["Ny forening"], ["Mat"])

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_for_one_and_three(
        self,
        rows: int,
        conference: Conference,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        table = [
            HEAD,
            *([f"P {n}", f"p{n}@example.no", "Ansatt", "Hå kommune"] for n in range(rows)),
        ]
        with django_assert_num_queries(3):
            preview(conference, table)


class TestImporting:
    def run(self, conference: Conference, by: User, *rows: list[str]) -> Imported:
        return import_registrations(conference=conference, table=[HEAD, *rows], by=by)

    def test_the_same_file_again_adds_nothing(
        self, conference: Conference, organiser: User
    ) -> None:
        assert self.run(conference, organiser, *ROWS) == Imported(2, 0, 0, 0)
        mails = Mail.objects.count()
        assert self.run(conference, organiser, *ROWS) == Imported(0, 0, 2, 0)
        assert (Registration.objects.count(), Mail.objects.count()) == (2, mails)
        assert {booking.source for booking in Booking.objects.all()} == {"admin"}
        assert AuditEvent.objects.filter(action="registrations.imported").count() == 2

    def test_faulty_rows_are_left_out_and_the_others_come(
        self, conference: Conference, organiser: User
    ) -> None:
        done = self.run(conference, organiser, ROWS[0], ["", "x", "y", "z"])
        assert done == Imported(1, 0, 0, 1)

    def test_limits_hold_and_the_others_wait(self, conference: Conference, organiser: User) -> None:
        rows = [[f"P {n}", f"p{n}@example.no", "Friplass", "Hå kommune"] for n in range(7)]
        assert self.run(conference, organiser, *rows) == Imported(5, 2, 0, 0)

    def test_those_without_an_e_mail_share_their_contact(
        self, conference: Conference, organiser: User
    ) -> None:
        head = [*HEAD, "Contact person", "Contact e-mail"]
        contact = ["Kari K", "kari@example.no"]
        table = [head, *(["P " + n, "", "Ansatt", "Hå kommune", *contact] for n in "ABC")]
        import_registrations(conference=conference, table=table, by=organiser)
        booking = Booking.objects.get()
        assert (booking.contact_email, booking.registrations.count()) == ("kari@example.no", 3)

    def test_nothing_is_written_where_one_row_fails(
        self, conference: Conference, organiser: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls: list[Any] = []

        def second_fails(**wanted: Any) -> Any:
            calls.append(wanted)
            if len(calls) == 2:
                raise RegistrationError("Nei", code="closed")
            return register(**wanted)

        monkeypatch.setattr(importing, "register", second_fails)
        with pytest.raises(RegistrationError):
            self.run(conference, organiser, *ROWS)
        assert (Registration.objects.count(), Mail.objects.count()) == (0, 0)


class TestInTheAdmin:
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
    def test_send_look_import(self, encoding: str, conference: Conference, organiser: User) -> None:
        browser = browser_of(organiser)
        sent = {"file": csv_file([HEAD, *ROWS, ["", "", "", ""]], encoding)}
        shown = browser.post(page(conference), sent)
        assert [line.values["name"] for line in shown.context["preview"].good] == [
            "Åse Ødegård",
            "Bo Berg",
        ]
        assert Registration.objects.count() == 0
        done = browser.post(page(conference), {"sealed": shown.context["sealed"]}, follow=True)
        assert [str(each) for each in done.context["messages"]] == [
            "2 got a place, 0 wait. 0 were registered already, and 0 rows with faults were left out."
        ]
        assert Registration.objects.confirmed().count() == 2

    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_the_template_is_read_again(
        self, kind: str, conference: Conference, organiser: User
    ) -> None:
        browser = browser_of(organiser)
        address = reverse("admin:conferences_conference_import_template", args=[conference.pk])
        response: Any = browser.get(f"{address}?format={kind}")
        content = b"".join(response.streaming_content)
        if kind == "xlsx":
            sheet = load_workbook(io.BytesIO(content)).worksheets[0]
            assert [cell.value for cell in sheet[1]][:4] == [
                "Name",
                "E-mail",
                "Ticket type",
                "Organisation",
            ]
        sent = {"file": SimpleUploadedFile(f"mal.{kind}", content)}
        lines = browser.post(page(conference), sent).context["preview"].lines
        assert [line.faults for line in lines] == [[], []]

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04x", b"Hva;Hvem\n1;2\n"])
    def test_a_file_that_is_none_is_told(
        self, content: bytes, conference: Conference, organiser: User
    ) -> None:
        sent = {"file": SimpleUploadedFile("x.csv", content)}
        response = browser_of(organiser).post(page(conference), sent)
        assert set(response.context["form"].errors) == {"file"}

    @pytest.mark.parametrize("sealed", ["", "tull", "a:b:c"])
    def test_a_forged_preview_is_refused(
        self, sealed: str, conference: Conference, organiser: User
    ) -> None:
        response = browser_of(organiser).post(page(conference), {"sealed": sealed}, follow=True)
        assert [str(each) for each in response.context["messages"]] == [
            "The preview is too old. Send the file once more."
        ]

    def test_a_preview_of_another_gathering_is_refused(
        self, conference: Conference, organiser: User
    ) -> None:
        browser = browser_of(organiser)
        shown = browser.post(page(conference), {"file": csv_file([HEAD, *ROWS])})
        other = factories.make_conference()
        browser.post(page(other), {"sealed": shown.context["sealed"]})
        assert Registration.objects.count() == 0

    @pytest.mark.parametrize("role", ["editor", "treasurer", "doorkeeper", ""])
    def test_others_may_not(self, role: str, conference: Conference) -> None:
        browser = browser_of(factories.make_user(role=role))
        refused = 403 if role else 302
        assert browser.get(page(conference)).status_code == refused
        sent = {"file": csv_file([HEAD, *ROWS])}
        assert browser.post(page(conference), sent).status_code == refused
        template = reverse("admin:conferences_conference_import_template", args=[conference.pk])
        assert browser.get(template).status_code == refused


def test_organisations_are_not_added_by_looking(conference: Conference) -> None:
    before = Organisation.objects.count()
    preview(conference, [HEAD, ["A", "a@example.no", "Ansatt", "Ny forening"]])
    assert Organisation.objects.count() == before
