import pytest
from django.core.exceptions import ValidationError

from registrations.validators import validate_line, validate_text


@pytest.mark.parametrize(
    "name",
    [
        "Åse",
        "Nguyễn Thị Ánh",
        "يوسف",
        "李小龍",
        "👩🏽‍🚀 Kari",
        "🌈",
        "\U0001fae8",
        "Z̸o̸e",
        "O'Brien-Ødegård",
    ],
)
def test_names_of_all_kinds_are_welcome(name: str) -> None:
    validate_line(name)


@pytest.mark.parametrize(
    "name",
    [
        "a\x00b",
        "a\x1bb",
        "a\nb",
        "a\tb",
        "a\u202eb",
        "a\u2066b",
        "a\u200bb",
        "a\ufeffb",
        "a\u2028b",
        "\u200d",
        "\u0301",
        "a\ufffdb",
        "a\ue000b",
        "a\ufffeb",
        "a\ufdd0b",
        "a\U0010ffffb",
    ],
)
def test_signs_that_hide_or_reorder_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_line(name)


def test_a_text_may_have_several_lines() -> None:
    validate_text("Nøtter.\nIkke egg.")
