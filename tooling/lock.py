"""Writes requirements/base.txt and dev.txt anew from pyproject.toml. --upgrade takes newer versions."""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

from tooling.paths import REQUIREMENTS, ROOT, program

STAMP = "# Made for the dependencies with the hash "


def wanted(pyproject: Path = ROOT / "pyproject.toml") -> str:
    """A hash of all that pyproject.toml demands; comments and other sections don't count."""
    content = tomllib.loads(pyproject.read_text())
    project = content["project"]
    demands = [project["requires-python"], project["dependencies"], content["dependency-groups"]]
    return hashlib.sha256(json.dumps(demands, sort_keys=True).encode()).hexdigest()


def outdated(folder: Path = REQUIREMENTS) -> list[str]:
    """Names of the lock files that were made for other demands."""
    line = STAMP + wanted()
    return [
        path.name
        for path in (folder / "base.txt", folder / "dev.txt")
        if line not in path.read_text().splitlines()[:1]
    ]


def write(more: list[str]) -> None:
    base, dev = REQUIREMENTS / "base.txt", REQUIREMENTS / "dev.txt"
    _compile(base, more)
    _compile(dev, ["--group", "dev", "-c", str(base.relative_to(ROOT)), *more])


def _compile(target: Path, more: list[str]) -> None:
    subprocess.run(
        [program("uv"), "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
        + ["--python-version", "3.11", "--custom-compile-command", "script/lock"]
        + ["pyproject.toml", *more, "-o", str(target.relative_to(ROOT))],
        cwd=ROOT,
        check=True,
    )
    # uv keeps the comments at the top of the file it writes anew, our last stamp among them.
    lines = [line for line in target.read_text().splitlines() if not line.startswith(STAMP)]
    target.write_text("\n".join([STAMP + wanted(), *lines, ""]))


if __name__ == "__main__":
    write(sys.argv[1:])
