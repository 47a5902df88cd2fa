from difflib import SequenceMatcher

from network.validators import fold, validate_line, validate_text

__all__ = ["is_same_person", "validate_line", "validate_text"]

ALIKE = 0.7


def is_same_person(before: str, after: str) -> bool:
    """Whether a changed name may still be the same person's: a word in common, or nearly the same letters."""
    old, new = fold(before), fold(after)
    return bool(set(old.split()) & set(new.split())) or (
        SequenceMatcher(None, old, new).ratio() >= ALIKE
    )
