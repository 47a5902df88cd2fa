"""Surveys: a hundred thousand people who answered thirty questions, and two hundred answers a second."""

import statistics
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from tooling.benchmark import client, report
from tooling.benchmark.client import Visitor
from tooling.benchmark.measures import CLIENTS, ROUNDS, Bench

PEOPLE = 100_000
SLUG, OPEN_SLUG = "large-survey", "quick-survey"
MOST_QUERIES = 20
# Of a worker that has once sent a file, for another as large.
MOST_GROWTH = 5
ANSWERS_A_SECOND = 200
# Enough pages for every round, each of which gives one answer.
PAGES_A_SECOND = 1500


def surveys(bench: Bench) -> Iterator[report.Line]:
    yield from reading(bench)
    yield from answering(bench)


def reading(bench: Bench) -> Iterator[report.Line]:
    """The results page and a file of comments, of answers that are counted already."""
    made = bench.ask("large_survey", SLUG, str(PEOPLE))
    assert isinstance(made, dict)
    visitor = Visitor(bench.site.port, {made["cookie"]: made["session"]})
    times = []
    for _ in range(ROUNDS):
        started = time.monotonic()
        visitor.page(made["results"])
        times.append(time.monotonic() - started)
    yield report.at_most(
        f"Results of {PEOPLE} answers to 30 questions",
        statistics.median(times),
        1,
        unit=" s",
        detail=f"{made['rows']} rows, counted once in {made['seconds']:.1f} s",
    )
    queries = bench.ask("queries_signed_in", made["results"], made["cookie"], made["session"])
    assert isinstance(queries, int)
    yield report.at_most("Queries of the results", queries, MOST_QUERIES)
    # Each worker sends it once, so that what it keeps for itself isn't taken for the file's.
    for _ in range(4):
        visitor.get(made["comments"])
    before = max(bench.site.megabytes())
    sizes = [len(visitor.get(made["comments"]).body) for _ in range(2)]
    growth = max(bench.site.megabytes()) - before
    yield report.at_most(
        "Growth of a worker by a file of comments",
        growth,
        MOST_GROWTH,
        unit=" MB",
        detail=f"{sizes[0] / 1e6:.1f} MB sent",
    )


def answering(bench: Bench) -> Iterator[report.Line]:
    """Answers sent to an open survey by many at once, beside a bare view that writes as many rows."""
    pages = round(PAGES_A_SECOND * bench.seconds * ROUNDS)
    made = bench.ask("quick_survey", OPEN_SLUG, str(pages))
    assert isinstance(made, dict)
    sent = [
        urlencode({**made["typed"], "page": page, "go": "send"}).encode() for page in made["pages"]
    ]
    bodies = iter(sent)
    rates: dict[str, list[float]] = {"bare": [], "site": []}

    def send(port: int, path: str, body: bytes) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = client.fetch(port, path, method="POST", headers=headers, body=body)
        client.where_to(answer)

    bare = f"/answer/?size={made['size']}"
    for _ in range(ROUNDS):
        rates["bare"].append(
            client.repeat(
                lambda: send(bench.bare.port, bare, sent[0]), seconds=bench.seconds, clients=CLIENTS
            )
        )
        rates["site"].append(
            client.repeat(
                lambda: send(bench.site.port, made["path"], next(bodies)),
                seconds=bench.seconds,
                clients=CLIENTS,
            )
        )
    bare_rate, rate = (statistics.median(rates[name]) for name in ("bare", "site"))
    yield report.at_least(
        "Answers accepted by two workers",
        rate,
        ANSWERS_A_SECOND,
        unit=" a second",
        detail=f"a bare view {bare_rate:.0f}",
    )
    accepted = bench.ask("envelopes", OPEN_SLUG)
    assert isinstance(accepted, int)
    unsent = sum(1 for _body in bodies)
    yield report.exactly("Answers lost", pages - unsent - accepted, 0)
