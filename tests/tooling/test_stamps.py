from pathlib import Path

from tooling import stamps


def test_a_digest_changes_with_content_name_and_further_text(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("x")
    second.write_text("x")
    digests = {
        stamps.digest([first]),
        stamps.digest([second]),
        stamps.digest([first, second]),
        stamps.digest([first], "more"),
        stamps.digest([first], "mo", "re"),
    }
    first.write_text("y")
    assert len(digests | {stamps.digest([first])}) == 6


def test_a_digest_does_not_depend_on_the_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("2")
    assert stamps.digest([first, second]) == stamps.digest([second, first])


def test_a_stamp_is_current_only_for_what_was_written(tmp_path: Path) -> None:
    stamp = tmp_path / "folder" / "stamp"
    assert stamps.is_current(stamp, "one") is False
    stamps.write(stamp, "one")
    assert [stamps.is_current(stamp, value) for value in ("one", "two")] == [True, False]
