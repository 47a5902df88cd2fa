"""The supervisor is run as people run it: in a process of its own that gets signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tooling import paths

SUPERVISED = """
import sys
from tooling.supervisor import supervise
programs = dict(part.split("=", 1) for part in sys.argv[1:])
sys.exit(supervise({name: ["sh", "-c", line] for name, line in programs.items()},
                   environment={"PATH": "/bin:/usr/bin"},
                   when_ready=lambda: print("ready", flush=True)))
"""
SLEEPS = "echo $$ > {folder}/{name}; exec sleep 600"
HAS_A_CHILD = (
    "sleep 600 & echo $! > {folder}/grandchild; trap 'exit 0' TERM; echo $$ > {folder}/{name}; wait"
)


def start(folder: Path, **lines: str) -> subprocess.Popen[str]:
    """Start programs whose shell lines may name {folder}, and wait until each has written its pid."""
    texts = [f"{name}={line.format(folder=folder, name=name)}" for name, line in lines.items()]
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, *texts],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=paths.ROOT,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def pid(folder: Path, name: str) -> int:
    assert eventually(lambda: (folder / name).exists() and (folder / name).read_text() != "")
    return int((folder / name).read_text())


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process_id}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def eventually(question: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not question() and time.monotonic() < deadline:
        time.sleep(0.02)
    return question()


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_wish_to_stop_ends_all_of_them_and_is_no_failure(
    tmp_path: Path, wish: signal.Signals
) -> None:
    process = start(tmp_path, web=SLEEPS, worker=SLEEPS)
    children = [pid(tmp_path, "web"), pid(tmp_path, "worker")]
    process.send_signal(wish)
    _, error = process.communicate(timeout=10)
    assert (process.returncode, error) == (0, "")
    assert [is_alive(child) for child in children] == [False, False]


def test_the_end_of_one_stops_the_rest_and_names_it(tmp_path: Path) -> None:
    process = start(tmp_path, web=SLEEPS, worker="sleep 0.5; echo broker is gone >&2; exit 3")
    child = pid(tmp_path, "web")
    _, error = process.communicate(timeout=10)
    assert process.returncode == 3
    assert error == (
        "broker is gone\n"
        "The worker ended with code 3; what it said stands above. Stopping the rest.\n"
    )
    assert is_alive(child) is False


def test_an_end_without_a_complaint_is_a_failure_too(tmp_path: Path) -> None:
    process = start(tmp_path, web=SLEEPS, worker="sleep 0.2")
    process.communicate(timeout=10)
    assert process.returncode == 1


def test_a_killed_child_stops_the_rest(tmp_path: Path) -> None:
    process = start(tmp_path, web=SLEEPS, worker=SLEEPS)
    os.kill(pid(tmp_path, "worker"), signal.SIGKILL)
    _, error = process.communicate(timeout=10)
    assert "worker was killed by SIGKILL" in error
    assert process.returncode == 1
    assert is_alive(pid(tmp_path, "web")) is False


def test_children_of_children_get_no_signal_before_their_parent_and_are_not_left(
    tmp_path: Path,
) -> None:
    process = start(tmp_path, worker=HAS_A_CHILD)
    parent, grandchild = pid(tmp_path, "worker"), pid(tmp_path, "grandchild")
    assert os.getpgid(grandchild) == parent
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert eventually(lambda: not is_alive(grandchild))


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    process = start(
        tmp_path, web="trap '' TERM; echo $$ > {folder}/{name}; while :; do sleep 1; done"
    )
    child = pid(tmp_path, "web")
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert eventually(lambda: not is_alive(child))


if sys.platform == "linux":  # elsewhere no kernel tells children of a parent's death

    def test_children_end_when_the_supervisor_is_killed_outright(tmp_path: Path) -> None:
        process = start(tmp_path, web=SLEEPS)
        child = pid(tmp_path, "web")
        process.kill()
        process.communicate(timeout=5)
        assert eventually(lambda: not is_alive(child))
