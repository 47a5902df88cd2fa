import unicodedata
from difflib import SequenceMatcher

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.validators import fold, validate_plain_text

ALIKE = 0.7
UNREADABLE = "\N{REPLACEMENT CHARACTER}"


def validate_readable(text: str) -> None:
    """Refuses what came in another encoding than ours: its letters are lost already."""
    if UNREADABLE in text:
        raise ValidationError(
            _("Some letters could not be read. Write them once more."), code="unreadable"
        )


def validate_text(text: str) -> None:
    """Several lines that anyone can read."""
    validate_readable(text)
    validate_plain_text(text)


def validate_line(text: str) -> None:
    """One line with at least one visible sign: names, references. Emoji and accents are welcome."""
    validate_text(text)
    if any(letter in "\n\r\t\v\f\u0085\u2028\u2029" for letter in text):
        raise ValidationError(_("Write this on one line."), code="lines")
    if text and not any(is_visible(letter) for letter in text):
        raise ValidationError(_("Write something that can be seen."), code="invisible")


def is_visible(letter: str) -> bool:
    """Letters, numbers, marks and signs; "Cn" is an emoji newer than this Python's tables."""
    category = unicodedata.category(letter)
    return category[0] in "LNPS" or category == "Cn"


def is_same_person(before: str, after: str) -> bool:
    """Whether a changed name may still be the same person's: a word in common, or nearly the same letters."""
    old, new = fold(before), fold(after)
    return bool(set(old.split()) & set(new.split())) or (
        SequenceMatcher(None, old, new).ratio() >= ALIKE
    )
