"""A real SMTP server in a thread, which keeps what it gets and can be told to refuse it."""

import asyncio
import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Sink:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer_to_recipient: Callable[[str], str] = lambda _address: OK
        self.answer_to_data: Callable[[], str] = lambda: OK
        self.connections = 0
        self.port = free_port()
        self.controller: Controller | None = None

    def start(self) -> None:
        """On the port it had before, so that a server can come back."""
        self.controller = Counted(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_to_recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        # In a thread, which ends what it began even if the client is gone by then.
        return await asyncio.to_thread(self.take, envelope)

    def take(self, envelope: Envelope) -> str:
        answer = self.answer_to_data()
        if answer == OK:
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
            self.mails.append(message)
            self.recipients += envelope.rcpt_tos
        return answer


class Counted(Controller):
    def __init__(self, sink: Sink, **options: Any) -> None:
        super().__init__(sink, **options)
        self.sink = sink

    def factory(self) -> SMTP:
        self.sink.connections += 1
        return SMTP(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """The base class knocks once to see that the server answers; that isn't a mail program."""
        super()._trigger_server()  # type: ignore[no-untyped-call]
        self.sink.connections -= 1
