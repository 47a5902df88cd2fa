"""Runs a few long-lived programs as one: together they start, together they end."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType

PATIENCE = 20.0
PR_SET_PDEATHSIG = 1


class Stopped:
    """Counts the wishes to stop: the first is kind, the second is not."""

    def __init__(self) -> None:
        self.wishes = 0
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.wishes += 1


def supervise(
    programs: Mapping[str, Sequence[str]],
    *,
    environment: Mapping[str, str],
    pass_fds: Sequence[int] = (),
    is_ready: Callable[[], bool] = lambda: True,
    when_ready: Callable[[], None] = lambda: None,
) -> int:
    """Run `programs` (name to command) until Ctrl-C, SIGTERM, or the end of any of them.

    Returns 0 when asked to stop, else the exit code of the one that ended first, and at least 1.
    """
    stopped = Stopped()
    running = {
        name: subprocess.Popen(
            command,
            env=environment,
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        for name, command in programs.items()
    }
    announced = False
    try:
        while not stopped.wishes:
            for name, process in running.items():
                if (code := process.poll()) is not None:
                    return _report_death(name, code)
            if not announced and is_ready():
                announced = True
                when_ready()
            time.sleep(0.1)
        return 0
    finally:
        _stop(running, stopped)


def _report_death(name: str, code: int) -> int:
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    print(f"The {name} {how}; what it said stands above. Stopping the rest.", file=sys.stderr)
    return max(code, 1)


def _stop(running: Mapping[str, subprocess.Popen[bytes]], stopped: Stopped) -> None:
    """SIGTERM to the main processes only: each knows best how to end its own children."""
    wishes = stopped.wishes
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + PATIENCE
    while any(process.poll() is None for process in running.values()):
        if stopped.wishes > max(wishes, 1) or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    for process in running.values():
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _end_with_parent() -> None:
    """Have the kernel send SIGTERM to this child when the supervisor is killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
