"""A gunicorn with two workers of four threads, and what the kernel knows about them."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tooling import processes
from tooling.benchmark import client
from tooling.paths import ROOT

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Web:
    process: subprocess.Popen[bytes]
    port: int

    @classmethod
    def start(cls, arguments: Sequence[str], environment: Mapping[str, str], *, log: Path) -> "Web":
        """Run gunicorn with `arguments`, its words going to `log`, and wait until its workers answer."""
        port = processes.free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *arguments, "--bind", f"127.0.0.1:{port}"]
                + ["--workers", "2", "--threads", "4", "--no-control-socket"],
                cwd=ROOT,
                env=environment,
                stderr=output,
                start_new_session=True,
            )
        web = cls(process, port)
        deadline = time.monotonic() + 60
        while not web._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                processes.stop(process)
                raise RuntimeError(f"{arguments} did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        for _ in range(40):
            client.fetch(port, "/")
        return web

    def _answers(self) -> bool:
        try:
            return client.fetch(self.port, "/").status == 200
        except OSError:
            return False

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(number) for number in children.split()]

    def cpu_seconds(self) -> float:
        """What the workers have used of the processor so far."""
        return sum(_cpu(worker) for worker in self.workers())

    def megabytes(self) -> list[float]:
        """Resident memory of each worker."""
        return [_resident(worker) for worker in self.workers()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        processes.stop(self.process)


def _cpu(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(process_id: int) -> float:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(process_id)
