"""The catalogues of translations in locale/: compiled, updated from the sources and held complete.

    .venv/bin/python -m tooling.catalogues update     adds new texts to every catalogue, drops old ones
    .venv/bin/python -m tooling.catalogues check      says what is missing

Source texts are English, so English needs no catalogue.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

from tooling import paths
from tooling.processes import NotStarted

LOCALE = paths.ROOT / "locale"
LANGUAGES = ("nb", "nn", "da")
SOURCES = (
    "recovery_network",
    "network",
    "membership",
    "conferences",
    "newsletter",
    "programme",
    "registrations",
    "surveys",
    "templates",
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
NEW_HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


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


def extract() -> polib.POFile:
    """Every text marked for translation in code and templates; raises NotStarted without gettext."""
    if shutil.which("xgettext") is None:
        raise NotStarted("xgettext is missing. Install it with\n  sudo apt-get install gettext")
    with tempfile.TemporaryDirectory() as name:
        # In a copy, because Django writes its intermediate files beside the templates.
        copy = Path(name)
        (copy / "locale").mkdir()
        for source in SOURCES:
            shutil.copytree(
                paths.ROOT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__")
            )
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "--locale", "xx", "--keep-pot"]
            + ["--extension", "py,html,txt", "--no-wrap", "--verbosity", "0"],
            cwd=copy,
            env={
                name: value
                for name, value in os.environ.items()
                if name != "DJANGO_SETTINGS_MODULE"
            },
            check=True,
        )
        return polib.pofile(str(copy / "locale" / "django.pot"))


def path(language: str, folder: Path = LOCALE) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def update(folder: Path = LOCALE) -> None:
    """Give every catalogue exactly the texts of the sources; new ones are empty until translated."""
    wanted = extract()
    for language in LANGUAGES:
        target = path(language, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        catalogue = (
            polib.pofile(str(target), wrapwidth=100)
            if target.exists()
            else polib.POFile(wrapwidth=100)
        )
        catalogue.metadata = {**NEW_HEADER, "Language": language}
        catalogue.merge(wanted)
        for entry in catalogue.obsolete_entries():
            catalogue.remove(entry)
        for entry in catalogue:
            entry.occurrences = sorted({(file, "") for file, _line in entry.occurrences})
        catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        catalogue.save(str(target))


def complaints(folder: Path = LOCALE) -> list[str]:
    """One sentence for each text that a catalogue lacks, leaves unsure or breaks."""
    wanted = extract()
    found = []
    for language in LANGUAGES:
        target = path(language, folder)
        catalogue = polib.pofile(str(target)) if target.exists() else polib.POFile()
        found += [f"{language}: {sentence}" for sentence in compare(wanted, catalogue)]
    return found


def compare(wanted: Iterable[polib.POEntry], catalogue: Iterable[polib.POEntry]) -> Iterator[str]:
    present = {(e.msgctxt, e.msgid): e for e in catalogue if not e.obsolete}
    for entry in wanted:
        translated = present.get((entry.msgctxt, entry.msgid))
        if translated is None:
            yield f"missing: {entry.msgid!r}"
        elif translated.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif bool(entry.msgid_plural) != bool(translated.msgid_plural):
            yield f"plural in one place only: {entry.msgid!r}"
        elif not all(texts := _texts(translated)):
            yield f"empty: {entry.msgid!r}"
        elif not _same_placeholders(entry, texts):
            yield f"other placeholders: {entry.msgid!r}"


def _texts(entry: polib.POEntry) -> list[str]:
    if entry.msgid_plural:
        return [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)] or [""]
    return [entry.msgstr]


def _same_placeholders(entry: polib.POEntry, texts: list[str]) -> bool:
    """The singular may say "one" in words; every other form names all that the source names."""
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    *singular, last = (set(PLACEHOLDER.findall(text)) for text in texts)
    return last == wanted and all(found <= wanted for found in singular)


if __name__ == "__main__":
    if sys.argv[1:] == ["update"]:
        update()
    elif sys.argv[1:] == ["check"]:
        if problems := complaints():
            sys.exit("\n".join(problems))
    else:
        sys.exit(__doc__)
