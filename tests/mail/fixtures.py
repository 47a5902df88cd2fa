import json
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from celery import Celery
from pytest_django import Settings

from recovery_network.celery import app
from recovery_network.mail import broker, kinds, outbox, transport
from recovery_network.mail.models import Mail
from tests.mail.sink import Sink

Queue = Callable[..., Mail]
Nudged = Callable[[], list[int]]


@pytest.fixture(autouse=True)
def fresh_connection() -> Iterator[None]:
    yield
    transport.close()


@pytest.fixture
def greeting(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> kinds.Kind:
    """A kind of mail that only these tests know, with templates of its own."""
    templates = [dict(engine) for engine in settings.TEMPLATES]
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kind = kinds.Kind(
        "greeting",
        "Greeting",
        placeholders=("name", "place"),
        sample=lambda: {"name": "Kari", "place": "Sandnes"},
    )
    kinds.register(kind)
    return kind


@pytest.fixture
def queue(db: None, greeting: kinds.Kind) -> Queue:
    """Queues a greeting; a test names only what it is about."""
    numbers = iter(range(1, 10_000))

    def write(**changes: Any) -> Mail:
        values: dict[str, Any] = {
            "kind": "greeting",
            "to": "kari@example.no",
            "language": "nb",
            "context": {"name": "Kari"},
            "key": f"greeting:{next(numbers)}",
        }
        mail = outbox.queue(**{**values, **changes})
        assert mail is not None
        return mail

    return write


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """The mail server that mails are delivered to."""
    sink = Sink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    yield sink
    transport.close()
    sink.stop()


@pytest.fixture
def nudged() -> Iterator[Callable[[], list[int]]]:
    """Takes the nudges out of the real broker: the numbers of the mails that workers were told of."""

    def take() -> list[int]:
        numbers: list[int] = []
        with app.connection_for_read() as connection, connection.SimpleQueue("celery") as waiting:
            while True:
                try:
                    message = waiting.get(block=False)
                except Empty:
                    return numbers
                message.ack()
                if message.headers["task"] == "mail.deliver":
                    numbers.append(json.loads(message.body or "")[0][0])

    take()
    yield take
    take()


@pytest.fixture
def broker_down(monkeypatch: pytest.MonkeyPatch) -> broker.Broker:
    """The app as it is, on an address where nothing answers; with a memory of its own."""
    nowhere = Celery("nowhere", set_as_current=False)
    nowhere.conf.update(
        broker_url="redis://127.0.0.1:1/0",
        broker_transport_options={"socket_connect_timeout": 1, "max_retries": 0},
    )
    monkeypatch.setattr(broker, "app", nowhere)
    monkeypatch.setattr(broker.broker, "silent_until", 0.0)
    return broker.broker
