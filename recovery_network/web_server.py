"""How gunicorn serves the site: gunicorn -c python:recovery_network.web_server recovery_network.wsgi"""

import ctypes
import gc
import os
import sys
from contextlib import suppress

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# While one request waits for the disk or for a conference's lock, its worker serves others.
threads = 4
# The site is loaded once and shared by the workers; a new release is a new start.
preload_app = True
loglevel = "warning"
control_socket_disable = True


def when_ready(server: object) -> None:
    """Load now what the first registration would load in each worker, and give back what loading left over."""
    from recovery_network.celery import app  # only once the site is loaded, in the first process

    app.connection_for_write().get_transport_cls()
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
