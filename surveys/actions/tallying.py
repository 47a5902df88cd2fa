"""Counting answers once and for all, and dividing a survey's people in groups (docs/adr)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import (
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Q,
    Sum,
    Value,
)
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from surveys.actions.building import finish, hold
from surveys.actions.opening import PATIENCE, open_box
from surveys.actions.writing import CHUNK, day_of
from surveys.errors import SurveyError
from surveys.models import QuestionVersion, Survey, Tally, TallyCell
from surveys.models.survey import LEAST

Kind = QuestionVersion.Kind
SQUARES = DecimalField(max_digits=36, decimal_places=6)


def tally_closed() -> int:
    """Counts surveys that have closed and weren't counted; returns how many were."""
    counted = 0
    for survey in (
        Survey.objects.with_conference().filter(tallies=None, responses__isnull=False).distinct()
    ):
        try:
            tally(survey=survey, by=None)
            counted += 1
        except SurveyError:
            continue  # open still, or too few: it is tried again next time
    return counted


@transaction.atomic
def tally(*, survey: Survey, by: User | None, now: datetime | None = None) -> Tally:
    """Counts the answers that no tally holds yet.

    Of an open survey those until yesterday, and only where someone asks for it: what is counted then and what
    comes later are shown apart for ever. Raises SurveyError: early, too_few.
    """
    now = now or timezone.now()
    held = hold(survey)
    closing = survey.closing()
    closed = closing is not None and closing <= now
    if closed:
        open_box(survey=survey, now=now)
    if (closing is not None and closing <= now < closing + PATIENCE) or (
        closed and held.envelopes.count() >= LEAST
    ):
        raise SurveyError(
            _("The last answers are being opened. Come back in a minute."), code="early"
        )
    if not closed and by is None:
        raise SurveyError(_("It is open still."), code="early")
    today = day_of(now)
    newest = held.responses.aggregate(day=Max("day"))["day"]
    until = max(today, newest or today) if closed else today - timedelta(days=1)
    made = Tally(survey=held, until=until)
    counted_already = held.tallies.filter(until__gte=until).exists()
    made.total = 0 if counted_already else made.responses().count()
    if made.total < held.least:
        raise SurveyError(
            _("Fewer than %(count)d new answers have come. So few aren't counted.")
            % {"count": held.least},
            code="too_few",
        )
    made.save()
    write_cells(made)
    finish(held, "counted", by)
    return made


@transaction.atomic
def divide(*, survey: Survey, version: QuestionVersion, by: User) -> None:
    """Divides all results by the choices of one question. Once: see docs/adr.

    Raises SurveyError: wrong_state where it is divided already, unfit, changed.
    """
    held = hold(survey)
    if held.divided_by_id is not None:
        raise SurveyError(_("The groups are chosen already."), code="wrong_state")
    if version not in dividing(held):
        raise SurveyError(_("This question can't divide people in groups."), code="unfit")
    held.divided_by = version
    held.save(update_fields=["divided_by"])
    for each in held.tallies.all():
        if each.responses().count() != each.total:
            raise SurveyError(
                _("Answers were deleted after they were counted, so they can't be divided now."),
                code="changed",
            )
        each.survey = held
        each.cells.all().delete()
        write_cells(each)
    finish(held, "divided", by, question=version.question.key)


def dividing(survey: Survey) -> list[QuestionVersion]:
    """The questions by which a survey may be divided: one choice, asked of everyone, and never changed."""
    questions = QuestionVersion.objects.filter(question__section__survey=survey, kind=Kind.ONE)
    alone = questions.annotate(
        versions=Count("question__versions"), conditions=Count("question__show_if")
    )
    order = ("question__section__position", "question__section", "question__position", "pk")
    return list(alone.filter(versions=1, conditions=0).select_related("question").order_by(*order))


def write_cells(tally: Tally) -> None:
    TallyCell.objects.bulk_create(counted(tally), batch_size=CHUNK)


def counted(tally: Tally) -> Iterator[TallyCell]:
    """The database counts; what comes from it is as small as the questionnaire, however many answered."""
    rows = tally.answers()
    group: FilteredRelation | None = None
    if tally.survey.divided_by_id is not None:
        group = FilteredRelation(
            "response__answers",
            condition=Q(response__answers__version=tally.survey.divided_by_id),
        )
        rows = rows.annotate(dividing=group).annotate(group=F("dividing__option"))
    else:
        rows = rows.annotate(group=Value(None, output_field=IntegerField()))
    parts = rows.exclude(version__kind=Kind.NUMBER).order_by()
    names = ("version", "group", "option", "row", "number", "date__year", "dont_know")
    for version, place, option, row, number, year, unknown, count in parts.values_list(
        *names
    ).annotate(count=Count("pk")):
        yield TallyCell(
            tally=tally,
            version_id=version,
            group_id=place,
            option_id=option,
            row_id=row,
            number=number,
            year=year,
            dont_know=unknown,
            count=count,
        )
    numbers = rows.filter(version__kind=Kind.NUMBER).order_by().values_list("version", "group")
    square = ExpressionWrapper(F("number") * F("number"), output_field=SQUARES)
    for version, place, count, summed, squared in numbers.annotate(
        count=Count("pk"), summed=Sum("number"), squared=Sum(square)
    ):
        yield TallyCell(
            tally=tally,
            version_id=version,
            group_id=place,
            count=count,
            summed=summed,
            squared=squared,
        )
