"""Tells a worker that a mail waits. The row is the truth; a nudge may be lost at any time."""

import logging
import time

from kombu.exceptions import OperationalError

from recovery_network.celery import app

log = logging.getLogger(__name__)

DELIVER = "mail.deliver"
# After a failure nobody tries for this many seconds: an outage slows one request, not each of them.
PAUSE = 30.0


class Broker:
    def __init__(self) -> None:
        self.silent_until = 0.0

    def nudge(self, pk: int) -> bool:
        """Publish once, without waiting for a broker that is away. False if it didn't get through."""
        if time.monotonic() < self.silent_until:
            return False
        try:
            app.send_task(DELIVER, args=(pk,), retry=False, ignore_result=True)
        except (OperationalError, OSError) as error:
            self.silent_until = time.monotonic() + PAUSE
            log.warning(
                "The broker can't be reached. The sweep will deliver.",
                extra={"error_class": type(error).__name__},
            )
            return False
        return True


broker = Broker()
