from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.models import Booking, CancellationRule, Registration, Tier
from tests import factories
from tests.browsing import english, mailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(employee_tier: Tier) -> Booking:
    """Two with an address of their own and one who is reached through the contact."""
    people = [
        factories.make_person(employee_tier, name="Anne Egen", email="anne@example.no"),
        factories.make_person(employee_tier, name="Bo Egen", email="bo@example.no"),
        factories.make_person(employee_tier, name="Cato Uten", email=""),
    ]
    made = factories.make_booking(
        employee_tier.conference, people, contact_name="Kaja", contact_email="kaja@example.no"
    )
    CancellationRule.objects.create(
        conference=employee_tier.conference, days_before=365, percent=Decimal(50)
    )
    Mail.objects.all().delete()
    return made


def address(booking: Booking) -> str:
    return f"{english(booking.get_absolute_url())}avmeld/"


def test_all_are_cancelled_for_the_sum_that_was_shown_and_each_is_told_once(
    client: Client, booking: Booking
) -> None:
    shown = client.get(address(booking))
    assert "it costs NOK 750 all together" in shown.text
    assert "Cancel the whole party" in client.get(english(booking.get_absolute_url())).text

    assert client.post(address(booking), {"cost": "0"}).status_code == 409
    assert booking.registrations.active().count() == 3
    assert client.post(address(booking), {"cost": "750"}).status_code == 303
    assert client.post(address(booking), {"cost": "750"}).status_code == 303

    states = booking.registrations.values_list("state", "cancellation_fee")
    assert list(states) == [("cancelled", Decimal(250))] * 3
    assert mailed("anne@example.no") == mailed("bo@example.no") == ["cancellation"]
    assert mailed("kaja@example.no") == ["party"]


def test_the_places_go_to_those_who_wait(client: Client, booking: Booking) -> None:
    Conference.objects.update(capacity=3)
    waiting = factories.make_registration(booking.registrations.first().tier)  # type: ignore[union-attr]
    client.post(address(booking), {"cost": "750"})
    waiting.refresh_from_db()

    assert waiting.state == Registration.State.OFFERED


def test_too_late_says_whom_to_ask(client: Client, booking: Booking) -> None:
    Conference.objects.update(cancel_until=timezone.now() - timedelta(hours=1))

    assert client.get(address(booking)).status_code == 200
    response = client.post(address(booking), {"cost": "750"})
    assert response.status_code == 409
    assert "kontakt@example.no" in response.text
    assert booking.registrations.active().count() == 3


def test_an_unknown_key_is_not_found(client: Client, booking: Booking) -> None:
    assert client.get(f"/pamelding/gruppe/{'x' * 32}/avmeld/").status_code == 404
