"""What people answered, with no group under the survey's smallest number anywhere.

Everything that leaves the site about a tally is a `Results`, or is worked out from one: the pages, the
filter by group, the comparison with other years, the files and the published summary. Nothing else reads
the counts, so that whoever combines all of them knows no more than `Results` tells (docs/adr).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from surveys.models import Option, Question, QuestionVersion, Tally, TallyCell
from surveys.results.protecting import protect, protect_table
from surveys.words import Said, say

Kind = QuestionVersion.Kind
BANDS = {"promoters": range(9, 11), "passives": range(7, 9), "detractors": range(7)}
TENTH = Decimal("0.1")
UNKNOWN, SILENT = "dont-know", "not-answered"
# Stands among hidden choices where it isn't known which they are.
ANYTHING = frozenset({"*"})

# Choice, row, number, "don't know", year: what one answer is.
Key = tuple[int | None, int | None, Decimal | None, bool, int | None]
Groups = Mapping[int | None, Counter[Key]]


@dataclass(frozen=True)
class Cell:
    """How many gave one answer; None where that is hidden. Shares are of all in the same group."""

    label: Said
    count: int | None
    share: int | None
    number: int | None = None
    lineage: str = ""


@dataclass(frozen=True)
class Group:
    """One of the groups that results are divided in; `pk` is None where several small ones are together."""

    pk: int | None
    label: Said
    total: int


@dataclass(frozen=True)
class Table:
    """Everybody parted by what they answered to a question, or to one row or choice of it."""

    label: Said
    cells: tuple[Cell, ...]
    total: int
    # The same cells in each group; None where nothing of them may be shown.
    groups: tuple[tuple[Group, tuple[Cell, ...]], ...] | None = ()
    lineage: str = ""

    @property
    def hides(self) -> bool:
        return any(cell.count is None for cell in self.cells)


@dataclass(frozen=True)
class Measured:
    """Mean and spread of numbers; where counts are hidden, what the mean lies between."""

    mean: Decimal | None = None
    spread: Decimal | None = None
    between: tuple[Decimal, Decimal] | None = None
    # The recommendation score: the share of promoters less that of detractors.
    score: int | None = None


@dataclass(frozen=True)
class Counted:
    """One version of a question with its answers. Without tables, nothing of it may be shown."""

    question: Question
    version: QuestionVersion
    text: Said
    tables: tuple[Table, ...]
    measured: Measured
    # How many wrote something, where that is asked; None where it may not be read.
    written: int | None = None

    @property
    def several(self) -> bool:
        return self.version.kind == Kind.SEVERAL

    @property
    def is_text(self) -> bool:
        return self.version.kind in QuestionVersion.TEXTS

    @property
    def may_be_public(self) -> bool:
        return bool(self.tables)


@dataclass(frozen=True)
class Results:
    tally: Tally | None
    least: int
    questions: tuple[Counted, ...]
    groups: tuple[Group, ...] = ()
    # The group that is shown alone, where someone asked for one.
    only: Group | None = None

    @property
    def total(self) -> int:
        return self.tally.total if self.tally else 0

    @property
    def enough(self) -> bool:
        return self.tally is not None

    def of_group(self, pk: int) -> "Results | None":
        """The results of one group: nothing is counted anew, so nothing more is told than by the tables."""
        group = next((each for each in self.groups if each.pk == pk), None)
        if group is None:
            return None
        questions = tuple(each for found in self.questions for each in narrowed(found, group))
        return replace(self, questions=questions, only=group)


def narrowed(found: Counted, group: Group) -> Iterator[Counted]:
    tables = tuple(
        Table(table.label, cells, group.total, lineage=table.lineage)
        for table in found.tables
        for each, cells in table.groups or ()
        if each == group
    )
    if tables:
        yield replace(found, tables=tables, measured=measure(tables[0]), written=None)


@dataclass
class Column:
    """One answer as a column: which counts it takes together."""

    label: Said
    keys: tuple[Key, ...]
    number: int | None = None
    lineage: str = ""


def key(
    *,
    option: int | None = None,
    row: int | None = None,
    number: Decimal | None = None,
    unknown: bool = False,
    year: int | None = None,
) -> Key:
    return (option, row, number, unknown, year)


@dataclass
class Division:
    """How a tally's people are divided in groups that are all large enough to be named."""

    groups: list[Group]
    # For each group which choices it takes together; None are those who passed the question over.
    members: list[tuple[int | None, ...]]


def measure(table: Table) -> Measured:
    """Mean, spread and score of what a table shows, so that they tell no more than the table."""
    known = {cell.lineage: cell.count for cell in table.cells if cell.lineage in BANDS}
    if known:
        return Measured(score=score_of(known))
    steps = {cell.number: cell.count for cell in table.cells if cell.number is not None}
    if not steps:
        return Measured()
    exact = {step: count for step, count in steps.items() if count is not None}
    if len(exact) < len(steps):
        return Measured(between=extremes(table))
    answered = sum(exact.values())
    if not answered:
        return Measured()
    summed = sum(step * count for step, count in exact.items())
    squared = sum(step * step * count for step, count in exact.items())
    return mean_and_spread(answered, Decimal(summed), Decimal(squared))


def mean_and_spread(count: int, summed: Decimal, squared: Decimal) -> Measured:
    """To one decimal; the spread is the standard deviation among those who answered."""
    mean = summed / count
    variance = max(squared / count - mean * mean, Decimal(0))
    return Measured(mean.quantize(TENTH), variance.sqrt().quantize(TENTH))


def score_of(bands: Mapping[str, int | None]) -> int | None:
    """The share of promoters less that of detractors, from -100 to 100."""
    known = [count for count in bands.values() if count is not None]
    answered = sum(known)
    if len(known) < len(bands) or not answered:
        return None
    return round(100 * ((bands["promoters"] or 0) - (bands["detractors"] or 0)) / answered)


def extremes(table: Table) -> tuple[Decimal, Decimal] | None:
    """What the mean lies between, for all that the table tells: all that is hidden may be any of its cells."""
    known = {cell.number: cell.count or 0 for cell in table.cells if cell.number is not None}
    left = table.total - sum(cell.count or 0 for cell in table.cells)
    means = []
    for hidden in {cell.number for cell in table.cells if cell.count is None}:
        counts = dict(known)
        if hidden is not None:
            counts[hidden] += left
        if answered := sum(counts.values()):
            means.append(Decimal(sum(step * count for step, count in counts.items())) / answered)
    if not means:
        return None
    return min(means).quantize(TENTH, ROUND_FLOOR), max(means).quantize(TENTH, ROUND_CEILING)


# --- The questions of a survey -----------------------------------------------------------------


def columns_of(version: QuestionVersion, found: Groups) -> list[tuple[Said, str, list[Column]]]:
    """What people are parted by: the label of a row or choice, its lineage, and the answers to it."""
    options = list(version.options.all())
    choices = [option for option in options if option.role == Option.Role.CHOICE]
    unknown = Said(_("Don't know"))
    if version.kind == Kind.SEVERAL:
        each_alone = [
            (
                say(each.label),
                each.lineage,
                [Column(say(each.label), (key(option=each.pk),), lineage=each.lineage)],
            )
            for each in choices
        ]
        if version.dont_know:
            each_alone.append(
                (unknown, UNKNOWN, [Column(unknown, (key(unknown=True),), lineage=UNKNOWN)])
            )
        return each_alone
    if version.kind in {Kind.ONE, Kind.MATRIX}:
        rows: list[tuple[int | None, Said, str]] = [
            (each.pk, say(each.label), each.lineage)
            for each in options
            if each.role == Option.Role.ROW
        ]
        return [
            (
                label,
                lineage,
                [
                    Column(say(each.label), (key(option=each.pk, row=row),), lineage=each.lineage)
                    for each in choices
                ]
                + (
                    [Column(unknown, (key(row=row, unknown=True),), lineage=UNKNOWN)]
                    if version.dont_know
                    else []
                ),
            )
            for row, label, lineage in rows or [(None, Said(""), "")]
        ]
    if version.kind in QuestionVersion.SCALES:
        columns = steps_of(version)
    elif version.kind == Kind.DATE:
        years = {y for counter in found.values() for *_rest, y in counter if y is not None}
        columns = [
            Column(Said(str(year)), (key(year=year),), lineage=str(year)) for year in sorted(years)
        ]
    else:
        columns = [Column(Said(_("Answered")), (key(),), lineage="answered")]
    if version.dont_know:
        columns.append(Column(unknown, (key(unknown=True),), lineage=UNKNOWN))
    return [(Said(""), "", columns)]


def steps_of(version: QuestionVersion) -> list[Column]:
    assert version.low is not None
    assert version.high is not None
    return [
        Column(Said(str(step)), (key(number=Decimal(step)),), step, str(step))
        for step in range(version.low, version.high + 1)
    ]


def bands_of(version: QuestionVersion) -> list[Column]:
    """The three groups that the recommendation score is made of."""
    labels = {
        "promoters": _("9–10, would recommend it"),
        "passives": _("7–8, in between"),
        "detractors": _("0–6, would not"),
    }
    bands = [
        Column(
            Said(labels[name]),
            tuple(key(number=Decimal(step)) for step in steps),
            lineage=name,
        )
        for name, steps in BANDS.items()
    ]
    if version.dont_know:
        bands.append(Column(Said(_("Don't know")), (key(unknown=True),), lineage=UNKNOWN))
    return bands


@dataclass
class Maker:
    """Makes what is told of each question, remembering what is hidden of those before it.

    What someone is asked may depend on what they answered before. How many answered tells then of those
    earlier answers too, and may only be shown where nothing is hidden of them (docs/adr).
    """

    total: int
    least: int
    divided_by: int | None
    division: Division | None = None
    # By question: the sets of choices of which only the sum is known, None being those who didn't answer.
    pools: dict[int, list[set[str | None]]] = field(default_factory=dict)
    hides_in_groups: set[int] = field(default_factory=set)

    def tables(
        self, question: Question, version: QuestionVersion, found: Groups, *, apart: bool
    ) -> tuple[Table, ...]:
        wanted = list(question.show_if.all())
        if any(self.is_told_by(option, wanted) for option in wanted):
            self.pools.setdefault(question.pk, []).append({None, *ANYTHING})
            self.hides_in_groups.add(question.pk)
            return ()
        cross = version.pk != self.divided_by and not any(
            option.version.question_id in self.hides_in_groups for option in wanted
        )
        parted = columns_of(version, found)
        if version.kind == Kind.RECOMMEND:
            steps = parted[0][2]
            counts = [total_of(found, each) for each in steps]
            if self.divided_by or any(
                0 < n < self.least for n in (*counts, self.total - sum(counts))
            ):
                parted = [(Said(""), "", bands_of(version))]
        tables = []
        for label, lineage, columns in parted:
            table = self.table(label, lineage, columns, found, apart=apart, cross=cross)
            if table is None:
                self.pools.setdefault(question.pk, []).append({None, *ANYTHING})
                self.hides_in_groups.add(question.pk)
                return ()
            tables.append(table)
            pool = {cell.lineage for cell in table.cells[:-1] if cell.count is None}
            silent = {None} if table.cells[-1].count is None else set()
            self.pools.setdefault(question.pk, []).append({*pool, *silent})
            if table.groups is None or any(
                cell.count is None for _group, cells in table.groups for cell in cells
            ):
                self.hides_in_groups.add(question.pk)
        if version.pk == self.divided_by:
            self.division = division_of(version, tables[0], found)
        elif not cross:
            self.hides_in_groups.add(question.pk)
            tables = [replace(each, groups=None) for each in tables]
        return tuple(tables)

    def is_told_by(self, option: Option, wanted: list[Option]) -> bool:
        """Whether how many were asked would tell how a sum of hidden counts is made up."""
        asked = {
            each.lineage
            for each in wanted
            if each.version.question_id == option.version.question_id
        }
        for pool in self.pools.get(option.version.question_id, []):
            if pool & ANYTHING or (pool & asked and pool - asked):
                return True
        return False

    def table(
        self,
        label: Said,
        lineage: str,
        columns: Sequence[Column],
        found: Groups,
        *,
        apart: bool,
        cross: bool,
    ) -> Table | None:
        """None where nothing may be shown.

        `apart`: those who didn't answer are told exactly or not at all, as other tables tell of them too.
        """
        counts = [total_of(found, each) for each in columns]
        silent = self.total - sum(counts)
        if apart:
            if 0 < silent < self.least or 0 < sum(counts) < self.least:
                return None
            shown = [*protect(counts, self.least), silent]
        else:
            shown = protect([*counts, silent], self.least)
        every = [*columns, Column(Said(_("Not answered")), (), lineage=SILENT)]
        groups = self.groups(every, shown, found, apart=apart) if cross else ()
        cells = cells_of(every, shown, self.total)
        return Table(label, cells, self.total, groups, lineage)

    def groups(
        self, columns: Sequence[Column], shown: Sequence[int | None], found: Groups, *, apart: bool
    ) -> tuple[tuple[Group, tuple[Cell, ...]], ...] | None:
        """The cells in each group. What is hidden of all is one column, whose sum alone is known."""
        if self.division is None:
            return None if self.divided_by else ()
        asked = columns[:-1]
        rows = []
        for group, members in zip(self.division.groups, self.division.members, strict=True):
            within = {each: found[each] for each in members if each in found}
            counts = [total_of(within, each) for each in asked]
            rows.append([*counts, group.total - sum(counts)])
        alone = [place for place, count in enumerate(shown) if count is not None]
        pooled = [place for place, count in enumerate(shown) if count is None]
        if apart:
            answering = [sum(row[:-1]) for row in rows]
            if any(0 < n < self.least for row in rows for n in (row[-1], *answering)):
                return None
            alone = [place for place in alone if place != len(asked)]
        merged = [
            [row[place] for place in alone] + ([sum(row[p] for p in pooled)] if pooled else [])
            for row in rows
        ]
        hidden = protect_table(merged, self.least)
        if hidden is None:
            return None
        told = []
        for number, (group, row) in enumerate(zip(self.division.groups, rows, strict=True)):
            cells: list[int | None] = [None] * len(columns)
            for column, place in enumerate(alone):
                cells[place] = None if (number, column) in hidden else row[place]
            if apart:
                cells[-1] = row[-1]
            told.append((group, cells_of(columns, cells, group.total)))
        return tuple(told)


def total_of(found: Groups, column: Column) -> int:
    return sum(counter[each] for counter in found.values() for each in column.keys)


def cells_of(
    columns: Sequence[Column], counts: Sequence[int | None], total: int
) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            each.label,
            count,
            None if count is None else round(100 * count / total) if total else 0,
            each.number,
            each.lineage,
        )
        for each, count in zip(columns, counts, strict=True)
    )


def division_of(version: QuestionVersion, table: Table, found: Groups) -> Division | None:
    """Groups that are shown each alone, those that are hidden together, and those who didn't answer."""
    choices = [each for each in version.options.all() if each.role == Option.Role.CHOICE]
    # The choices come first in the table; after them, perhaps, those who don't know, and who didn't answer.
    places: list[tuple[int | None, Said, int | None]] = [
        (choice.pk, cell.label, cell.count)
        for choice, cell in zip(choices, table.cells, strict=False)
    ]
    others = table.cells[len(choices) :]
    silent = (
        None
        if any(cell.count is None for cell in others)
        else sum(cell.count or 0 for cell in others)
    )
    places.append((None, Said(_("Not answered")), silent))
    groups: list[Group] = []
    members: list[tuple[int | None, ...]] = []
    for pk, label, count in places:
        if count:
            groups.append(Group(pk, label, count))
            members.append((pk,))
    if left := table.total - sum(group.total for group in groups):
        groups.append(Group(None, Said(_("Groups that are hidden, together")), left))
        members.append(tuple(pk for pk, _label, count in places if count is None))
    return Division(groups, members) if len(groups) > 1 else None


def results_of(tally: Tally | None, *, least: int) -> Results:
    """All that may be told of a tally, in a fixed number of queries."""
    return Results(None, least, ()) if tally is None else results_of_all([tally])[0]


def results_of_all(tallies: Sequence[Tally]) -> list[Results]:
    """The same for several tallies, which come with their surveys, in as many queries."""
    counts: dict[int, dict[int, dict[int | None, Counter[Key]]]] = {each.pk: {} for each in tallies}
    numbers: dict[tuple[int, int], tuple[Decimal, Decimal]] = {}
    cells = TallyCell.objects.filter(tally__in=tallies).values_list(
        "tally", "version", "group", "option", "row", "number", "dont_know", "year", "count", "summed", "squared"
    )  # fmt: skip
    for tally, version, group, option, row, number, unknown, year, count, summed, squared in cells:
        counter = counts[tally].setdefault(version, {}).setdefault(group, Counter())
        counter[(option, row, number, unknown, year)] += count
        if summed is not None and squared is not None:
            before = numbers.get((tally, version), (Decimal(0), Decimal(0)))
            numbers[tally, version] = (before[0] + summed, before[1] + squared)
    questions: dict[int, list[Question]] = {each.survey_id: [] for each in tallies}
    for question in questions_of(questions):
        questions[question.section.survey_id].append(question)
    return [
        told(
            tally,
            questions[tally.survey_id],
            counts[tally.pk],
            {version: found for (pk, version), found in numbers.items() if pk == tally.pk},
        )
        for tally in tallies
    ]


def questions_of(surveys: Iterable[int]) -> Iterable[Question]:
    versions = QuestionVersion.objects.order_by("-number").prefetch_related("options")
    wanted = Option.objects.select_related("version__question")
    return (
        Question.objects.filter(section__survey__in=surveys)
        .select_related("section")
        .order_by("section__position", "section__pk", "position", "pk")
        .prefetch_related(Prefetch("versions", versions), Prefetch("show_if", wanted))
    )


def told(
    tally: Tally,
    questions: list[Question],
    counts: Mapping[int, Groups],
    numbers: Mapping[int, tuple[Decimal, Decimal]],
) -> Results:
    least, divided_by = tally.survey.least, tally.survey.divided_by_id
    if tally.total < least:
        return Results(None, least, ())
    maker = Maker(tally.total, least, divided_by)
    # The question that divides is made first, since all others are shown by its groups.
    first = [each for each in questions if any(v.pk == divided_by for v in each.versions.all())]
    made: dict[int, list[Counted]] = {}
    for question in [*first, *(each for each in questions if each not in first)]:
        versions = list(question.versions.all())
        answered = [each for each in versions if each.pk in counts]
        apart = len(answered) > 1 or bool(question.show_if.all())
        made[question.pk] = [
            counted(
                maker, question, each, counts.get(each.pk, {}), numbers.get(each.pk), apart=apart
            )
            for each in versions
            if each == versions[0] or each in answered
        ]
    groups = tuple(maker.division.groups) if maker.division else ()
    found = tuple(each for question in questions for each in made[question.pk])
    return Results(tally, least, found, groups)


def counted(
    maker: Maker,
    question: Question,
    version: QuestionVersion,
    found: Groups,
    numbers: tuple[Decimal, Decimal] | None,
    *,
    apart: bool,
) -> Counted:
    tables = maker.tables(question, version, found, apart=apart)
    measured, written = Measured(), None
    if version.kind in QuestionVersion.TEXTS:
        if tables or not apart:
            wrote = sum(counter[key()] for counter in found.values())
            written = wrote if wrote >= maker.least else None
        tables = ()
    elif version.kind == Kind.NUMBER:
        answered = tables[0].cells[0].count if tables else None
        if answered and numbers:
            measured = mean_and_spread(answered, *numbers)
    elif version.kind in QuestionVersion.SCALES and tables:
        measured = measure(tables[0])
    return Counted(question, version, say(version.text), tables, measured, written)
