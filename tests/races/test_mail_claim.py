"""Workers that get the same mail at the same moment send it once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from recovery_network.mail import delivery, outbox, transport
from recovery_network.mail.models import Mail
from tests.mail.fixtures import Queue
from tests.mail.sink import Sink

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WORKERS = 8


def at_once(work: Callable[[], Any]) -> list[Any]:
    """What `work` gives in each of WORKERS threads that begin together, each on its own connection."""
    start = Barrier(WORKERS)

    def one(_number: int) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            return work()
        finally:
            transport.close()
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def test_one_of_many_workers_sends(queue: Queue, sink: Sink) -> None:
    mail = queue()
    assert sorted(at_once(lambda: delivery.deliver(mail.pk))) == [False] * (WORKERS - 1) + [True]
    assert len(sink.mails) == 1


def test_control_without_the_claim_each_worker_sends(
    queue: Queue, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "claim", lambda pk: Mail.objects.get(pk=pk))
    mail = queue()
    at_once(lambda: delivery.deliver(mail.pk))
    assert len(sink.mails) == WORKERS


def test_one_of_many_transactions_queues(queue: Queue) -> None:
    """The others learn it without an error that would undo what they were doing."""

    def write() -> bool:
        with transaction.atomic():
            mail = outbox.queue(
                kind="greeting",
                to="kari@example.no",
                language="nb",
                context={"name": "Kari"},
                key="greeting:once",
            )
            Mail.objects.count()
        return mail is not None

    assert sorted(at_once(write)) == [False] * (WORKERS - 1) + [True]
    assert Mail.objects.count() == 1
