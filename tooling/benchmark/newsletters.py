"""A newsletter to fifty thousand: how long until every copy stands in the outbox, and how much memory it takes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tooling.benchmark import report

if TYPE_CHECKING:
    from tooling.benchmark.measures import Bench

READERS = 50_000
MOST_SECONDS = 60
# What a batch of copies and what Django itself keeps between them take; it doesn't grow with the readers.
MOST_MEGABYTES = 100


def newsletter(bench: "Bench") -> Iterator[report.Line]:
    answer = bench.ask("newsletter", str(READERS))
    assert isinstance(answer, dict)
    yield report.exactly("Copies of a newsletter that are missing", answer["missing"], 0)
    yield report.at_most(
        "Newsletter to 50,000 queued",
        answer["seconds"],
        MOST_SECONDS,
        unit=" s",
        detail=f"{READERS / answer['seconds']:.0f} a second",
    )
    yield report.at_most(
        "Memory it takes beyond that of the process",
        answer["megabytes"],
        MOST_MEGABYTES,
        unit=" MB",
    )
