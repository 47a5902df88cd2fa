"""The catalogues of translations in locale/: compiled here, because gettext's tools may be missing."""

import os
import tempfile
from pathlib import Path

import polib

from tooling import paths

LOCALE = paths.ROOT / "locale"


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its compiled twin; returns those written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        content = polib.pofile(str(source)).to_binary()
        handle, name = tempfile.mkstemp(dir=source.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(content)
        os.chmod(name, 0o644)
        os.replace(name, target)
        written.append(target)
    return written
