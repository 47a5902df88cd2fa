"""What makes two words the same to somebody who searches: endings, letters and slips of the finger.

No database and no settings: the index and the questions put to it both go through here.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

import snowballstemmer

from recovery_network.folding import fold

WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 40
STEMMERS = {
    language: snowballstemmer.stemmer(name)
    for language, name in (("nb", "norwegian"), ("da", "danish"), ("en", "english"))
}
SAME_ENDINGS = {"nn": "nb"}
# What Bokmål and Danish end in -else ends in -ing in Nynorsk, with other endings behind it: the three are one.
NOUN = re.compile(r"(?<=.{5})(?:ing|else)(?:ane|ar|a|ene|en|er|ne|n|r)?s?$")
# A slip is looked for in the beginning of a word; its whole is compared afterwards.
BEGINNING = 7
# Words this long bear two slips, shorter ones one, and the shortest none: each is near to too many others.
LONG, SHORT = 7, 4
# Half a word leads to the whole: "bolig" to "boligsosial", "tjeneste" to "helsetjeneste".
PART = 4

# Words that tell nothing of what a text is about. They count in titles all the same.
TELL_NOTHING = (
    "alle alt at av de deg dei deira dem den denne der deres det dette di din disse dit ditt du eg ei ein eit",
    "eitt eller en enn er et ett etter for fordi fra frå ha han har hadde henne hennar hennes her ho hos hun hva",
    "hvem hvilken hvilke hvor hvordan hvorfor hvis i ikke ikkje inn ja jeg kan kor korleis kva kvar kvifor kven",
    "man med meg men mer meir min mitt må noe noen nokon noko nokre når nå no og også om opp oss på som seg selv",
    "sjølv sin sine sitt skal skulle slik så til under ut var vart ved vere være vi vil ville vår vårt våre ble",
    "bli blir blei over mellom mange samme and andre annen annet anna",
    "ad af da dig eder en være hvad ind jer jeres kunne mig nogen noget nogle op os sig skal vores blev meget",
    "a an and are as be do does for from has have how if in is it its not of on or our so than that the their",
    "them then there these they this to us was we were what when where which who will with you your",
)
STOP_WORDS = frozenset(fold(word) for words in TELL_NOTHING for word in words.split())


def tokens(text: str) -> Iterator[str]:
    """The words of a text in small letters, as they were written."""
    for found in WORD.finditer(unicodedata.normalize("NFC", text)):
        yield found.group().casefold()[:LONGEST_WORD]


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """One spelling for å and aa, ö and ø; empty for signs that are no letters after all."""
    return fold(word).replace(" ", "")[:LONGEST_WORD]


@lru_cache(maxsize=8192)
def stem(word: str, language: str) -> str:
    """The word without its ending in that language, folded."""
    if language != "en" and (noun := NOUN.search(word)):
        return folded(word[: noun.start()])
    return folded(STEMMERS[SAME_ENDINGS.get(language, language)].stemWord(word))


def stems(word: str) -> frozenset[str]:
    """What it may be without its ending: nobody says in which language they ask."""
    return frozenset(stem(word, language) for language in STEMMERS) - {""}


def slips_allowed(word: str) -> int:
    """How many letters of the folded word may be wrong, missing, too many or swapped with their neighbour."""
    return 2 if len(word) >= LONG else 1 if len(word) >= SHORT else 0


def misspelling_keys(word: str) -> set[str]:
    """What is left of the beginning of the folded word when letters are taken out.

    Two words within one or two slips of each other share at least one of these (as in Garbe's "symmetric
    deletes"), so near words are found by equality alone: any database can do that quickly.
    """
    start = word[:BEGINNING]
    most = 2 if len(word) >= BEGINNING else 1
    kept = (combinations(start, len(start) - gone) for gone in range(min(most, len(start) - 1) + 1))
    return {"".join(letters) for each in kept for letters in each}


def slips_between(one: str, other: str, *, most: int) -> int | None:
    """How many slips lead from one to the other, neighbours swapped being one; None for more than `most`."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        two_before, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None
