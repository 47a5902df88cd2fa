"""PostgreSQL and valkey for one run of the tests or the benchmark.

They are kept by a process of their own that ends, and takes them and their folder along, as soon as the
one that asked for them is gone: by its own will, by Ctrl-C or by a kill that leaves no time to tidy up.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tooling import paths, postgres, processes, valkey


class PrivateServers:
    """Starts both servers or raises NotStarted. `described` is a line to print."""

    def __init__(self, *, postgres_options: Mapping[str, str] = postgres.CARELESS) -> None:
        self._keeper = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tooling.private_servers",
                json.dumps(dict(postgres_options)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=paths.ROOT,
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        answer = json.loads(self._keeper.stdout.readline() or '{"error": "no answer"}')
        if "error" in answer:
            self.stop()
            raise processes.NotStarted(answer["error"])
        self.database_url: str = answer["database_url"]
        self.redis_url: str = answer["redis_url"]
        self.described: str = answer["described"]

    def stop(self) -> None:
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._keeper.wait(20)
        except subprocess.TimeoutExpired:
            processes.stop(self._keeper)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def keep(options: Mapping[str, str]) -> None:
    """Run both servers, say where they are on one line of JSON, and stop them when stdin closes."""
    folder = Path(tempfile.mkdtemp(prefix="recovery-"))
    running: list[postgres.Postgres | valkey.Valkey] = []
    try:
        folder.chmod(0o711)
        cluster = folder / "pg"
        cluster.mkdir(mode=0o700)
        database = postgres.start(cluster, options=options)
        running.append(database)
        broker = valkey.start(folder)
        running.append(broker)
        answer = {
            "database_url": database.url,
            "redis_url": broker.url,
            "described": f"PostgreSQL {database.version} ({database.origin}), "
            f"valkey ({broker.origin})",
        }
        print(json.dumps(answer), flush=True)
        sys.stdin.read()
    except processes.NotStarted as error:
        print(json.dumps({"error": str(error)}), flush=True)
    finally:
        for server in reversed(running):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    keep(json.loads(sys.argv[1]))
