"""Which part of a page's text shows why it was found, and which words of it to mark."""

import re
from collections.abc import Collection
from dataclasses import dataclass

# Of a page's text so much is looked through, and so much is shown.
LOOKED_THROUGH = 8_000
SHOWN = 220
BEFORE = 60

LETTERS = str.maketrans({"ø": "o", "æ": "a", "å": "a", "ö": "o", "ä": "a", "é": "e", "ü": "u"})
# A folded letter, as people may have written it.
WRITTEN = {"a": "a[ae]?", "o": "oe?"}


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


def pattern(folded_words: Collection[str]) -> re.Pattern[str] | None:
    """Finds these words in a text that has been flattened."""
    each = sorted(folded_words, key=lambda word: (-len(word), word))
    spelt = ["".join(WRITTEN.get(letter, re.escape(letter)) for letter in word) for word in each]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(spelt)})(?![^\W_])") if spelt else None


def flat(text: str) -> str:
    """Small letters without rings and strokes, each in the place where it was."""
    low = text.lower().translate(LETTERS)
    return low if len(low) == len(text) else text


def marked(text: str, wanted: re.Pattern[str] | None) -> list[Piece]:
    """The whole text in pieces."""
    pieces: list[Piece] = []
    end = 0
    for match in wanted.finditer(flat(text)) if wanted else ():
        if match.start() > end:
            pieces.append(Piece(text[end : match.start()]))
        pieces.append(Piece(text[match.start() : match.end()], marked=True))
        end = match.end()
    return [*pieces, Piece(text[end:])] if end < len(text) else pieces


def excerpt(text: str, wanted: re.Pattern[str] | None) -> list[Piece]:
    """Some two lines around the place where most of the words stand together, else the beginning."""
    text = " ".join(text[:LOOKED_THROUGH].split())
    start = best_start(text, wanted)
    end = start + SHOWN
    if start:
        start = text.find(" ", start) + 1 or start
    if end < len(text):
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    pieces = marked(text[start:end], wanted)
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(text) else []
    return [*before, *pieces, *after]


def best_start(text: str, wanted: re.Pattern[str] | None) -> int:
    places = (
        [(match.start(), match.group()) for match in wanted.finditer(flat(text))] if wanted else []
    )
    best, most = 0, 0
    for start, _word in places:
        near = {word for place, word in places if start <= place < start + SHOWN - BEFORE}
        if len(near) > most:
            best, most = start, len(near)
    return max(0, best - BEFORE)
