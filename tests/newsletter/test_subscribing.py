"""Subscribing, choosing and unsubscribing through the pages that people use."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership import consents
from membership.models import ConsentRecord
from newsletter import letters
from newsletter.actions.stopping import stop
from newsletter.models import SubscribeRequest, Subscription, Suppression
from newsletter.privacy import purge
from recovery_network import limits
from recovery_network.mail.models import Mail
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = "/nyhetsbrev/"
SENT = "/nyhetsbrev/sendt/"
KARI = {"email": "Kari@Example.no", "language": "nn", "agree": "on"}


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


def link_in(mail: Mail) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.text)
    assert found is not None
    return found.group(1)


def test_reader_subscribes_by_pressing_the_link(outsider: Client) -> None:
    topic = factories.make_topic()
    response = outsider.post(PAGE, {**KARI, "topics": [topic.pk]})
    assert (response.status_code, response["Location"]) == (303, SENT)
    link = link_in(Mail.objects.get(kind="newsletter_confirm"))
    assert link.startswith("/nn/nyhetsbrev/bekreft/")
    outsider.get(link)
    assert Subscription.objects.count() == 0
    response = outsider.post(link)
    subscription = Subscription.objects.get()
    assert response["Location"] == f"/nn/nyhetsbrev/valg/{subscription.key}/?ny=1"
    assert (subscription.email, subscription.language) == ("kari@example.no", "nn")
    assert list(subscription.topics.all()) == [topic]
    kept = ConsentRecord.objects.get()
    assert (kept.purpose, kept.version, kept.text) == (
        "newsletter",
        "2026-11",
        consents.words("newsletter", "nn"),
    )
    assert outsider.post(link).status_code == 404


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"email": "kari@"}, ["email"]),
        ({"email": "kari@example.no\nBcc: x@example.no"}, ["email"]),
        ({"language": "xx"}, ["language"]),
        ({"topics": ["9" * 30]}, ["topics"]),
        ({"agree": ""}, ["agree"]),
    ],
)
def test_what_is_wrong_is_said(outsider: Client, change: dict[str, Any], wrong: list[str]) -> None:
    response = outsider.post(PAGE, {**KARI, **change})
    assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)
    assert SubscribeRequest.objects.count() == 0


def test_subscriber_gets_the_same_answer_and_another_mail(
    outsider: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Neither the page nor the work behind it tells who subscribes (ADR 2)."""
    subscription = factories.make_subscription("kari@example.no")
    outsider.post(PAGE, {**KARI, "email": "varm@example.no"})
    cost = 11
    with django_assert_num_queries(cost):
        known = outsider.post(PAGE, KARI)
    with django_assert_num_queries(cost):
        new = outsider.post(PAGE, {**KARI, "email": "ukjent@example.no"})
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    told = Mail.objects.get(recipient="kari@example.no")
    assert told.kind == "newsletter_known"
    assert subscription.key in told.text


def test_four_mails_an_hour_are_one_too_many(outsider: Client) -> None:
    answers = {outsider.post(PAGE, KARI)["Location"] for _time in range(4)}
    assert (answers, Mail.objects.count()) == ({SENT}, 3)


def test_flood_is_stopped(outsider: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.Limit, "allows", lambda _limit, _request: False)
    assert outsider.post(PAGE, KARI).status_code == 429
    assert outsider.get(PAGE).status_code == 200


def test_old_link_is_over(outsider: Client) -> None:
    wish = factories.make_subscribe_request(asked_at=timezone.now() - timedelta(days=8))
    assert outsider.get(f"/nyhetsbrev/bekreft/{wish.key}/").status_code == 404


def test_two_wishes_of_one_address_make_one_subscription(outsider: Client) -> None:
    for wish in [factories.make_subscribe_request("kari@example.no") for _time in range(2)]:
        outsider.post(f"/nyhetsbrev/bekreft/{wish.key}/")
    assert (Subscription.objects.count(), ConsentRecord.objects.count()) == (1, 1)


def test_address_that_confirms_takes_mail_again(outsider: Client) -> None:
    stop(email="kari@example.no", reason=Suppression.Reason.BOUNCED)
    wish = factories.make_subscribe_request("kari@example.no")
    outsider.post(f"/nyhetsbrev/bekreft/{wish.key}/")
    assert Suppression.objects.in_force().count() == 0


def test_choices_are_changed_behind_the_own_link(outsider: Client) -> None:
    subscription, topic = factories.make_subscription(), factories.make_topic()
    path = subscription.get_absolute_url()
    outsider.post(path, {"language": "da", "topics": [topic.pk]})
    subscription.refresh_from_db()
    assert (subscription.language, list(subscription.topics.all())) == ("da", [topic])
    assert outsider.get("/nyhetsbrev/valg/feil/").status_code == 404
    assert outsider.post(path, {"language": "xx"}).status_code == 422


def test_unsubscribing_asks_once_and_deletes(outsider: Client) -> None:
    subscription, other = factories.make_subscription(), factories.make_subscription()
    path = f"/nyhetsbrev/av/{subscription.key}/"
    response = outsider.get(path)
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex, nofollow")
    assert Subscription.objects.count() == 2
    assert outsider.post(path).status_code == 200
    assert list(Subscription.objects.all()) == [other]


def test_mail_program_unsubscribes_without_cookie_or_token() -> None:
    """RFC 8058: a plain POST, no redirect, and the same answer when it comes twice."""
    subscription = factories.make_subscription()
    consents.keep(
        consents.as_agreed(["newsletter"], "nb"),
        email=subscription.email,
        about=letters.about(subscription.pk),
        language="nb",
        agreed_at=timezone.now(),
    )
    program = Client(enforce_csrf_checks=True)
    path = f"/nyhetsbrev/av/{subscription.key}/"
    answers = [program.post(path, {"List-Unsubscribe": "One-Click"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [dict(answer.cookies) for answer in answers] == [{}, {}]
    assert Subscription.objects.count() == 0
    assert ConsentRecord.objects.get().withdrawn_at is not None


def test_what_is_past_its_time_goes() -> None:
    old = factories.make_subscribe_request(asked_at=timezone.now() - timedelta(days=8))
    factories.make_subscribe_request()
    stop(email="borte@example.no", reason=Suppression.Reason.BOUNCED)
    now = timezone.now()
    assert purge(now, dry_run=True).removed == {"wishes to subscribe": 1, "stopped addresses": 0}
    purge(now, dry_run=False)
    assert not SubscribeRequest.objects.filter(pk=old.pk).exists()
    purge(now + timedelta(days=366), dry_run=False)
    assert (SubscribeRequest.objects.count(), Suppression.objects.count()) == (0, 0)
