import time

from recovery_network.mail import broker
from recovery_network.mail.tasks import deliver_mail, sweep
from tests.mail.fixtures import Nudged


def test_nudge_arrives(nudged: Nudged) -> None:
    assert broker.Broker().nudge(17)
    assert nudged() == [17]


def test_names_that_others_rely_on() -> None:
    assert (deliver_mail.name, sweep.name) == ("mail.deliver", "mail.sweep")


def test_broker_that_refuses_costs_no_time(broker_down: broker.Broker) -> None:
    began = time.monotonic()
    assert [broker_down.nudge(number) for number in range(50)] == [False] * 50
    assert time.monotonic() - began < 2


def test_broker_is_tried_again_after_a_while(broker_down: broker.Broker, nudged: Nudged) -> None:
    assert not broker_down.nudge(1)
    assert broker_down.silent_until > time.monotonic()
    back = broker.Broker()
    back.silent_until = time.monotonic() - 1
    assert not back.nudge(1), "still down"
    assert back.silent_until > time.monotonic()
