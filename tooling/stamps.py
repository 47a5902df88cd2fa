"""Stamps remember what a slow step was last done for, so that it is not done twice."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(paths: Iterable[Path], *more: str) -> str:
    """One hash of the names and contents of files, and of any further text."""
    total = hashlib.sha256()
    for path in sorted(paths):
        for part in (str(path).encode(), path.read_bytes()):
            total.update(len(part).to_bytes(8, "big") + part)
    for text in more:
        total.update(len(text.encode()).to_bytes(8, "big") + text.encode())
    return total.hexdigest()


def is_current(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text() == value


def write(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)
