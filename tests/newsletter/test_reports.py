"""What a mail provider tells of bounces, through the address it calls."""

import json
from base64 import b64encode

import pytest
from anymail.signals import AnymailTrackingEvent, tracking
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from network.models import User
from newsletter.models import Suppression
from recovery_network.mail import webhooks
from tests import factories

pytestmark = pytest.mark.django_db

BOUNCE = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "Email": "borte@example.no",
    "ID": 1,
    "MessageID": "1",
    "BouncedAt": "2026-11-26T00:00:00Z",
    "Description": "No such user borte@example.no",
}


@pytest.fixture
def provider(settings: Settings) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "bruker:hemmelig"}


def report(body: object, secret: str = "bruker:hemmelig") -> int:
    (route,) = webhooks.patterns()
    request = RequestFactory().post(
        "/post/meldinger/",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )
    answer: int = route.callback(request).status_code
    return answer


def stopped() -> list[tuple[str, str]]:
    return list(Suppression.objects.order_by("pk").values_list("email", "reason"))


def test_without_a_provider_there_is_no_address(settings: Settings) -> None:
    settings.MAIL_PROVIDER = ""
    assert webhooks.patterns() == []


@pytest.mark.usefixtures("provider")
def test_hard_bounce_stops_the_address_without_keeping_it_in_words() -> None:
    assert report(BOUNCE) == 200
    assert report(BOUNCE) == 200
    assert stopped() == [("borte@example.no", "bounced")]
    assert "borte" not in Suppression.objects.get().detail


@pytest.mark.usefixtures("provider")
def test_complaint_stops_and_opening_is_not_kept() -> None:
    complaint = {**BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint"}
    opened = {"RecordType": "Open", "Recipient": "apner@example.no", "MessageID": "2"}
    assert [report(complaint), report(opened)] == [200, 200]
    assert stopped() == [("borte@example.no", "complaint")]


@pytest.mark.usefixtures("provider")
def test_stranger_stops_nobody() -> None:
    with pytest.raises(SuspiciousOperation):
        report(BOUNCE, secret="bruker:gjettet")
    assert stopped() == []


@pytest.mark.parametrize(
    ("event", "reject", "expected"),
    [
        ("bounced", "bounced", ["bounced"]),
        ("bounced", "invalid", ["bounced"]),
        ("bounced", "spam", ["complaint"]),
        ("bounced", "timed_out", []),
        ("bounced", "other", []),
        ("rejected", "blocked", []),
        ("deferred", None, []),
        ("delivered", None, []),
        ("clicked", None, []),
    ],
)
def test_only_what_lasts_stops(event: str, reject: str | None, expected: list[str]) -> None:
    told = AnymailTrackingEvent(event_type=event, recipient="a@example.no", reject_reason=reject)
    tracking.send(sender=None, event=told, esp_name="Test")
    assert [reason for _email, reason in stopped()] == expected


def test_organiser_lifts(client: Client, organiser: User) -> None:
    factories.make_subscription("borte@example.no")
    suppression = Suppression.objects.create(email="borte@example.no", reason="bounced")
    client.force_login(organiser)
    listing = reverse("admin:newsletter_suppression_changelist")
    data = {"action": "lift", "_selected_action": [suppression.pk], "confirmed": "1"}
    client.post(listing, data)
    suppression.refresh_from_db()
    assert (suppression.lifted_by, Suppression.objects.in_force().count()) == (organiser, 0)
    again = client.post(listing, data, follow=True)
    assert "1" in str(next(iter(again.context["messages"])))


def test_organiser_takes_an_address_off_the_list(client: Client, organiser: User) -> None:
    gone, stays = factories.make_subscription(), factories.make_subscription()
    client.force_login(organiser)
    listing = reverse("admin:newsletter_subscription_changelist")
    client.post(listing, {"action": "end", "_selected_action": [gone.pk], "confirmed": "1"})
    assert list(client.get(listing).context["cl"].result_list) == [stays]
