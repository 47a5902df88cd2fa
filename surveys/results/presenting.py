"""Tables and bars as pages, files and papers show them: answers down, everyone, groups or years across."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.models import QuestionVersion
from surveys.results.counting import SILENT, UNKNOWN, Cell, Counted, Results, Table
from surveys.words import Said

Kind = QuestionVersion.Kind
TONES = 7


@dataclass(frozen=True)
class Segment:
    """A part of a bar, in hundredths of it as SVG writes them; the tone is a number, or says what it is."""

    start: str
    width: str
    tone: str


@dataclass(frozen=True)
class Bar:
    label: Said
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Chart:
    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, Said], ...]


@dataclass(frozen=True)
class Row:
    label: Said
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Grid:
    """`columns` are empty where there is one only, for everyone."""

    caption: Said
    columns: tuple[Said, ...]
    rows: tuple[Row, ...]
    chart: Chart | None

    @property
    def hides(self) -> bool:
        return any(
            cell is not None and cell.count is None for row in self.rows for cell in row.cells
        )


@dataclass(frozen=True)
class Shown:
    """A question as a page shows it."""

    counted: Counted
    grids: tuple[Grid, ...]
    chart: Chart | None
    by_group: tuple[Grid, ...]
    # Whether there are groups, and nothing may be told of them here.
    silent_by_group: bool


def shown(results: Results) -> list[Shown]:
    return [show(each, results) for each in results.questions]


def show(counted: Counted, results: Results) -> Shown:
    several = counted.several
    by_group: tuple[Grid, ...] = ()
    silent = False
    if results.groups and results.only is None and counted.tables:
        silent = any(table.groups is None for table in counted.tables)
        if not silent and all(table.groups for table in counted.tables):
            by_group = grids(columns_by_group(counted), several=several)
    return Shown(
        counted,
        grids([(Said(""), counted.tables)], several=several),
        chart_of(counted),
        by_group,
        silent,
    )


def columns_by_group(counted: Counted) -> list[tuple[Said, tuple[Table, ...]]]:
    columns: list[tuple[Said, tuple[Table, ...]]] = [(Said(_("Everyone")), counted.tables)]
    for place, (group, _cells) in enumerate(counted.tables[0].groups or ()):
        narrowed = tuple(
            Table(table.label, (table.groups or ())[place][1], group.total, lineage=table.lineage)
            for table in counted.tables
        )
        columns.append((group.label, narrowed))
    return columns


def grids(columns: Sequence[tuple[Said, Sequence[Table]]], *, several: bool) -> tuple[Grid, ...]:
    """One grid for each row of a table of choices, else one; a choice of several is a row for each choice."""
    labels = tuple(label for label, _tables in columns) if len(columns) > 1 else ()
    if several:
        names = {table.lineage: table.label for _label, tables in columns for table in tables}
        found = [{table.lineage: table.cells[0] for table in tables} for _label, tables in columns]
        rows = tuple(
            Row(name, tuple(each.get(key) for each in found)) for key, name in names.items()
        )
        return (Grid(Said(""), labels, rows, None),) if rows else ()
    captions = {table.lineage: table.label for _label, tables in columns for table in tables}
    return tuple(
        grid(
            caption,
            labels,
            [next((t for t in tables if t.lineage == key), None) for _l, tables in columns],
        )
        for key, caption in captions.items()
    )


def grid(caption: Said, labels: tuple[Said, ...], tables: Sequence[Table | None]) -> Grid:
    names = {cell.lineage: cell.label for table in tables if table for cell in table.cells}
    found = [{cell.lineage: cell for cell in table.cells} if table else {} for table in tables]
    # What isn't an answer stands last, also where another column has more answers than the first.
    order = sorted(
        names,
        key=lambda name: (UNKNOWN, SILENT).index(name) + 1 if name in {UNKNOWN, SILENT} else 0,
    )
    rows = tuple(Row(names[name], tuple(each.get(name) for each in found)) for name in order)
    bars = [(label, table) for label, table in zip(labels, tables, strict=False) if table]
    return Grid(caption, labels, rows, stacked(bars) if bars else None)


def chart_of(counted: Counted) -> Chart | None:
    """One bar for a scale, and one for each row of a table of choices."""
    if counted.version.kind in {*QuestionVersion.SCALES, Kind.MATRIX} and counted.tables:
        return stacked([(table.label, table) for table in counted.tables])
    return None


def stacked(bars: Sequence[tuple[Said, Table]]) -> Chart:
    names = {
        cell.lineage: cell.label
        for _label, table in bars
        for cell in table.cells
        if cell.lineage != SILENT
    }
    asked = [name for name in names if name != UNKNOWN]
    tones = {name: str(tone(place, len(asked))) for place, name in enumerate(asked)} | {
        UNKNOWN: "unknown"
    }
    drawn = tuple(Bar(label, segments(table, tones)) for label, table in bars)
    seen = {part.tone for bar in drawn for part in bar.segments}
    legend = [(tones[name], label) for name, label in names.items() if tones[name] in seen]
    if "hidden" in seen:
        legend.append(("hidden", Said(_("hidden"))))
    return Chart(drawn, tuple(legend))


def tone(place: int, places: int) -> int:
    """Between 1 and TONES, spread evenly."""
    return 1 + round(place * (TONES - 1) / max(places - 1, 1))


def segments(table: Table, tones: dict[str, str]) -> tuple[Segment, ...]:
    """Those who answered, from left to right; what is hidden is one part of its own, at the end."""
    told = [
        (tones[cell.lineage], cell.count or 0) for cell in table.cells if cell.lineage != SILENT
    ]
    left = table.total - sum(cell.count or 0 for cell in table.cells)
    whole = sum(count for _tone, count in told) + left
    found, start = [], 0.0
    for name, count in [*told, ("hidden", left)]:
        if count:
            width = 100 * count / whole
            found.append(Segment(f"{start:.2f}", f"{width:.2f}", name))
            start += width
    return tuple(found)
