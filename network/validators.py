import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.dk import cvr
from stdnum.exceptions import ValidationError as NumberError
from stdnum.no import orgnr

from recovery_network.folding import fold as fold

UNREADABLE = "\N{REPLACEMENT CHARACTER}"
# Words that tell the kind of owner, not which organisation it is.
LEGAL_FORMS = {
    "as",
    "asa",
    "sa",
    "ba",
    "da",
    "ans",
    "ks",
    "kf",
    "iks",
    "hf",
    "sf",
    "aps",
    "ivs",
}
KOMMUNE = {"kommune", "kommunen", "kommunes", "komm", "kommun"}


def name_key(name: str) -> str:
    """What spelling variants of one organisation share: "Hå kommune", "HAA KOMMUNE" and "Hå  Komm." are one.

    A legal form at the end ("AS", "HF") is left out.
    """
    words = fold(name).split()
    if len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return " ".join("kommune" if word in KOMMUNE else word for word in words)


def clean_number(text: str) -> str:
    """The digits of an organisation number as people paste it: "NO 974 567 890 MVA"."""
    compact = "".join(letter for letter in text if letter.isalnum()).upper()
    return compact.removeprefix("NO").removeprefix("DK").removesuffix("MVA")


def looks_like_number(text: str) -> bool:
    number = clean_number(text)
    return number.isascii() and number.isdigit() and len(number) >= 6


def validate_number(number: str, country: str) -> str:
    """A checked organisation number (MOD11) or CVR number, digits only; ValidationError otherwise."""
    compact = clean_number(number)
    try:
        checked: str = orgnr.validate(compact) if country == "NO" else cvr.validate(compact)
    except NumberError as error:
        raise ValidationError(
            _(
                "%(number)s is not a valid organisation number. Check the digits, or write the name instead."
            ),
            code="number",
            params={"number": number.strip()[:40]},
        ) from error
    return checked


def country_of_number(number: str) -> str:
    """Norwegian numbers have nine digits, Danish ones eight."""
    return "DK" if len(clean_number(number)) == 8 else "NO"


def validate_plain_text(text: str) -> None:
    """Refuses characters that hide or reorder what is read: controls, bidi overrides, private use."""
    for letter in text:
        if letter in "\n\r\t":
            continue
        category = unicodedata.category(letter)
        if category in {"Cc", "Cs", "Co"} or letter in HIDING or is_noncharacter(letter):
            raise ValidationError(
                _("Take out the invisible or special control characters."),
                code="control",
            )


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


def is_noncharacter(letter: str) -> bool:
    """Never a sign in any version of Unicode; the merely unassigned may be an emoji newer than this Python."""
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF


# Bidi embeddings, overrides and isolates, and zero-width spaces; joiners stay, emoji and names need them.
HIDING = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
