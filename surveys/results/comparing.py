"""This survey beside earlier ones that asked the same. Other people answered those, or the same ones unknown
to us, so tables that are safe alone are safe together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from surveys.models import QuestionVersion
from surveys.results.counting import BANDS, Cell, Counted, Measured, Results, Table, bands_of
from surveys.results.presenting import Grid, grids
from surveys.words import Said

Kind = QuestionVersion.Kind


@dataclass(frozen=True)
class Compared:
    """A question beside itself in other surveys; `measured` follows the columns."""

    text: Said
    columns: tuple[Said, ...]
    grids: tuple[Grid, ...]
    measured: tuple[Measured, ...]

    @property
    def by_survey(self) -> list[tuple[Said, Measured]]:
        return list(zip(self.columns, self.measured, strict=True))

    @property
    def has_means(self) -> bool:
        return any(each.mean is not None or each.between for each in self.measured)

    @property
    def has_scores(self) -> bool:
        return any(each.score is not None for each in self.measured)


def compare(this: Results, others: Sequence[Results]) -> list[Compared]:
    """The questions of `this` that others asked too, with everything they can be compared by."""
    found = []
    for counted in this.questions:
        if counted.is_text or not counted.tables:
            continue
        beside = [(this, counted)] + [
            (other, match) for other in others if (match := matching(counted, other)) is not None
        ]
        if len(beside) > 1:
            found.append(compared(counted, beside))
    return found


def matching(counted: Counted, other: Results) -> Counted | None:
    """What `other` asked in the same words' place: of the same kind, and a scale with the same ends."""
    asked = counted.version
    return next(
        (
            each
            for each in other.questions
            if each.tables
            and each.question.lineage == counted.question.lineage
            and (each.version.kind, each.version.low, each.version.high)
            == (asked.kind, asked.low, asked.high)
        ),
        None,
    )


def compared(counted: Counted, beside: Sequence[tuple[Results, Counted]]) -> Compared:
    tables = [match.tables for _results, match in beside]
    if counted.version.kind == Kind.RECOMMEND and any(in_bands(each) for each in tables):
        tables = [
            each if in_bands(each) else (banded(match),)
            for each, (_r, match) in zip(tables, beside, strict=True)
        ]
    columns = tuple(name_of(results) for results, _match in beside)
    return Compared(
        counted.text,
        columns,
        grids(list(zip(columns, tables, strict=True)), several=counted.several),
        tuple(match.measured for _results, match in beside),
    )


def name_of(results: Results) -> Said:
    assert results.tally is not None
    return Said(f"{results.tally.survey} ({results.tally.until.year})")


def in_bands(tables: Sequence[Table]) -> bool:
    return any(cell.lineage in BANDS for table in tables for cell in table.cells)


def banded(counted: Counted) -> Table:
    """Steps that are all shown, put together in the three bands."""
    (table,) = counted.tables
    steps = {cell.number: cell.count or 0 for cell in table.cells if cell.number is not None}
    cells = [
        Cell(
            band.label,
            count := sum(steps[step] for step in BANDS[band.lineage]),
            round(100 * count / table.total),
            lineage=band.lineage,
        )
        for band in bands_of(counted.version)
        if band.lineage in BANDS
    ]
    return replace(table, cells=(*cells, *(each for each in table.cells if each.number is None)))
