"""A large programme: five hundred sessions in twenty rooms over three days."""

import re
import statistics
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from tooling.benchmark import client, report
from tooling.benchmark.client import Visitor

if TYPE_CHECKING:
    from tooling.benchmark.measures import Bench

ROUNDS = 3
CLIENTS = 4
# Requests until each of the workers has surely made the page; it is then kept for five seconds.
WARMING = 12
LONGEST_ROUND = 2.0
SLUG = "large-programme"
MOST_QUERIES = 8
MOST_BYTES_OF_TEXT = 3
LEAST_OF_BARE = 0.5


def large_programme(bench: "Bench") -> Iterator[report.Line]:
    """Its cold queries, its bytes beside its text, and its rate when kept beside a bare template view."""
    bench.ask("large_programme", SLUG)
    path = bench.addresses(SLUG)["programme"]
    queries = bench.ask("queries", path)
    assert isinstance(queries, int)
    yield report.at_most("Queries of a programme of 500", queries, MOST_QUERIES - 1)
    page = Visitor(bench.site.port).page(path)
    sent, text = len(page.encode()), len(text_of(page).encode())
    yield report.at_most(
        "Bytes of a programme of 500 beside its text",
        sent / text,
        MOST_BYTES_OF_TEXT,
        detail=f"{sent / 1000:.0f} and {text / 1000:.0f} kB",
    )
    rates: dict[str, list[float]] = {"bare": [], "programme": []}
    for _ in range(ROUNDS):
        rates["bare"].append(rate(bench.bare.port, "/", bench.seconds))
        rates["programme"].append(rate(bench.site.port, path, bench.seconds))
    bare, kept = (statistics.median(rates[name]) for name in ("bare", "programme"))
    yield report.at_least(
        "Programme of 500 beside a bare view",
        kept / bare,
        LEAST_OF_BARE,
        detail=f"{kept:.0f} and {bare:.0f} a second",
    )


def text_of(page: str) -> str:
    """What a reader sees of the page, without the data meant for search engines."""
    body = re.sub(r"<script.*?</script>", "", page[page.index("<body") :], flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def rate(port: int, path: str, seconds: float) -> float:
    """Pages a second, for less time than a page is kept, once every worker has it."""
    request = client.request_bytes(path)
    for _ in range(WARMING):
        client.exchange(port, request)

    def visit() -> None:
        answer = client.exchange(port, request)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer[:200])

    return client.repeat(visit, seconds=min(seconds, LONGEST_ROUND), clients=CLIENTS)
