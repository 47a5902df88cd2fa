"""Servers and workers die while people register: each of them still gets their confirmation."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.db.models import F
from django.utils import timezone

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations.models import Registration
from tests import factories
from tests.mail.sink import Sink
from tests.races import processes
from tooling import valkey
from tooling.benchmark.client import Visitor, hidden_fields

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PEOPLE = 200
AT_ONCE = 4
THREADS = 2
FORM = "/arrangementer/konferansen/pamelding/"
# The longest that one person may wait for an answer, whatever is broken, on a busy machine.
PATIENCE = 10.0


class Broker:
    """A valkey of this test's own, which can go away and come back empty on the same port."""

    def __init__(self, folder: Path) -> None:
        self.server = valkey.start(folder)
        self.url = f"{self.server.url}/0"

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait(10)

    def start_again(self) -> None:
        command = self.server.process.args
        assert isinstance(command, list)
        again = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        self.server = valkey.Valkey(again, self.server.url, self.server.origin)

    def ask_for_a_sweep(self) -> None:
        """What the clock of the worker does every half minute."""
        Celery("clock", broker=self.url, set_as_current=False).send_task("mail.sweep", retry=False)


class Worker:
    """`celery worker` as the embedded run starts it, in a session of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.process = self.started()

    def started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*processes.PYTHON, "-m", "celery", "-A", "recovery_network", "--quiet", "worker"]
            + ["-P", "threads", "-c", str(THREADS), "-B", "--loglevel", "ERROR"]
            + ["--without-mingle", "--without-gossip", "--without-heartbeat"],
            cwd=processes.ROOT,
            env=self.environment,
            start_new_session=True,
        )

    def kill(self) -> None:
        """Kill -9, its clock included; nobody gets to tidy up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def start_again(self) -> None:
        self.process = self.started()


class World:
    """The site with its servers, and what its visitors were told."""

    def __init__(self, port: int, sink: Sink, broker: Broker, worker: Worker) -> None:
        self.port, self.sink, self.broker, self.worker = port, sink, broker, worker
        self.acknowledged: list[str] = []
        self.refused: list[tuple[int, str]] = []
        self.waited: list[float] = []

    def register(self, number: int) -> None:
        person = {"name": f"Deltaker {number}", "email": f"deltaker{number}@example.no"}
        visitor = Visitor(self.port)
        values = {
            **hidden_fields(visitor.page(FORM)),
            **person,
            "tier": "ansatt",
            "terms": "on",
        }
        began = time.monotonic()
        answer = visitor.post(FORM, values)
        self.waited.append(time.monotonic() - began)
        if answer.status in {302, 303}:
            self.acknowledged.append(person["email"])
        else:
            self.refused.append((answer.status, person["email"]))


def wait_until(true: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.fixture
def world(sink: Sink, tmp_path: Path, conference: Conference) -> Iterator[World]:
    factories.make_tier(conference, organisation_required=False)
    broker = Broker(tmp_path)
    port = processes.free_port()
    environment = processes.environment(
        REDIS_URL=broker.url,
        EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
        DATA_DIR=str(tmp_path),
        BEHIND_PROXY="1",
        LOG_LEVEL="CRITICAL",
    )
    web = subprocess.Popen(
        [*processes.PYTHON, "-m", "gunicorn", "recovery_network.wsgi:application"]
        + ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--log-level", "critical"],
        cwd=processes.ROOT,
        env=environment,
        start_new_session=True,
    )
    worker = Worker(environment)
    try:
        wait_until(lambda: processes.listens(port), seconds=30, what="gunicorn did not start")
        yield World(port, sink, broker, worker)
    finally:
        worker.kill()
        web.terminate()
        web.wait(10)
        broker.kill()


def an_hour_passes() -> None:
    """For every mail that is not out yet: delays, patience and leases are over."""
    hour = timedelta(hours=1)
    waiting = Mail.objects.exclude(state=Mail.State.SENT)
    waiting.update(created_at=F("created_at") - hour, not_before=F("not_before") - hour)
    waiting.filter(claimed_at__isnull=False).update(claimed_at=F("claimed_at") - hour)
    waiting.update(nudged_at=None)


def test_everyone_who_was_told_yes_gets_one_confirmation(world: World) -> None:
    wait_until_the_worker_works(world)
    world.sink.answer_to_data = slowly

    def kill_in_the_middle_of_a_mail() -> None:
        world.worker.kill()
        world.sink.answer_to_data = lambda: "250 OK"

    troubles = {
        30: kill_in_the_middle_of_a_mail,
        60: world.worker.start_again,
        80: world.sink.stop,
        110: world.broker.kill,
        140: world.worker.kill,
        160: world.broker.start_again,
        170: world.worker.start_again,
    }

    def one(number: int) -> None:
        troubles.get(number, lambda: None)()
        world.register(number)

    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(one, range(PEOPLE)))

    assert world.refused == []
    assert max(world.waited) < PATIENCE
    left = Counter(Mail.objects.values_list("state", flat=True))
    assert left[Mail.State.SENDING] == THREADS, "the worker was not killed in the middle of a mail"
    assert left[Mail.State.QUEUED] > PEOPLE / 4, "nothing was in the way of the others"

    world.sink.start()
    deadline = time.monotonic() + 60
    while unsent := Mail.objects.exclude(state=Mail.State.SENT).count():
        assert time.monotonic() < deadline, f"{unsent} mails never left"
        an_hour_passes()
        world.broker.ask_for_a_sweep()
        time.sleep(1)

    rows = Counter(Mail.objects.filter(kind="confirmation").values_list("recipient", flat=True))
    assert rows == Counter(world.acknowledged)
    assert len(rows) == PEOPLE == Registration.objects.count()
    arrived = Counter(world.sink.recipients)
    assert set(arrived) == set(rows)
    # A kill between the server's OK and the mark is the one way to send twice (`domain.md` 6).
    assert sum(arrived.values()) <= PEOPLE + 2 * THREADS
    assert len({letter["Message-ID"] for letter in world.sink.mails}) == PEOPLE


def slowly() -> str:
    """The server's answer, after so long that a worker is always in the middle of a mail."""
    time.sleep(2)
    return "250 OK"


def wait_until_the_worker_works(world: World) -> None:
    """A worker that isn't up yet can't be killed in the middle of its work."""
    Mail.objects.create(
        key="first",
        kind="first",
        recipient="first@example.no",
        language="nb",
        subject="First",
        text="First",
        created_at=timezone.now() - timedelta(minutes=1),
    )
    world.broker.ask_for_a_sweep()
    wait_until(lambda: len(world.sink.mails) == 1, seconds=30, what="the worker did not start")
    world.sink.mails.clear()
    world.sink.recipients.clear()
