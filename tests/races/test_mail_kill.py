"""A worker that is killed in the middle of a mail."""

import time
from collections.abc import Callable
from threading import Event

import pytest

from recovery_network.mail.delivery import deliver
from recovery_network.mail.models import Mail
from recovery_network.mail.sweeping import sweep
from tests.mail.fixtures import Nudged, Queue
from tests.mail.sink import Sink
from tests.races import processes

pytestmark = pytest.mark.django_db(transaction=True)

DELIVER = "import sys, django; django.setup(); from recovery_network.mail.delivery import deliver; deliver(int(sys.argv[1]))"


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def kill_while_the_server_answers(mail: Mail, sink: Sink, *, answer: str) -> None:
    """Kill -9 when the server has the whole mail but has said nothing yet."""
    has_mail, may_answer = Event(), Event()

    def wait_and_answer() -> str:
        has_mail.set()
        may_answer.wait(20)
        return answer

    sink.answer_to_data = wait_and_answer
    worker = processes.start("-c", DELIVER, str(mail.pk), EMAIL_URL=f"smtp://127.0.0.1:{sink.port}")
    try:
        assert has_mail.wait(30)
    finally:
        worker.kill()
        worker.wait(10)
        may_answer.set()
    sink.answer_to_data = lambda: "250 OK"


def test_before_the_server_took_it_the_mail_is_sent_once(
    queue: Queue, sink: Sink, nudged: Nudged
) -> None:
    mail = queue()
    assert nudged() == [mail.pk]
    kill_while_the_server_answers(mail, sink, answer="451 Gone")
    assert Mail.objects.values_list("state", "attempts").get() == ("sending", 1)
    assert not deliver(mail.pk), "its lease has not run out"
    assert sweep(lease_seconds=0) == 1
    assert [deliver(pk) for pk in nudged()] == [True]
    assert len(sink.mails) == 1
    assert Mail.objects.values_list("state", "attempts").get() == ("sent", 2)


def test_after_the_server_took_it_both_copies_bear_one_message_id(
    queue: Queue, sink: Sink, nudged: Nudged
) -> None:
    """The one way to send twice: the server's OK came, and nobody lived to note it (`domain.md` 6)."""
    mail = queue()
    assert nudged() == [mail.pk]
    kill_while_the_server_answers(mail, sink, answer="250 OK")
    wait_until(lambda: len(sink.mails) == 1)
    sweep(lease_seconds=0)
    assert [deliver(pk) for pk in nudged()] == [True]
    assert [letter["Message-ID"] for letter in sink.mails] == [mail.message_id] * 2
