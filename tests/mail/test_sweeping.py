from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recovery_network.mail import broker, sweeping
from recovery_network.mail.models import Mail
from recovery_network.mail.sweeping import sweep
from tests.mail.fixtures import Nudged, Queue

pytestmark = pytest.mark.django_db


def ago(**length: float) -> datetime:
    return timezone.now() - timedelta(**length)


def make_due(mail: Mail, **changes: object) -> Mail:
    """As it is a minute after it was written."""
    moments = {"created_at": ago(minutes=1), "not_before": ago(minutes=1)}
    Mail.objects.filter(pk=mail.pk).update(**{**moments, **changes})
    return mail


def test_missed_mail_is_nudged(queue: Queue, nudged: Nudged) -> None:
    mail = make_due(queue())
    assert sweep() == 1
    assert nudged() == [mail.pk]


def test_oldest_comes_first(queue: Queue, nudged: Nudged, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 1)
    monkeypatch.setattr(sweeping, "BATCHES", 1)
    make_due(queue())
    early = make_due(queue(), not_before=ago(hours=1))
    assert sweep() == 1
    assert nudged() == [early.pk]


def test_new_mail_is_left_to_its_own_nudge(queue: Queue, nudged: Nudged) -> None:
    queue()
    assert sweep() == 0
    assert nudged() == []


def test_mail_that_is_tried_again_is_nudged_as_soon_as_it_is_due(
    queue: Queue, nudged: Nudged
) -> None:
    mail = make_due(queue(), attempts=1, not_before=ago(seconds=1))
    assert sweep() == 1
    assert nudged() == [mail.pk]


@pytest.mark.parametrize("state", [Mail.State.SENT, Mail.State.FAILED, Mail.State.CANCELLED])
def test_finished_mail_is_left_alone(queue: Queue, nudged: Nudged, state: str) -> None:
    sent_at = timezone.now() if state == Mail.State.SENT else None
    make_due(queue(), state=state, sent_at=sent_at, error_class=Mail.ErrorClass.GIVE_UP)
    assert sweep() == 0


def test_mail_in_a_long_queue_is_not_nudged_at_each_sweep(queue: Queue, nudged: Nudged) -> None:
    mail = make_due(queue())
    assert [sweep(), sweep()] == [1, 0]
    Mail.objects.update(nudged_at=ago(minutes=6))
    assert sweep() == 1
    assert nudged() == [mail.pk, mail.pk]


class TestStuckMail:
    def test_is_queued_again_after_its_lease(self, queue: Queue, nudged: Nudged) -> None:
        mail = make_due(queue(), state="sending", attempts=1, claimed_at=ago(minutes=6))
        assert sweep() == 1
        assert nudged() == [mail.pk]
        assert Mail.objects.values_list("state", "attempts").get() == ("queued", 1)

    def test_is_left_to_its_worker_before(self, queue: Queue, nudged: Nudged) -> None:
        make_due(queue(), state="sending", attempts=1, claimed_at=ago(minutes=4))
        assert sweep() == 0
        assert Mail.objects.values_list("state", flat=True).get() == "sending"

    def test_lease_can_be_told(self, queue: Queue, nudged: Nudged) -> None:
        make_due(queue(), state="sending", attempts=1, claimed_at=ago(seconds=30))
        assert sweep(lease_seconds=20) == 1


def test_broker_down_leaves_the_mails_for_the_next_sweep(
    queue: Queue, broker_down: broker.Broker
) -> None:
    make_due(queue())
    assert sweep() == 0
    assert Mail.objects.values_list("nudged_at", flat=True).get() is None


def test_thousands_are_swept_in_batches(
    queue: Queue,
    nudged: Nudged,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    pattern = queue()
    Mail.objects.all().delete()
    fields = {
        name: getattr(pattern, name)
        for name in ("kind", "recipient", "language", "subject", "text")
    }
    Mail.objects.bulk_create(
        Mail(key=f"many:{number}", created_at=ago(minutes=1), **fields) for number in range(1200)
    )
    with django_assert_num_queries(1 + 3 * 2):
        assert sweep() == 1200
    assert sorted(nudged()) == sorted(Mail.objects.values_list("pk", flat=True))


def test_one_sweep_is_bounded(
    queue: Queue, nudged: Nudged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    monkeypatch.setattr(sweeping, "BATCHES", 2)
    for _ in range(5):
        make_due(queue())
    assert [sweep(), sweep()] == [4, 1]
