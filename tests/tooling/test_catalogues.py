import gettext
import os
from pathlib import Path

import polib
import pytest

from tooling import catalogues

WANTED = [
    polib.POEntry(msgid="Register"),
    polib.POEntry(msgid="%(count)s place left", msgid_plural="%(count)s places left"),
    polib.POEntry(msgid="Hello {name}"),
]
COMPLETE = [
    polib.POEntry(msgid="Register", msgstr="Meld på"),
    polib.POEntry(
        msgid="%(count)s place left",
        msgid_plural="%(count)s places left",
        msgstr_plural={0: "Én plass igjen", 1: "%(count)s plasser igjen"},
    ),
    polib.POEntry(msgid="Hello {name}", msgstr="Hei, {name}"),
]


def changed(number: int, **changes: object) -> list[polib.POEntry]:
    names = ("msgid", "msgstr", "msgid_plural", "msgstr_plural")
    values = {name: getattr(COMPLETE[number], name) for name in names}
    return [*COMPLETE[:number], polib.POEntry(**values | changes), *COMPLETE[number + 1 :]]


def test_a_complete_catalogue_gives_no_complaint() -> None:
    assert list(catalogues.compare(WANTED, COMPLETE)) == []


@pytest.mark.parametrize(
    ("catalogue", "complaint"),
    [
        (COMPLETE[1:], "missing: 'Register'"),
        (changed(0, obsolete=True), "missing: 'Register'"),
        (changed(0, flags=["fuzzy"]), "fuzzy: 'Register'"),
        (changed(0, msgstr=""), "empty: 'Register'"),
        (changed(0, msgstr="Meld på %s"), "other placeholders: 'Register'"),
        (changed(1, msgstr_plural={}), "empty: '%(count)s place left'"),
        (changed(1, msgstr_plural={0: "Én", 1: ""}), "empty: '%(count)s place left'"),
        (
            changed(1, msgstr_plural={0: "Én", 1: "Noen plasser"}),
            "other placeholders: '%(count)s place left'",
        ),
        (
            changed(1, msgid_plural="", msgstr="Én", msgstr_plural={}),
            "plural in one place only: '%(count)s place left'",
        ),
        (changed(2, msgstr="Hei, {navn}"), "other placeholders: 'Hello {name}'"),
    ],
)
def test_a_fault_is_named(catalogue: list[polib.POEntry], complaint: str) -> None:
    assert list(catalogues.compare(WANTED, catalogue)) == [complaint]


def test_only_changed_catalogues_are_compiled(tmp_path: Path) -> None:
    source = tmp_path / "nb" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Register"\nmsgstr "Meld på"\n',
        encoding="utf-8",
    )
    target = source.with_suffix(".mo")
    assert catalogues.compile_all(tmp_path) == [target]
    assert catalogues.compile_all(tmp_path) == []
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Register") == "Meld på"
    os.utime(source, ns=(0, target.stat().st_mtime_ns + 1))
    assert catalogues.compile_all(tmp_path) == [target]
