"""The safety net under the nudges: what was missed is nudged again, what got stuck is queued again."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from recovery_network.mail.broker import broker
from recovery_network.mail.models import Mail

# A new mail is left to the nudge of its own commit for this long.
GRACE = timedelta(seconds=20)
# A swept mail may stand in a long queue: it isn't nudged again before this has passed.
PATIENCE = timedelta(minutes=5)
# Longer than a delivery can last: each step of SMTP is bounded by settings.EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)
BATCH = 500
BATCHES = 20


def sweep(lease_seconds: float | None = None) -> int:
    """Nudge every due mail that was missed, oldest first; the number nudged, at most BATCH * BATCHES.

    `lease_seconds` is how long a claimed mail is left to its worker (LEASE if None). Stops at the first
    nudge that doesn't get through: the rows wait for the next sweep.
    """
    now = timezone.now()
    release_stuck(now, LEASE if lease_seconds is None else timedelta(seconds=lease_seconds))
    nudged = 0
    for _batch in range(BATCHES):
        missed = next_missed(now)
        for pk in missed:
            if not broker.nudge(pk):
                return nudged
            nudged += 1
        Mail.objects.filter(pk__in=missed).update(nudged_at=now)
        if len(missed) < BATCH:
            break
    return nudged


def release_stuck(now: datetime, lease: timedelta) -> int:
    stuck = Mail.objects.stuck(now - lease)
    return stuck.update(state=Mail.State.QUEUED, not_before=now, nudged_at=None)


def next_missed(now: datetime) -> list[int]:
    left_alone = Q(created_at__gt=now - GRACE, attempts=0) | Q(nudged_at__gte=now - PATIENCE)
    missed = Mail.objects.due(now).exclude(left_alone)
    return list(missed.order_by("not_before", "pk").values_list("pk", flat=True)[:BATCH])
