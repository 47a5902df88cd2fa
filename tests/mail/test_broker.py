import time
from typing import Any

import pytest

from recovery_network.mail import broker
from recovery_network.mail.tasks import deliver_mail, sweep
from tests.mail.fixtures import Nudged


def test_nudge_arrives(nudged: Nudged) -> None:
    assert broker.Broker().nudge(17)
    assert nudged() == [17]


def test_names_that_others_rely_on() -> None:
    assert (deliver_mail.name, sweep.name) == ("mail.deliver", "mail.sweep")


def test_broker_that_refuses_is_asked_once(
    broker_down: broker.Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    app = vars(broker)["app"]  # the one whose broker is down
    send = app.send_task

    def count(name: str, **more: Any) -> object:
        asked.append(name)
        return send(name, **more)

    monkeypatch.setattr(app, "send_task", count)
    assert [broker_down.nudge(number) for number in range(50)] == [False] * 50
    assert asked == [deliver_mail.name]


def test_broker_is_tried_again_after_a_while(broker_down: broker.Broker, nudged: Nudged) -> None:
    assert not broker_down.nudge(1)
    assert broker_down.silent_until > time.monotonic()
    back = broker.Broker()
    back.silent_until = time.monotonic() - 1
    assert not back.nudge(1), "still down"
    assert back.silent_until > time.monotonic()
