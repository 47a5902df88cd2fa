"""Opened answers become rows."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from recovery_network.i18n import in_zone
from surveys.models import Answer, Response, Survey
from surveys.sheets import Given

CHUNK = 500


def day_of(now: datetime) -> date:
    """The day by the clock of the site, whichever zone is active."""
    with in_zone(settings.TIME_ZONE):
        return timezone.localdate(now)


def writing_day(survey: Survey, today: date) -> date:
    """The day that answers written now get: after every day that is counted already."""
    counted: date | None = survey.tallies.aggregate(until=Max("until"))["until"]
    return today if counted is None else max(today, counted + timedelta(days=1))


def write(*, survey: Survey, sheets: Iterable[list[Given]], day: date) -> list[Response]:
    """Writes each sheet as a response with its answers, in an order drawn by lot.

    The order in which sheets come in leaves no trace: keys are random, and rows are written by them.
    """
    drawn = sorted(
        ((uuid.UUID(bytes=secrets.token_bytes(16), version=4), sheet) for sheet in sheets),
        key=lambda pair: pair[0],
    )
    responses = [Response(id=key, survey=survey, day=day) for key, _sheet in drawn]
    answers = [
        Answer(
            response_id=key,
            version_id=given.version,
            option_id=given.option,
            row_id=given.row,
            number=given.number,
            date=given.day,
            text=given.text,
            dont_know=given.dont_know,
        )
        for key, sheet in drawn
        for given in sheet
    ]
    Response.objects.bulk_create(responses, batch_size=CHUNK)
    Answer.objects.bulk_create(answers, batch_size=CHUNK)
    return responses
