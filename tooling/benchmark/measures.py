"""Each demand on speed, measured on the running site and on the bare views beside it."""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from tooling import processes
from tooling.benchmark import client, programmes, report, searching
from tooling.benchmark.client import Visitor
from tooling.benchmark.web import Web
from tooling.paths import ROOT

DEMO_SLUG = "sosial-recovery-konferansen"
ROUNDS = 3
CLIENTS = 4
RACERS, RACED_PLACES = 60, 5
MAILS = 5000
# As in compose.yaml: in a pool of processes Celery would close the connections after every task.
WORKER = ("--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING")
INSIDE = (
    "import django; django.setup(); from tooling.benchmark import site_data; site_data.answer()"
)
SENT = """SELECT count(*), extract(epoch FROM max(sent_at) - min(sent_at))
          FROM mail_mail WHERE key LIKE 'benchmark:%' AND sent_at IS NOT NULL"""
people = count(1)


@dataclass(frozen=True)
class Bench:
    """The two sites and the environment that the measured one runs in."""

    environment: Mapping[str, str]
    bare: Web
    site: Web
    seconds: float
    folder: Path

    def ask(self, *question: str) -> object:
        """Have `site_data` answer inside the measured site."""
        done = subprocess.run(
            [sys.executable, "-c", INSIDE, *question],
            cwd=ROOT,
            env={**self.environment, "LOG_LEVEL": "ERROR"},
            stdout=subprocess.PIPE,
            check=True,
        )
        answer: object = json.loads(done.stdout)
        return answer

    def addresses(self, slug: str, *, places: int | None = None) -> dict[str, str]:
        question = ["addresses", slug] if places is None else ["conference", slug, str(places)]
        answer = self.ask(*question)
        assert isinstance(answer, dict)
        return answer


def pages(bench: Bench) -> Iterator[report.Line]:
    """Rates of the public pages beside a bare template view, in turns so that both see the same machine."""
    paths = bench.addresses(DEMO_SLUG)
    rates: dict[str, list[float]] = {"bare": [], "page": [], "programme": []}
    costs: dict[str, list[float]] = {"bare": [], "page": [], "programme": []}
    for _ in range(ROUNDS):
        for name in rates:
            web, path = (bench.bare, "/") if name == "bare" else (bench.site, paths[name])
            rate, cost = page_rate(web, path, bench.seconds)
            rates[name].append(rate)
            costs[name].append(cost)
    bare = statistics.median(rates["bare"])
    for name, label in (("page", "Conference page"), ("programme", "Programme page")):
        rate = statistics.median(rates[name])
        yield report.at_least(
            f"{label} beside a bare view",
            rate / bare,
            0.7,
            detail=f"{rate:.0f} and {bare:.0f} a second; "
            f"{statistics.median(costs[name]):.2f} and {statistics.median(costs['bare']):.2f} ms of CPU",
        )


def page_rate(web: Web, path: str, seconds: float) -> tuple[float, float]:
    """Pages a second, and milliseconds of the workers' processor time for each."""
    request = client.request_bytes(path)
    before, started = web.cpu_seconds(), time.monotonic()

    def visit() -> None:
        answer = client.exchange(web.port, request)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer[:200])

    rate = client.repeat(visit, seconds=seconds, clients=CLIENTS)
    used = web.cpu_seconds() - before
    return rate, 1000 * used / (rate * (time.monotonic() - started))


def queries(bench: Bench) -> Iterator[report.Line]:
    """Cold queries, with few and with many registrations."""
    paths = bench.addresses("queries", places=0)
    for registered in (10, 1000):
        bench.ask("people", "queries", str(registered))
        for name in ("page", "programme"):
            found = bench.ask("queries", paths[name])
            assert isinstance(found, int)
            yield report.at_most(f"Queries of the {name}, {registered} registered", found, 3)


def registration(bench: Bench) -> Iterator[report.Line]:
    """Four steps: page, form, sending it, receipt."""
    paths = bench.addresses("registering", places=0)
    rates: dict[str, list[float]] = {"bare": [], "site": []}
    for _ in range(ROUNDS):
        rates["bare"].append(
            client.repeat(
                lambda: register(bench.bare.port, "/", "/register/"),
                seconds=bench.seconds,
                clients=CLIENTS,
            )
        )
        rates["site"].append(
            client.repeat(
                lambda: register(bench.site.port, paths["page"], paths["form"]),
                seconds=bench.seconds,
                clients=CLIENTS,
            )
        )
    bare, site = (statistics.median(rates[name]) for name in ("bare", "site"))
    yield report.at_least(
        "Whole registration beside bare views",
        site / bare,
        0.5,
        detail=f"{site:.1f} and {bare:.1f} a second",
    )


def register(port: int, page: str, form: str) -> None:
    visitor = Visitor(port)
    visitor.get(page)
    answer = visitor.post(form, filled(visitor.page(form)))
    receipt = visitor.get(client.where_to(answer))
    if receipt.status != 200:
        raise RuntimeError(f"The receipt answered {receipt.status}")


def filled(page: str) -> dict[str, str]:
    """A form's values with one more invented person written into it."""
    number = next(people)
    return client.hidden_fields(page) | {
        "name": f"Deltaker {number}",
        "email": f"deltaker{number}@example.no",
        "tier": "ansatt",
        "terms": "on",
    }


def race(bench: Bench) -> Iterator[report.Line]:
    """Sixty people have the form open and send it in the same moment."""
    paths = bench.addresses("race", places=RACED_PLACES)
    visitors = [Visitor(bench.site.port) for _ in range(RACERS)]
    forms = [filled(visitor.page(paths["form"])) for visitor in visitors]
    answers: list[int] = []
    start = threading.Barrier(RACERS + 1)

    def send(visitor: Visitor, values: dict[str, str]) -> None:
        start.wait()
        answers.append(visitor.post(paths["form"], values).status)

    threads = [
        threading.Thread(target=send, args=pair) for pair in zip(visitors, forms, strict=True)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.monotonic()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    redirected = sum(status in {302, 303} for status in answers)
    yield report.exactly(f"Answers to {RACERS} racing", redirected, RACERS)
    yield report.at_most(f"{RACERS} racing for {RACED_PLACES} places", took, 2, unit=" s")
    confirmed = bench.ask("confirmed", "race")
    assert isinstance(confirmed, int)
    yield report.exactly("Confirmed in the race", confirmed, RACED_PLACES)


def first_visit(bench: Bench) -> Iterator[report.Line]:
    """All that a real browser fetches for somebody who comes for the first time."""
    from playwright.sync_api import (
        sync_playwright,
    )  # its start is slow and only this measure needs it

    from tooling import chromium

    path = bench.addresses(DEMO_SLUG)["page"]
    fetched: list[tuple[str, int]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_page(extra_http_headers={"X-Forwarded-Proto": "https"})
        requests = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.goto(f"http://127.0.0.1:{bench.site.port}{path}", wait_until="networkidle")
        for request in requests:
            sizes = request.sizes()
            sent = sizes["responseHeadersSize"] + sizes["responseBodySize"]
            fetched.append((request.resource_type, sent))
        browser.close()
    total = sum(size for _, size in fetched) / 1000
    detail = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in fetched)
    yield report.at_most("First visit, all that is sent", total, 32, unit=" kB", detail=detail)
    yield report.at_most("First visit, requests", len(fetched), 5)
    scripts = sum(kind == "script" for kind, _ in fetched)
    yield report.exactly("First visit, scripts", scripts, 0)


def memory(bench: Bench) -> Iterator[report.Line]:
    """What a worker holds after ten thousand pages, and whether it grew on the way."""
    path = bench.addresses(DEMO_SLUG)["page"]
    request = client.request_bytes(path)
    sizes = []
    for _ in range(2):
        seen = count(1)
        while next(seen) <= 10_000:
            client.exchange(bench.site.port, request)
        sizes.append(max(bench.site.megabytes()))
    yield report.at_most("Worker after 10,000 requests", sizes[0], 100, unit=" MB")
    yield report.at_most("Growth over 10,000 more", sizes[1] - sizes[0], 1, unit=" MB")


def mail(bench: Bench) -> Iterator[report.Line]:
    """One worker delivers mails with calendar files to a mail server on this machine."""
    with smtp_sink() as port:
        environment = dict(bench.environment) | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        bench.ask("mails", str(MAILS))
        with (bench.folder / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "recovery_network", "worker", *WORKER],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            sent, span = wait_for_mails(bench.environment["DATABASE_URL"])
        finally:
            processes.stop(worker)
    yield report.exactly("Mails delivered", sent, MAILS)
    yield report.at_least("Mails by one worker", sent / (span or 1), 100, unit=" a second")


def wait_for_mails(database: str, *, seconds: float = 180) -> tuple[int, float]:
    """How many were sent, and the seconds between the first and the last of them."""
    deadline = time.monotonic() + seconds
    with psycopg.connect(database, autocommit=True) as connection:
        while True:
            row = connection.execute(SENT).fetchone()
            assert row is not None
            sent, span = row
            if sent >= MAILS or time.monotonic() > deadline:
                return sent, float(span or 0)
            time.sleep(1)


@contextmanager
def smtp_sink() -> Iterator[int]:
    port = processes.free_port()
    sink = subprocess.Popen([sys.executable, "-m", "tooling.benchmark.sink", str(port)], cwd=ROOT)
    try:
        time.sleep(1)
        yield port
    finally:
        processes.stop(sink)


ALL = {
    "pages": pages,
    "queries": queries,
    "programme": programmes.large_programme,
    "registration": registration,
    "race": race,
    "visit": first_visit,
    "memory": memory,
    "mail": mail,
    "search": searching.search,
}
