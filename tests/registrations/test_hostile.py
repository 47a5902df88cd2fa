"""What must never get in: every answer is a 4xx with words, keeps what was typed, and writes nothing."""

import uuid
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from network.models import Organisation
from recovery_network.mail.models import Mail
from registrations.models import Booking, Registration, Submission, Tier
from tests import factories
from tests.browsing import english, typed

FORM = "/en/arrangementer/konferansen/pamelding/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("employee_tier", "free_tier")]
TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", logger="django")


def assert_nothing_written() -> None:
    for model in (Booking, Registration, Submission, Mail, Organisation):
        assert model._default_manager.count() == 0


def assert_refused(response: Any, *statuses: int) -> None:
    assert response.status_code in statuses
    assert "<h1" in response.text
    assert_nothing_written()


SCRIPT = "<script>alert(1)</script>"
LONG = "x" * 100_000
LINES = ("name", "badge_name", "email", "organisation", "invoice_reference")


@pytest.mark.parametrize(
    "field", ["name", "email", "organisation", "tier", "terms"], ids=lambda field: f"no {field}"
)
def test_what_must_be_filled_in(client: Client, field: str) -> None:
    for value in (None, ""):
        changes: dict[str, Any] = {field: value}
        response = client.post(FORM, typed(client, **changes))

        assert_refused(response, 422)
        assert "Something needs to be mended" in response.text


@pytest.mark.parametrize("field", ["name", "email", "organisation"])
def test_what_only_seems_filled_in(client: Client, field: str) -> None:
    for value in ("   ", "\N{NO-BREAK SPACE}", "\u200d", "\u0301"):
        assert_refused(client.post(FORM, typed(client, **{field: value})), 422)


def test_nothing_at_all(client: Client) -> None:
    assert_refused(client.post(FORM, {}), 400)


@pytest.mark.parametrize("field", [*LINES, "needs_note"])
def test_far_too_long(client: Client, field: str) -> None:
    response = client.post(FORM, typed(client, **{field: LONG}))

    assert_refused(response, 422)
    assert LONG in response.text


@pytest.mark.parametrize("field", LINES)
@pytest.mark.parametrize(
    "sign",
    ["\x00", "\x07", "\x1b[2J", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff", "\n", "\r\nBcc: x"],
    ids=ascii,
)
def test_signs_that_hide_or_reorder(client: Client, field: str, sign: str) -> None:
    value = f"kari@exa{sign}mple.no"

    response = client.post(FORM, typed(client, **{field: value}))

    assert_refused(response, 422)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\u202e"], ids=ascii)
def test_signs_that_hide_in_a_note(client: Client, sign: str) -> None:
    told = typed(client, needs_note=f"nøtter{sign}", needs_consent="on")

    assert_refused(client.post(FORM, told), 422)


@pytest.mark.parametrize("field", ["name", "organisation", "badge_name"])
def test_letters_in_another_encoding(client: Client, field: str) -> None:
    body = urlencode({**typed(client), field: "blåbær".encode("latin-1")})

    response = client.post(FORM, body, content_type="application/x-www-form-urlencoded")

    assert_refused(response, 422)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", SCRIPT),
        ("email", "kari@example.no, ola@example.no"),
        ("email", "'; DROP TABLE registrations_registration; --"),
        ("email", f"{'a' * 300}@example.no"),
        ("organisation", "964969591"),
        ("organisation", "12345678"),
        ("organisation", "964969590"),
        ("organisation", "Hå kommune 964969591"),
        ("organisation", "🌈"),
        ("organisation", "﷽" * 100),
        ("tier", "gratis"),
        ("tier", "1"),
        ("tier", SCRIPT),
        ("tier", "\x00"),
        ("needs", "blood_type"),
        ("needs", "\x00"),
        ("needs", ["diet", LONG]),
    ],
)
def test_values_that_can_not_be_right(client: Client, field: str, value: Any) -> None:
    answers = typed(client, **{field: value}, needs_consent="on")

    response = client.post(FORM, answers)

    assert_refused(response, 422)
    assert SCRIPT not in response.text
    assert 'value="Åse Dahl"' in response.text or field == "name"


def test_a_kind_of_place_of_another_conference(client: Client) -> None:
    factories.make_tier(factories.make_conference(), "fremmed")

    assert_refused(client.post(FORM, typed(client, tier="fremmed")), 422)


@pytest.mark.parametrize(
    "key", [None, "", "x", str(uuid.UUID(int=0)), f"{uuid.UUID(int=1)}:AAAA", SCRIPT, "\x00", LONG]
)
def test_a_forged_key_gives_a_fresh_form(client: Client, key: str | None) -> None:
    response = client.post(FORM, typed(client, submission=key))

    assert_refused(response, 400)
    assert "The form was damaged on its way." in response.text
    assert 'value="Åse Dahl"' in response.text


def test_a_key_of_another_conference(client: Client) -> None:
    factories.make_tier(factories.make_conference(slug="annen"))
    elsewhere = typed(client, "annen")

    assert_refused(client.post(FORM, elsewhere), 400)


@pytest.mark.parametrize("field", ["name", "email", "tier", "submission", "terms"])
def test_a_field_sent_twice(client: Client, field: str) -> None:
    answers = typed(client)

    assert_refused(client.post(FORM, {**answers, field: [answers[field]] * 2}), 400)


@pytest.mark.parametrize(
    "forged",
    [
        {"price": "0"},
        {"state": "confirmed"},
        {"conference": "2"},
        {"booking": "1"},
        {"code": "AAAAAAAA"},
        {"manage_key": "x" * 32},
        {"language": "xx"},
        {"outcome": "confirmed"},
    ],
    ids=lambda forged: next(iter(forged)),
)
def test_fields_that_the_form_does_not_have_change_nothing(
    client: Client, employee_tier: Tier, forged: dict[str, str]
) -> None:
    response = client.post(FORM, typed(client, **forged))

    assert response.status_code == 303
    registration = Registration.objects.get()
    assert (registration.price, registration.conference) == (Decimal(500), employee_tier.conference)
    assert registration.code != "AAAAAAAA"
    assert registration.manage_key != "x" * 32
    assert registration.booking.language == "en"


@pytest.mark.parametrize("choice", ["ansatt", "gratis", SCRIPT, "\x00", LONG])
def test_a_way_out_that_was_not_offered_is_no_choice(client: Client, choice: str) -> None:
    organisation = factories.make_organisation("Hå kommune")
    tier = Tier.objects.get(key="friplass")
    for _ in range(5):
        factories.apply(tier, organisation=organisation)

    response = client.post(FORM, typed(client, tier="friplass", beyond=choice))

    assert response.status_code == 422
    assert Registration.objects.count() == 5


@pytest.mark.parametrize(
    "text", [SCRIPT, "Robert'); DROP TABLE network_organisation;--", "{{ 7*7 }}"]
)
def test_text_that_looks_like_code_is_only_text(client: Client, text: str) -> None:
    response = client.post(FORM, typed(client, name=text, badge_name=text))

    assert response.status_code == 303
    assert Registration.objects.get().name == text
    receipt = client.get(response["Location"]).text
    manage = client.get(Registration.objects.get().get_absolute_url()).text
    for page in (receipt, manage, Mail.objects.get().html):
        assert "<script>" not in page
        assert "49" not in page.split("<dd>")[1]


class TestBodies:
    def test_ten_megabytes_in_a_field(self, client: Client) -> None:
        body = b"name=" + b"x" * TEN_MEGABYTES

        response = client.post(FORM, body, content_type="application/x-www-form-urlencoded")

        assert_refused(response, 413)
        assert "That was too large" in response.text

    def test_ten_megabytes_in_parts(self, client: Client) -> None:
        response = client.post(FORM, typed(client, name="x" * TEN_MEGABYTES))

        assert_refused(response, 413)

    def test_more_fields_than_any_form_has(self, client: Client) -> None:
        body = "&".join(f"a{number}=1" for number in range(5000))

        response = client.post(FORM, body, content_type="application/x-www-form-urlencoded")

        assert_refused(response, 400)

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
            (b"--x\r\n", "multipart/form-data"),
            (b"name=x", "multipart/form-data; boundary=\xc3\xa5"),
            (b'{"name": "x"}', "application/json"),
            (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
            (b"name=%ff%fe", "application/x-www-form-urlencoded"),
            (b"name=x", "application/x-www-form-urlencoded; charset=utf-16"),
            (b"name=x", "text/plain"),
            (b"", ""),
        ],
    )
    def test_what_is_no_form(self, client: Client, body: bytes, content_type: str) -> None:
        assert_refused(client.post(FORM, body, content_type=content_type), 400)

    def test_a_file_in_place_of_a_name(self, client: Client) -> None:
        answers = typed(client, name=None)
        answers["name"] = SimpleUploadedFile("x.txt", b"x")

        assert_refused(client.post(FORM, answers), 422)


@pytest.mark.parametrize(
    "path",
    [
        "/pamelding/%00/",
        "/pamelding/..%2f..%2fadmin/",
        "/pamelding/<script>/",
        "/venteliste/%00/",
        "/venteliste/'%20or%201=1--/",
        f"/pamelding/{'x' * 5000}/",
        "/arrangementer/konferansen/kvittering/%00/",
        "/arrangementer/%00/pamelding/",
        "/arrangementer/konferansen/kvittering/None/",
        "/venteliste/None/",
    ],
)
def test_addresses_that_nobody_was_given(client: Client, path: str) -> None:
    response = client.get(english(path))

    assert response.status_code == 404
    assert SCRIPT not in response.text


def test_a_form_from_elsewhere_is_refused_in_words(db: None) -> None:
    client = Client(enforce_csrf_checks=True)

    assert_refused(client.post(FORM, typed(client)), 403)
