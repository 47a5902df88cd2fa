import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recovery_network.search import words

letters = st.text("abcdeo", min_size=4, max_size=10)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kommunene", "kommune"),
        ("undersøkelser", "undersøkelsen"),
        ("undersøkingar", "undersøkelse"),
        ("borgerne", "borgers"),
        ("conferences", "conference"),
        ("foredrag", "foredraget"),
    ],
)
def test_endings_do_not_matter(one: str, other: str) -> None:
    assert words.stems(one) & words.stems(other)


@pytest.mark.parametrize(
    "variants",
    [
        ("Hå", "haa", "HÅ"),
        ("før", "foer", "for", "för"),
        ("Jæren", "Jaeren", "Jären"),
        ("idé", "ide"),
    ],
)
def test_letters_are_one_however_they_are_written(variants: tuple[str, ...]) -> None:
    assert len({words.folded(word) for text in variants for word in words.tokens(text)}) == 1


def test_texts_are_read_word_by_word() -> None:
    text = "NAV-kontoret i Hå,  «sosial recovery»: 2024!\x00" + "x" * 99
    assert list(words.tokens(text)) == [
        *("nav", "kontoret", "i", "hå", "sosial", "recovery", "2024"),
        "x" * 40,
    ]


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("recovery", "recovery", 0),
        ("recovry", "recovery", 1),
        ("recovrey", "recovery", 1),
        ("rekovery", "recovery", 1),
        ("recoveryy", "recovery", 1),
        ("komunne", "kommune", 2),
        ("kommune", "konferanse", None),
        ("abc", "abcdef", None),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int | None) -> None:
    assert words.slips_between(one, other, most=2) == slips


@pytest.mark.parametrize(("word", "slips"), [("nav", 0), ("bolig", 1), ("kommune", 2)])
def test_longer_words_bear_more_slips(word: str, slips: int) -> None:
    assert words.slips_allowed(word) == slips


@settings(max_examples=60, deadline=None)
@given(letters, st.data())
def test_near_words_share_a_key(word: str, data: st.DataObject) -> None:
    """Whatever slips are made, as many as the typed word bears, equality of a key finds what was meant."""
    typed = word
    for _slip in range(words.slips_allowed(word)):
        place = data.draw(st.integers(0, len(typed) - 1))
        letter = data.draw(st.sampled_from("abcx"))
        typed = data.draw(
            st.sampled_from(
                [
                    typed[:place] + typed[place + 1 :],
                    typed[:place] + letter + typed[place:],
                    typed[:place] + letter + typed[place + 1 :],
                    typed[:place] + typed[place : place + 2][::-1] + typed[place + 2 :],
                ]
            )
        )
    slips = words.slips_between(typed, word, most=words.slips_allowed(typed))
    if slips is not None:
        assert words.misspelling_keys(typed) & words.misspelling_keys(word)
