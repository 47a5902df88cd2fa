import pytest

from recovery_network.privacy.scrub import without_addresses


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("no address here", "no address here"),
        ("<Kari@Example.no>", "<[address]>"),
        ("a.b+c@example.co.uk, and d@e.no.", "[address], and [address]"),
        ("kari is local", "[address] is local"),
        ("karin is someone else", "karin is someone else"),
        ("æøå@exämple.no", "[address]"),
        ("kari@[127.0.0.1]", "[address]"),
    ],
)
def test_addresses_are_masked(text: str, clean: str) -> None:
    assert without_addresses(text, "kari@example.no") == clean


def test_short_names_before_the_at_sign_are_left() -> None:
    """ "no" is a word in too many sentences."""
    assert without_addresses("no such user", "no@example.no") == "no such user"
