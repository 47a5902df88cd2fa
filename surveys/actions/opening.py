"""Opening the box: sealed answers become rows, never fewer than five together (docs/adr)."""

import logging
import secrets
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Count
from django.utils import timezone

from surveys.actions.writing import CHUNK, day_of, write, writing_day
from surveys.models import Envelope, Survey
from surveys.models.survey import LEAST
from surveys.sealing import unseal
from surveys.sheets import unpack

log = logging.getLogger(__name__)

# Answers that were being written down while the survey closed are waited for.
PATIENCE = timedelta(minutes=1)


def open_boxes() -> int:
    """Opens what may be opened now, one survey at a time; returns how many answers came to light."""
    filled = (
        Envelope.objects.values("survey")
        .annotate(sealed=Count("pk"))
        .filter(sealed__gte=LEAST)
        .values_list("survey", flat=True)
    )
    opened = 0
    for pk in list(filled):
        try:
            opened += open_box(survey=Survey.objects.with_conference().get(pk=pk))
        except DatabaseError:
            log.exception("A box could not be opened; it is tried again next time.")
    return opened


def how_many(*, sealed: int, closed: bool, opened_today: bool) -> int:
    """How many of `sealed` envelopes may be opened.

    While answers still come, the box is opened once a day at most and five are left in it, drawn by lot:
    so also the last opening has five to open. Once the survey is closed, all are opened, or none where
    they are fewer than five.
    """
    if closed:
        return sealed if sealed >= LEAST else 0
    return sealed - LEAST if sealed >= 2 * LEAST and not opened_today else 0


@transaction.atomic
def open_box(*, survey: Survey, now: datetime | None = None) -> int:
    """Opens one survey's box as far as it may be; returns how many answers came to light."""
    now = now or timezone.now()
    held = Survey.objects.select_for_update(no_key=True).only("opened_on").get(pk=survey.pk)
    today = day_of(now)
    closing = survey.closing()
    keys = list(Envelope.objects.filter(survey=survey).values_list("pk", flat=True))
    count = how_many(
        sealed=len(keys),
        closed=closing is not None and closing + PATIENCE <= now,
        opened_today=held.opened_on == today,
    )
    if not count:
        return 0
    day = writing_day(survey, today)
    drawn = secrets.SystemRandom().sample(keys, count)
    for start in range(0, count, CHUNK):
        envelopes = Envelope.objects.filter(pk__in=drawn[start : start + CHUNK])
        sheets = [unpack(unseal(sealed)) for sealed in envelopes.values_list("sealed", flat=True)]
        write(survey=survey, sheets=sheets, day=day)
        envelopes.delete()
    Survey.objects.filter(pk=survey.pk).update(opened_on=today)
    return count
