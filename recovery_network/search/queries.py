"""Questions put to the index: which pages have these words, the best first."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.utils import timezone

from recovery_network.search import words
from recovery_network.search.models import Entry, Posting, Word

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
    same, longer = Q(pk__in=()), Q(pk__in=())
    for word in asked:
        same |= Q(stem__in=words.stems(word.written)) | Q(text=word.folded)
        for part in parts(word):
            longer |= Q(head=part[: words.PART], stem__startswith=part)
            longer |= Q(tail=part[-words.PART :], stem__endswith=part)
    columns = ("pk", "text", "stem")
    known = {
        *Word.objects.filter(same).values_list(*columns),
        *Word.objects.filter(longer).values_list(*columns)[:MOST_CANDIDATES],
    }
    for word in asked:
        mine = [
            Spelling(pk, text, factor)
            for pk, text, stem in known
            if (factor := closeness(word, text, stem))
        ]
        mine.sort(key=lambda each: (-each.factor, len(each.text), each.text, each.pk))
        word.spellings = mine[:MOST_SPELLINGS]
    pages = pages_with({spelling.pk for word in asked for spelling in word.spellings}, now)
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
    near = Word.objects.filter(keys__key__in=words.misspelling_keys(text)).distinct()
    slips = {
        (pk, known, shown): count
        for pk, known, shown in near.values_list("pk", "text", "shown")[:MOST_CANDIDATES]
        if (count := words.slips_between(text, known, most=most)) is not None
    }
    pages = pages_with({pk for pk, _known, _shown in slips}, now)
    order = [
        (count, known[0] != text[0], -pages[pk], known, shown)
        for (pk, known, shown), count in slips.items()
        if pk in pages
    ]
    return min(order)[-1] if order else ""


def pages_with(numbers: Collection[int], now: datetime) -> dict[int, int]:
    """On how many pages each of these words stands; without those that stand on none that everyone may see."""
    shown = Posting.objects.filter(word=OuterRef("pk"), entry__shown_from__lte=now)
    seen = Word.objects.filter(Exists(shown), pk__in=numbers)
    rows = Posting.objects.filter(word__in=seen).values_list("word")
    return dict(rows.annotate(pages=Count("pk")).order_by())


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
    hits, params = hits_of(question, now).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(BEST.format(hits=hits), [*params, kind, kind, limit, offset])
        rows = cursor.fetchall()
    counts = {of_kind: number for of_kind, number, _score in rows if of_kind}
    best = sorted((row for row in rows if not row[0]), key=lambda row: -row[2])
    return counts, tuple(entry for _kind, entry, _score in best)


# One reading of the postings for both the numbers and the best: it is what takes the time.
BEST = """
WITH hits AS ({hits})
SELECT kind, COUNT(*) AS number, 0.0 AS score FROM hits GROUP BY kind
UNION ALL
SELECT kind, number, score FROM (
  SELECT '' AS kind, hits.entry_id AS number, hits.score AS score
  FROM hits JOIN search_entry ON search_entry.id = hits.entry_id
  WHERE %s = '' OR hits.kind = %s
  ORDER BY hits.score DESC, search_entry.dated_on DESC NULLS LAST, hits.entry_id
  LIMIT %s OFFSET %s
) AS best
"""


def hits_of(question: Question, now: datetime) -> QuerySet[Posting, Any]:
    """Every page that answers, with its kind and its score, among the best pages of the word that decides."""
    asked = [word for word in question.asked if word.spellings]
    deciding = [min(asked, key=lambda word: word.pages)] if question.every_word else asked
    rows = Posting.objects.filter(
        word__in=numbers_of(asked), entry__in=best_pages(deciding), entry__shown_from__lte=now
    )
    parts_of_score = {f"score_{place}": Max(worth(word)) for place, word in enumerate(asked)}
    by_entry = rows.values("entry_id", kind=F("entry__kind")).annotate(**parts_of_score)
    if question.every_word:
        by_entry = by_entry.filter(**{f"{name}__gt": 0 for name in parts_of_score})
    score = sum((F(name) for name in parts_of_score), start=Value(0.0))
    return by_entry.annotate(score=score).values("entry_id", "kind", "score").order_by()


def numbers_of(asked: Sequence[Asked]) -> set[int]:
    return {spelling.pk for word in asked for spelling in word.spellings}


def best_pages(asked: Sequence[Asked]) -> QuerySet[Posting, Any]:
    """The pages on which one of these words says most. What is shown only later is left out by the caller:
    asking it of each of many thousand pages is what would take the time."""
    worths = [worth(word) for word in asked]
    most = Greatest(*worths) if len(worths) > 1 else worths[0]
    rows = Posting.objects.filter(word__in=numbers_of(asked))
    return rows.order_by(most.desc(), "-entry").values("entry")[:MOST_PAGES]


def worth(word: Asked) -> Case:
    """What a row counts as an answer to one word: more for a word that few pages have."""
    rare = math.log(1 + MANY_PAGES / (word.pages + 1))
    by_factor: dict[float, list[int]] = {}
    for spelling in word.spellings:
        by_factor.setdefault(spelling.factor, []).append(spelling.pk)
    cases = [
        When(word__in=numbers, then=F("weight") * Value(factor * rare))
        for factor, numbers in by_factor.items()
    ]
    return Case(*cases, default=Value(0.0), output_field=FloatField())
