"""One spelling for the many ways in which people write the same word."""

import unicodedata

FOLDED_LETTERS = str.maketrans(
    {"ø": "o", "æ": "a", "å": "a", "ð": "d", "þ": "th", "ß": "ss", "ł": "l"}
)


def fold(text: str) -> str:
    """Letters and digits only, without case or accents, single spaces; å and aa, ø and oe, æ and ae are one."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(FOLDED_LETTERS))
    for pair in ("aa", "ae", "oe"):
        plain = plain.replace(pair, pair[0])
    kept = "".join(
        letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
    )
    return " ".join(kept.split())
