"""Questions put to the index: which pages have these words, the best first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from recovery_network.search import statements, words
from recovery_network.search.models import Entry
from recovery_network.search.statements import Worth

LONGEST_QUESTION = 120
MOST_WORDS = 8
MOST_SPELLINGS = 40
MOST_CANDIDATES = 500
# Of a word that very many pages have, only the best pages are weighed: nobody reads further, and the time is bounded.
MOST_PAGES = 500
# Against which the pages with a word are held, to say how rare it is.
MANY_PAGES = 20_000
# What another form of the word counts beside the word itself.
AS_WRITTEN, OTHER_ENDING, PART_OF_WORD = 1.0, 0.9, 0.4
FINENESS = 1000


@dataclass(frozen=True)
class Spelling:
    """A word of the index that answers a word of the question, and how well."""

    pk: int
    text: str
    factor: float


@dataclass
class Asked:
    """One word of the question, with what answers it. `correction` is set where only a near word does."""

    written: str
    spellings: list[Spelling] = field(default_factory=list)
    correction: str = ""
    pages: int = 0

    @property
    def folded(self) -> str:
        return words.folded(self.written)


@dataclass(frozen=True)
class Question:
    asked: tuple[Asked, ...]
    # Whether a page must have every word, or one is enough.
    every_word: bool = True

    @property
    def corrected(self) -> str:
        """The question as we understood it, where a word of it was put right; else nothing."""
        if not any(word.correction for word in self.asked):
            return ""
        return " ".join(word.correction or word.written for word in self.asked)

    def texts(self) -> set[str]:
        return {spelling.text for word in self.asked for spelling in word.spellings}


@dataclass(frozen=True)
class Answer:
    """Numbers of entries, the best first, of one page of results; and how many there are of each kind."""

    question: Question
    counts: dict[str, int]
    entries: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_cut(self) -> bool:
        """Whether more pages may answer than were weighed."""
        pages = [word.pages for word in self.question.asked if word.spellings]
        deciding = min if self.question.every_word else max
        return bool(pages) and deciding(pages) > MOST_PAGES


def read(text: str) -> list[str]:
    """The words of a question that tell something, or all of them where none does."""
    typed = words.tokens(text[:LONGEST_QUESTION])
    found = [word for word in dict.fromkeys(typed) if words.folded(word)]
    telling = [word for word in found if words.folded(word) not in words.STOP_WORDS]
    return (telling or found)[:MOST_WORDS]


def ask(
    text: str, *, kind: str = "", offset: int = 0, limit: int, now: datetime | None = None
) -> Answer:
    """The pages that answer `text`: those with every word of it, else those with any.

    A word that no page has is read as the nearest that some page has. Never raises for what people type.
    """
    now = now or timezone.now()
    question = understood(read(text), now)
    counts, entries = found(question, kind, offset, limit, now)
    if not counts and len(question.asked) > 1:
        question = Question(question.asked, every_word=False)
        counts, entries = found(question, kind, offset, limit, now)
    return Answer(question, counts, entries)


def objects_of(answer: Answer) -> list[int]:
    """The numbers of the rows whose pages answer, the best first; all of one kind."""
    numbers = dict(Entry.objects.filter(pk__in=answer.entries).values_list("pk", "object_id"))
    return [numbers[entry] for entry in answer.entries if entry in numbers]


def understood(written: Sequence[str], now: datetime) -> Question:
    asked = [Asked(word) for word in written]
    look_up(asked, now)
    unknown = [word for word in asked if not word.spellings]
    for word in unknown:
        word.correction = nearest(word.folded, now)
    if any(word.correction for word in unknown):
        corrected = [Asked(word.correction) for word in unknown if word.correction]
        look_up(corrected, now)
        meant = {word.written: word for word in corrected}
        for word in unknown:
            if word.correction:
                word.spellings = meant[word.correction].spellings
                word.pages = meant[word.correction].pages
    return Question(tuple(asked))


def look_up(asked: Sequence[Asked], now: datetime) -> None:
    """Gives each word the words of the index that are the same, or of which it is a part."""
    if not asked:
        return
    known = statements.same_or_longer(
        {word.folded for word in asked},
        {stem for word in asked for stem in words.stems(word.written)},
        {part for word in asked for part in parts(word)},
        most=MOST_CANDIDATES,
    )
    for word in asked:
        mine = [
            Spelling(pk, text, factor)
            for pk, text, stem in known
            if (factor := closeness(word, text, stem))
        ]
        mine.sort(key=lambda each: (-each.factor, len(each.text), each.text, each.pk))
        word.spellings = mine[:MOST_SPELLINGS]
    numbers = {spelling.pk for word in asked for spelling in word.spellings}
    pages = statements.pages_with(numbers, now)
    for word in asked:
        word.spellings = [spelling for spelling in word.spellings if spelling.pk in pages]
        word.pages = sum(pages[spelling.pk] for spelling in word.spellings)


def parts(word: Asked) -> set[str]:
    """What may begin or end a longer word: the word as it was typed, perhaps not to its end, and its stems."""
    return {part for part in {*words.stems(word.written), word.folded} if len(part) >= words.PART}


def closeness(word: Asked, text: str, stem: str) -> float:
    """How well a word of the index answers the one that was typed; 0 where it doesn't."""
    if text == word.folded:
        return AS_WRITTEN
    if stem in words.stems(word.written):
        return OTHER_ENDING
    part = any(stem.startswith(part) or stem.endswith(part) for part in parts(word))
    return PART_OF_WORD if part else 0


def nearest(text: str, now: datetime) -> str:
    """The word that is meant, as it is written on some page everyone may see; "" where none is near.

    The fewest slips win, then the same first letter, then what stands on most pages.
    """
    most = words.slips_allowed(text)
    if not most:
        return ""
    near = statements.near(words.misspelling_keys(text), most=MOST_CANDIDATES)
    slips = {
        (pk, known, shown): count
        for pk, known, shown in near
        if (count := words.slips_between(text, known, most=most)) is not None
    }
    pages = statements.pages_with({pk for pk, _known, _shown in slips}, now)
    order = [
        (count, known[0] != text[0], -pages[pk], known, shown)
        for (pk, known, shown), count in slips.items()
        if pk in pages
    ]
    return min(order)[-1] if order else ""


def found(
    question: Question, kind: str, offset: int, limit: int, now: datetime
) -> tuple[dict[str, int], tuple[int, ...]]:
    """How many pages of each kind answer, and the best of `kind` (or of all), in one statement."""
    if question.every_word:
        answerable = all(word.spellings for word in question.asked)
    else:
        answerable = any(word.spellings for word in question.asked)
    if not question.asked or not answerable:
        return {}, ()
    asked = [word for word in question.asked if word.spellings]
    deciding = [min(asked, key=lambda word: word.pages)] if question.every_word else asked
    rows = statements.best(
        [worth(word) for word in asked],
        [worth(word) for word in deciding],
        every_word=question.every_word,
        most=MOST_PAGES,
        kind=kind,
        limit=limit,
        offset=offset,
        now=now,
    )
    counts = {of_kind: number for of_kind, number, _score in rows if of_kind}
    best = sorted((row for row in rows if not row[0]), key=lambda row: -row[2])
    return counts, tuple(entry for _kind, entry, _score in best)


def worth(word: Asked) -> Worth:
    """More for a word that few pages have. In whole numbers, in which a database reckons far faster."""
    rare = math.log(1 + MANY_PAGES / (word.pages + 1))
    numbers: dict[int, list[int]] = {}
    for spelling in word.spellings:
        numbers.setdefault(round(FINENESS * spelling.factor * rare), []).append(spelling.pk)
    return Worth(numbers)
