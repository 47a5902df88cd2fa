import pytest
from django.core.exceptions import ValidationError

from network.validators import (
    looks_like_number,
    name_key,
    validate_number,
    validate_plain_text,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "Hå kommune",
        "HÅ KOMMUNE",
        "Haa  kommune",
        "hå-kommunen",
        "Hå komm.",
        "\u0048a\u030a kommune",
    ],
)
def test_spellings_of_one_name_share_a_key(spelling: str) -> None:
    assert name_key(spelling) == "ha kommune"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Høje-Taastrup Kommune", "Hoeje Tåstrup kommune"),
        ("Helse Stavanger HF", "Helse Stavanger"),
        ("Jæren Recovery College", "JAEREN RECOVERY COLLEGE"),
    ],
)
def test_danish_and_ascii_spellings_meet(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sandnes kommune", "Sandnes"), ("Time kommune", "Timen kommune"), ("AS", "DA")],
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_signs_alone_has_no_key() -> None:
    assert name_key("!!! …") == ""


@pytest.mark.parametrize(
    "written", ["974760673", "974 760 673", "NO 974760673 MVA", "no974.760.673"]
)
def test_a_number_is_read_as_people_write_it(written: str) -> None:
    assert looks_like_number(written)
    assert validate_number(written, "NO") == "974760673"


@pytest.mark.parametrize("wrong", ["974760674", "97476067", "1234567890", "97476067٣"])
def test_a_wrong_number_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(ValidationError, match="organi"):
        validate_number(wrong, "NO")


def test_a_danish_number_is_checked_as_one() -> None:
    assert validate_number("13 58 56 28", "DK") == "13585628"
    with pytest.raises(ValidationError):
        validate_number("13585629", "DK")


@pytest.mark.parametrize(
    "text", ["Åse 🌿", "नमस्ते", "Zoë", "👩‍👩‍👧", "<script>alert(1)</script>", "Robert'); DROP TABLE"]
)
def test_plain_text_may_be_in_any_script(text: str) -> None:
    validate_plain_text(text)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1bb", "\u202eesreveR", "\u2066x\u2069", "a\u200bb", "\ud800"]
)
def test_hidden_and_reordering_characters_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        validate_plain_text(text)
