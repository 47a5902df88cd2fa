import pytest
from hypothesis import given
from hypothesis import strategies as st

from recovery_network.mail import wording


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Hello {name}", []),
        ("Hello {name} and {place}", ["{place}"]),
        ("Hello {name.password}", ["{name.password}"]),
        ("Hello {{ name }}", ["{ name }", "{", "}"]),
        ("Hello {name", ["{"]),
        ("Hello {} {!r}", ["{}", "{!r}"]),
        ("50 % off", []),
    ],
)
def test_unknown(text: str, wrong: list[str]) -> None:
    assert wording.unknown(text, ["name"]) == wrong


def test_values_are_not_searched_for_placeholders() -> None:
    assert wording.fill("{a} {b}", {"a": "{b}", "b": "B"}, ["a", "b"]) == "{b} B"


def test_a_value_that_is_missing_leaves_the_wording_unused() -> None:
    assert wording.fill("{a}", {}, ["a"]) is None


@given(st.text())
def test_single_line_is_one_line_of_a_header(text: str) -> None:
    line = wording.single_line(text, 50)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 50
    assert not wording.BIDI.search(line)
    assert wording.single_line(line, 50) == line


def test_single_line_keeps_ordinary_signs() -> None:
    assert wording.single_line("  Påmelding – «velkommen» 👩‍🚀\n") == "Påmelding – «velkommen» 👩‍🚀"
