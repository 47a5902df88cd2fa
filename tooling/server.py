"""Starts the site with demo data: web, worker and clock. Ctrl-C stops them."""

import argparse
import base64
import errno
import fcntl
import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO

from tooling import catalogues, prepare, supervisor
from tooling.paths import ROOT

TRIED_PORTS = 50


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/server", description=__doc__)
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    options = parser.parse_args(arguments)
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    make_secrets(data_dir / "secrets.json")
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        print(f"Can't listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    port = listener.getsockname()[1]
    if port != options.port:
        print(f"Port {options.port} is taken by another program; using {port}.")
    address = f"http://{'127.0.0.1' if options.host == '0.0.0.0' else options.host}:{port}"
    values = os.environ | {"DATA_DIR": str(data_dir)}
    for name, value in {"DEMO": "1", "SITE_URL": address, "LOG_LEVEL": "WARNING"}.items():
        values.setdefault(name, value)
    if not bring_up_to_date(data_dir, values):
        return 1
    with (data_dir / "clock.lock").open("w") as clock:
        return supervisor.supervise(
            {"web server": web(listener), "worker": worker(with_clock=is_free(clock))},
            environment=values,
            pass_fds=[listener.fileno()],
            is_ready=lambda: answers(port),
            when_ready=lambda: welcome(address, data_dir),
        )


def make_secrets(path: Path) -> None:
    """Write the demo's own keys once, readable by the owner only."""
    if path.exists():
        return
    field_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    content = {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": field_key}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)


def listen(host: str, first: int) -> socket.socket:
    """Listen on the first free port from `first` on; the web server inherits the socket."""
    for port in range(first, first + TRIED_PORTS):
        listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            listener.listen(256)
            return listener
    raise OSError(errno.EADDRINUSE, f"{TRIED_PORTS} ports from {first} on are all taken")


def bring_up_to_date(data_dir: Path, values: dict[str, str]) -> bool:
    with (data_dir / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not prepare.outdated(data_dir):
            catalogues.compile_all()
            return True
        command = [sys.executable, "-m", "tooling.prepare", str(data_dir)]
        return subprocess.run(command, env=values, cwd=ROOT, check=False).returncode == 0


def is_free(lock: IO[str]) -> bool:
    """Take the lock until this process ends; two clocks on one data folder would spoil its file."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another server runs on this data folder; the clock is left to it.")
        return False
    return True


def web(listener: socket.socket) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-c", "python:recovery_network.web_server"] + [
        "--bind",
        f"fd://{listener.fileno()}",
        "recovery_network.wsgi",
    ]


def worker(*, with_clock: bool) -> list[str]:
    return (
        # People may well try the demo as root, in a container for instance.
        [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery"]
        + ["-A", "recovery_network", "--quiet", "worker"]
        + ["-P", "threads", "-c", "2", "--loglevel", "WARNING"]
        + ["--without-mingle", "--without-gossip", "--without-heartbeat"]
        + (["-B"] if with_clock else [])
    )


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def welcome(address: str, data_dir: Path) -> None:
    print(
        f"\n{prepare.demo_words(data_dir).strip()}\n\n  {address}/\n\nCtrl-C stops it.", flush=True
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
