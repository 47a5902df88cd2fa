"""The certificate of attendance: for those who were there, when it is over."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from conferences.models import Conference
from recovery_network.i18n import in_zone
from registrations.certificates import certificate
from registrations.models import Registration
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest() -> Registration:
    conference = factories.make_conference(slug="i-gaar", title="Å bo #panic()")
    conference.organiser_rows.create(organisation=factories.make_organisation("Hå kommune"))
    tier = factories.make_tier(conference, name="Hemmelig slag")
    guest = factories.make_registration(
        tier,
        name="Åse “Nøkkel”",
        email="aase@example.no",
        organisation=factories.make_organisation("Hemmelig sykehus"),
    )
    over = timezone.now() - timedelta(days=1)
    Conference.objects.update(starts_at=over - timedelta(hours=7), ends_at=over)
    Registration.objects.update(checked_in_at=over - timedelta(hours=7))
    return again(guest)


def again(guest: Registration) -> Registration:
    return Registration.objects.select_related("conference__venue", "booking").get(pk=guest.pk)


def address(guest: Registration) -> str:
    return reverse("manage_certificate", args=[guest.manage_key])


def test_tells_who_was_at_what_and_nothing_else(guest: Registration) -> None:
    conference = guest.conference
    conference.starts_at = conference.starts_at.replace(2026, 4, 16, 7, 0, 0, 0)
    conference.ends_at = conference.starts_at + timedelta(hours=7)
    with override("en"), in_zone("Europe/Oslo"):
        told = certificate(guest)
    assert told == {
        "heading": "Certificate of attendance",
        "name": "Åse “Nøkkel”",
        "took_part": "took part in",
        "conference": "Å bo #panic()",
        "language": "nb",
        "when": "Thursday 16 April 2026",
        "time": "09:00–16:00",
        "where": "Fjordsalen, Strandgata 1, 4300 Sandnes",
        "arranged_by": "Arranged by Hå kommune",
        "noted": "Who came was noted at the door.",
    }


@pytest.mark.parametrize(
    ("language", "prefix"), [("nb", ""), ("nn", "/nn"), ("da", "/da"), ("en", "/en")]
)
def test_is_a_tagged_pdf_in_the_language_of_the_page(
    outsider: Client, guest: Registration, language: str, prefix: str
) -> None:
    response = outsider.get(f"{prefix}{address(guest)}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["Content-Disposition"] == 'inline; filename="i-gaar-deltakerbevis.pdf"'
    content = response.content.replace(b" ", b"")
    assert f"/Lang({language})".encode() in content
    assert b"/StructTreeRoot" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content


def test_the_own_page_leads_to_it(outsider: Client, guest: Registration) -> None:
    page = outsider.get(reverse("manage", args=[guest.manage_key]))
    assert address(guest) in page.text


@pytest.mark.parametrize("missing", ["arrival", "end"])
def test_there_is_none_before(outsider: Client, guest: Registration, missing: str) -> None:
    if missing == "arrival":
        Registration.objects.update(checked_in_at=None)
    else:
        Conference.objects.update(ends_at=timezone.now() + timedelta(hours=1))
    assert outsider.get(address(guest)).status_code == 404
    page = outsider.get(reverse("manage", args=[guest.manage_key]))
    assert address(guest) not in page.text


def test_another_key_leads_nowhere(outsider: Client, guest: Registration) -> None:
    guest.manage_key = "A" * 32
    assert outsider.get(address(guest)).status_code == 404


def test_my_page_leads_to_it(client: Client, guest: Registration) -> None:
    user = factories.make_user(email="aase@example.no")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.force_login(user)
    assert address(guest) in client.get("/min-side/").text
