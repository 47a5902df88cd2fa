from datetime import timedelta

import pytest
import time_machine

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.actions.cancelling import cancel
from registrations.actions.reminding import send_due_reminders
from registrations.models import Registration, Tier
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def tier() -> Tier:
    return factories.make_tier(factories.make_conference(reminder_days="7, 1"))


def before(conference: Conference, **ago: float) -> time_machine.travel:
    return time_machine.travel(conference.starts_at - timedelta(**ago), tick=False)


def reminded() -> list[str]:
    return list(
        Mail.objects.filter(kind="reminder").order_by("pk").values_list("recipient", flat=True)
    )


def test_each_reminder_goes_out_once_at_its_time(tier: Tier) -> None:
    factories.apply(tier, email="a@example.no")

    with before(tier.conference, days=7, minutes=1):
        assert send_due_reminders() == 0
    with before(tier.conference, days=7):
        assert send_due_reminders() == 1
        assert send_due_reminders() == 0
    with before(tier.conference, days=1):
        assert send_due_reminders() == 1
    with before(tier.conference, minutes=-1):
        assert send_due_reminders() == 0

    assert reminded() == ["a@example.no", "a@example.no"]


def test_who_registers_after_the_time_gets_only_the_next_one(tier: Tier) -> None:
    with before(tier.conference, days=6):
        factories.apply(tier, email="sen@example.no")
        assert send_due_reminders() == 0
    with before(tier.conference, hours=23):
        assert send_due_reminders() == 1


def test_a_worker_that_was_down_sends_only_the_latest(tier: Tier) -> None:
    factories.apply(tier)

    with before(tier.conference, hours=20):
        assert send_due_reminders() == 1


def test_a_moved_date_makes_new_reminders(tier: Tier) -> None:
    factories.apply(tier)
    with before(tier.conference, days=7):
        send_due_reminders()
    conference = tier.conference
    moved = conference.starts_at + timedelta(days=30)
    Conference.objects.update(starts_at=moved, ends_at=moved + timedelta(hours=7))
    conference.refresh_from_db()

    with before(conference, days=8):
        assert send_due_reminders() == 0
    with before(conference, days=7):
        assert send_due_reminders() == 1


def test_nobody_without_a_place_is_reminded(tier: Tier) -> None:
    Conference.objects.update(capacity=1)
    holder = factories.make_registration(tier)
    factories.apply(tier)  # waits
    Conference.objects.update(offer_hours=24)
    cancel(registration=holder)  # cancelled; the other has an offer

    with before(tier.conference, days=7):
        assert send_due_reminders() == 0


def test_a_cancelled_conference_reminds_nobody(tier: Tier) -> None:
    factories.apply(tier)
    Conference.objects.update(cancelled_at=tier.conference.starts_at - timedelta(days=9))

    with before(tier.conference, days=7):
        assert send_due_reminders() == 0


def test_cancelling_withdraws_a_reminder_that_has_not_left(
    tier: Tier, participant: Registration
) -> None:
    registration = factories.make_registration(tier)
    with before(tier.conference, days=7):
        send_due_reminders()
        cancel(registration=registration)

    assert Mail.objects.get(kind="reminder").state == Mail.State.CANCELLED
