"""Child processes that are stopped for certain."""

import signal
import socket
import subprocess


class NotStarted(Exception):
    """A server is missing or did not start; the text says what to install or is its log."""


def stop(
    process: subprocess.Popen[bytes],
    *,
    first: signal.Signals = signal.SIGTERM,
    seconds: float = 10,
) -> int:
    """Ask one process to end, wait, and kill it only when it does not; returns its exit code."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()


def free_port() -> int:
    """A TCP port on the loopback address that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
