"""One open connection to the mail server per thread, kept between mails."""

import threading
import time
from smtplib import SMTPException, SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage, get_connection

# A connection that lay idle this long is asked whether it still lives before it is trusted.
IDLE = 5.0
# Many servers close a connection after some hundred mails.
MAILS_PER_CONNECTION = 100
# While the server can't be reached the others fail at once for this many seconds, instead of each
# waiting for its timeout in a worker that has other work too.
PAUSE = 5.0


class Transport:
    """Sends mails one by one through Django's configured backend. One per thread."""

    silent_until = 0.0

    def __init__(self) -> None:
        self.backend: Any = None
        self.sent = 0
        self.used_at = 0.0

    def send(self, message: EmailMessage) -> None:
        """Hand `message` to the server. Raises what the backend raises; the connection is then closed."""
        try:
            self.connect()
            self.backend.send_messages([message])
        except BaseException:
            self.close()
            raise
        self.sent += 1
        self.used_at = time.monotonic()

    def connect(self) -> None:
        if self.backend is not None and not self.usable():
            self.close()
        if self.backend is not None:
            return
        if time.monotonic() < Transport.silent_until:
            raise SMTPServerDisconnected("The mail server was out of reach a moment ago")
        backend = get_connection()
        try:
            backend.open()
        except OSError:
            Transport.silent_until = time.monotonic() + PAUSE
            raise
        self.backend, self.sent = backend, 0

    def usable(self) -> bool:
        if self.sent >= MAILS_PER_CONNECTION:
            return False
        connection = getattr(self.backend, "connection", None)
        if connection is None or time.monotonic() - self.used_at < IDLE:
            return True
        try:
            code, _text = connection.noop()
        except (SMTPException, OSError):
            return False
        return bool(code == 250)

    def close(self) -> None:
        backend, self.backend = self.backend, None
        if backend is not None:
            try:
                backend.close()
            except (SMTPException, OSError):
                return  # it was broken already


class PerThread(threading.local):
    def __init__(self) -> None:
        self.transport = Transport()


local = PerThread()


def send(message: EmailMessage) -> None:
    local.transport.send(message)


def close() -> None:
    """Close this thread's connection, and forget that the server was out of reach."""
    local.transport.close()
    Transport.silent_until = 0.0
