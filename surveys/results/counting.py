"""What people answered, counted, with no group under the survey's smallest number anywhere.

Every table is a partition of all who answered the survey, those who passed the question over among them: so
what is hidden can't be had by subtraction from what is shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _

from surveys.models import Answer, Option, Question, QuestionVersion, Survey
from surveys.words import Said, say

Kind = QuestionVersion.Kind


@dataclass(frozen=True)
class Cell:
    """How many gave one answer; None where that is hidden."""

    label: Said
    count: int | None
    share: int | None


@dataclass(frozen=True)
class Table:
    """The answers to a question, or to one row of a table of choices."""

    label: Said
    cells: tuple[Cell, ...]

    @property
    def hides(self) -> bool:
        return any(cell.count is None for cell in self.cells)


@dataclass(frozen=True)
class Counted:
    """One version of a question with its answers; `mean` only where nothing beside it is hidden."""

    question: Question
    version: QuestionVersion
    text: Said
    tables: tuple[Table, ...]
    mean: Decimal | None
    texts: tuple[str, ...]
    several: bool


@dataclass(frozen=True)
class Results:
    total: int
    least: int
    questions: tuple[Counted, ...]

    @property
    def enough(self) -> bool:
        return self.total >= self.least


# Choice, row, number, "don't know", year: what one group of answers has in common.
Key = tuple[int | None, int | None, Decimal | None, bool, int | None]


def key(
    *,
    option: int | None = None,
    row: int | None = None,
    number: Decimal | None = None,
    unknown: bool = False,
    year: int | None = None,
) -> Key:
    return (option, row, number, unknown, year)


def protect(counts: Sequence[int], least: int) -> list[int | None]:
    """The counts of a partition whose sum is known, with the small ones hidden.

    What is hidden is hidden by others: at least two counts, together at least `least`.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count < least}
    others = sorted(
        (place for place, count in enumerate(counts) if count >= least),
        key=lambda place: counts[place],
    )
    while hidden and (len(hidden) < 2 or sum(counts[place] for place in hidden) < least):
        if not others:
            hidden |= set(range(len(counts)))
            break
        hidden.add(others.pop(0))
    return [None if place in hidden else count for place, count in enumerate(counts)]


def protect_choice(count: int, total: int, least: int) -> int | None:
    """One of several choices: those who chose it, and those who didn't, are both groups."""
    return None if 0 < count < least or 0 < total - count < least else count


def results_of(survey: Survey, *, texts: bool) -> Results:
    """Counts every question in a fixed number of queries; `texts` also gives what people wrote."""
    total = survey.responses.count()
    if total < survey.least:
        return Results(total=0, least=survey.least, questions=())
    groups = (
        Answer.objects.filter(response__survey=survey)
        .values_list("version", "option", "row", "number", "dont_know", "date__year")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[int, Counter[Key]] = {}
    for version, option, row, number, unknown, year, count in groups:
        counts.setdefault(version, Counter())[(option, row, number, unknown, year)] += count
    written: dict[int, list[str]] = {}
    if texts:
        rows = Answer.objects.filter(response__survey=survey).exclude(text="").order_by("pk")
        for version, text in rows.values_list("version", "text"):
            written.setdefault(version, []).append(text)
    questions = Question.objects.filter(section__survey=survey).order_by(
        "section__position", "section__pk", "position", "pk"
    )
    versions = QuestionVersion.objects.order_by("-number").prefetch_related("options")
    told = []
    for question in questions.prefetch_related(Prefetch("versions", versions)):
        for place, version in enumerate(question.versions.all()):
            if place == 0 or version.pk in counts:
                found = counts.get(version.pk, Counter())
                told.append(
                    counted(question, version, found, written.get(version.pk, []), total, survey)
                )
    return Results(total, survey.least, tuple(told))


def counted(
    question: Question,
    version: QuestionVersion,
    found: Counter[Key],
    written: list[str],
    total: int,
    survey: Survey,
) -> Counted:
    least = survey.least
    options = list(version.options.all())
    choices = [option for option in options if option.role == Option.Role.CHOICE]
    tables: list[Table] = []
    mean = None
    if version.kind == Kind.SEVERAL:
        pairs = [(say(each.label), found[key(option=each.pk)]) for each in choices]
        if version.dont_know:
            pairs.append((Said(_("Don't know")), found[key(unknown=True)]))
        shown = [(label, protect_choice(count, total, least)) for label, count in pairs]
        tables.append(Table(Said(""), cells_of(shown, total)))
    elif version.kind in {Kind.ONE, Kind.MATRIX}:
        rows: list[tuple[int | None, Said]] = [
            (each.pk, say(each.label)) for each in options if each.role == Option.Role.ROW
        ]
        for row, label in rows or [(None, Said(""))]:
            pairs = [(say(each.label), found[key(option=each.pk, row=row)]) for each in choices]
            unknown = found[key(row=row, unknown=True)]
            tables.append(partition(label, pairs, unknown, version, total, least))
    elif version.kind in QuestionVersion.SCALES:
        assert version.low is not None
        assert version.high is not None
        steps = range(version.low, version.high + 1)
        pairs = [(Said(str(step)), found[key(number=Decimal(step))]) for step in steps]
        unknown = found[key(unknown=True)]
        table = partition(Said(""), pairs, unknown, version, total, least)
        tables.append(table)
        answered = sum(count for _label, count in pairs)
        if answered >= least and not table.hides:
            summed = sum(step * count for step, (_label, count) in zip(steps, pairs, strict=True))
            mean = (Decimal(summed) / answered).quantize(Decimal("0.1"))
    elif version.kind == Kind.NUMBER:
        numbers = [(given[2], count) for given, count in found.items() if given[2] is not None]
        answered = sum(count for _number, count in numbers)
        if answered >= least and protect_choice(answered, total, least) is not None:
            total_of_all = sum((number * count for number, count in numbers), Decimal(0))
            mean = (total_of_all / answered).quantize(Decimal("0.1"))
    elif version.kind == Kind.DATE:
        years = sorted({given[4] for given in found if given[4] is not None})
        pairs = [(Said(str(year)), found[key(year=year)]) for year in years]
        tables.append(partition(Said(""), pairs, 0, version, total, least))
    return Counted(
        question,
        version,
        say(version.text),
        tuple(tables),
        mean,
        tuple(written) if len(written) >= least else (),
        version.kind == Kind.SEVERAL,
    )


def partition(
    label: Said,
    pairs: list[tuple[Said, int]],
    unknown: int,
    version: QuestionVersion,
    total: int,
    least: int,
) -> Table:
    answered = sum(count for _label, count in pairs) + unknown
    whole = [*pairs]
    if version.dont_know:
        whole.append((Said(_("Don't know")), unknown))
    whole.append((Said(_("Not answered")), total - answered))
    shown = protect([count for _label, count in whole], least)
    return Table(
        label,
        cells_of([(name, count) for (name, _n), count in zip(whole, shown, strict=True)], total),
    )


def cells_of(pairs: list[tuple[Said, int | None]], total: int) -> tuple[Cell, ...]:
    return tuple(
        Cell(label, count, None if count is None else round(100 * count / total))
        for label, count in pairs
    )
