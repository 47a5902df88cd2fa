from pathlib import Path

from tooling import lock

PYPROJECT = """
[project]
requires-python = ">=3.11"
dependencies = ["django>=5.2"{more}] # {comment}
[dependency-groups]
dev = ["pytest"]
"""


def wanted(folder: Path, *, more: str = "", comment: str = "") -> str:
    path = folder / "pyproject.toml"
    path.write_text(PYPROJECT.format(more=more, comment=comment))
    return lock.wanted(path)


def test_only_demands_count(tmp_path: Path) -> None:
    assert wanted(tmp_path, comment="a reason") == wanted(tmp_path)
    assert wanted(tmp_path, more=', "celery"') != wanted(tmp_path)


def test_a_lock_made_for_other_demands_is_outdated(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text(lock.STAMP + lock.wanted() + "\nx==1\n")
    (tmp_path / "dev.txt").write_text(lock.STAMP + "0" * 64 + "\nx==1\n")
    assert lock.outdated(tmp_path) == ["dev.txt"]
