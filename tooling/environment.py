"""Builds .venv from the hash-checked lock and goes on inside it. Needs a bare Python only.

python3 -m tooling.environment (base|dev) <module> <arguments of the module>
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NoReturn

from tooling import stamps
from tooling.paths import PYTHON, REQUIREMENTS, ROOT, VENV

STAMP = VENV / "lock-installed"
UV = VENV / "uv"
Kind = Literal["base", "dev"]


class CannotBuild(Exception):
    """The environment can't be made; the text says what to install."""


def enter(kind: Kind, module: str, arguments: list[str]) -> NoReturn:
    """Become the environment's Python running `module`, building the environment first if need be."""
    try:
        build(kind)
    except CannotBuild as error:
        sys.exit(str(error))
    os.execv(PYTHON, [str(PYTHON), "-m", module, *arguments])


def build(kind: Kind) -> None:
    """Make .venv hold exactly what requirements/<kind>.txt names; do nothing when it does already."""
    if _fits(kind):
        return
    with _one_at_a_time():
        if _fits(kind):
            return
        started = time.monotonic()
        print(f"Installing what requirements/{kind}.txt names into .venv ...", flush=True)
        if not PYTHON.exists():
            _create()
        uv = UV / "bin" / "uv"
        if not uv.exists():
            _install_uv()
        STAMP.unlink(missing_ok=True)
        _run(
            [str(uv), "pip", "sync", "--quiet", "--system-certs", "--require-hashes"]
            + ["--python", str(PYTHON), str(REQUIREMENTS / f"{kind}.txt")]
        )
        _make_checkout_importable()
        stamps.write(STAMP, f"{kind} {_lock(kind)}")
        print(f"  took {time.monotonic() - started:.0f} s", flush=True)


def _lock(kind: Kind) -> str:
    return stamps.digest([REQUIREMENTS / f"{kind}.txt"], str(ROOT))


def _fits(kind: Kind) -> bool:
    """Whether .venv holds the wanted set, or the larger one that contains it."""
    kinds: tuple[Kind, ...] = ("base", "dev") if kind == "base" else ("dev",)
    return PYTHON.exists() and any(stamps.is_current(STAMP, f"{k} {_lock(k)}") for k in kinds)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (ROOT / "requirements" / "base.txt").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        import ensurepip  # noqa: F401  Debian leaves it out of its python3 package
    except ImportError as error:
        raise CannotBuild(
            f"This Python can't create environments. Install the missing part with\n"
            f"  sudo apt-get install python3-venv    (or python{version}-venv)\n"
            f"and run the same command again."
        ) from error
    shutil.rmtree(VENV, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(VENV)])


def _install_uv() -> None:
    """Install the locked uv beside the environment, so that it can set everything inside it."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "uv.txt")
        wanted.write_text(locked_lines("uv", (REQUIREMENTS / "dev.txt").read_text()))
        _run(
            [sys.executable if _has_pip(sys.executable) else str(PYTHON), "-m", "pip", "install"]
            + [
                "--quiet",
                "--disable-pip-version-check",
                "--root-user-action=ignore",
                "--no-deps",
                "--require-hashes",
            ]
            + ["--target", str(UV), "-r", str(wanted)]
        )


def _has_pip(python: str) -> bool:
    done = subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def locked_lines(name: str, lock: str) -> str:
    """The part of a requirements file that pins one package, with its hashes."""
    found: list[str] = []
    for line in lock.splitlines():
        if line.startswith(f"{name}==") or (found and line.strip().startswith("--hash=")):
            found.append(line)
        elif found:
            break
    if not found:
        raise CannotBuild(f"requirements/dev.txt does not name {name}. Run ./script/lock.")
    return "\n".join(found) + "\n"


def _make_checkout_importable() -> None:
    """Let pytest, mypy and celery find our packages however they are started."""
    for folder in VENV.glob("lib/python3*/site-packages"):
        (folder / "checkout.pth").write_text(f"{ROOT}\n")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        raise CannotBuild(f"This failed, its reason stands above:\n  {' '.join(command)}")


if __name__ == "__main__":
    enter("base" if sys.argv[1] == "base" else "dev", sys.argv[2], sys.argv[3:])
