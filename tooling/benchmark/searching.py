"""Search over twenty thousand pages, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tooling.benchmark import report

if TYPE_CHECKING:
    from tooling.benchmark.measures import Bench

PAGES = 20_000
MOST_MILLISECONDS = 50


def search(bench: "Bench") -> Iterator[report.Line]:
    """The whole page of results, made in one process; the 95th percentile of three hundred questions."""
    sqlite = bench.folder / "search"
    sqlite.mkdir()
    embedded = {**bench.environment, "DATABASE_URL": f"sqlite:///{sqlite / 'db.sqlite3'}"}
    for name, each in (
        ("PostgreSQL", bench),
        ("SQLite", replace(bench, environment=embedded)),
    ):
        each.ask("migrated")
        took = each.ask("search", str(PAGES))
        assert isinstance(took, dict)
        yield report.at_most(
            f"Search over {PAGES:,} pages, {name}",
            took["percentile"],
            MOST_MILLISECONDS,
            unit=" ms",
            detail=f"middle {took['middle']:.1f}, slowest {took['slowest']:.1f} ms",
        )
