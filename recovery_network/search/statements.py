"""The questions to the index as SQL that SQLite and PostgreSQL both read.

Written out, because a querybuilder takes longer to write statements of this length than the databases take
to answer them. Only numbers of our own stand in the text; what people type goes as parameters.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from recovery_network.search.words import PART


@dataclass(frozen=True)
class Worth:
    """What a row counts as an answer to one word, by the numbers of the words that answer it, in thousandths."""

    factors: Mapping[int, Sequence[int]]

    @property
    def words(self) -> list[int]:
        return [number for numbers in self.factors.values() for number in numbers]

    @property
    def sql(self) -> str:
        cases = " ".join(
            f"WHEN p.word_id IN ({listed(numbers)}) THEN p.weight * {factor}"
            for factor, numbers in self.factors.items()
        )
        return f"CASE {cases} ELSE 0 END"


def listed(numbers: Collection[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)


def rows(sql: str, params: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def moment(now: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(now)


def same_or_longer(
    texts: Collection[str], stems: Collection[str], parts: Collection[str], *, most: int
) -> list[tuple[int, str, str]]:
    """Number, text and stem of the words that are written so or have one of the stems, and of at most `most`
    that begin or end with one of the parts."""
    same = []
    params: list[str | int] = [*texts, *stems]
    if texts:
        same.append(f"text IN ({marks(texts)})")
    if stems:
        same.append(f"stem IN ({marks(stems)})")
    statement = f"SELECT id, text, stem FROM search_word WHERE {' OR '.join(same)}"
    if parts:
        longer = " OR ".join(
            "(head = %s AND stem LIKE %s) OR (tail = %s AND stem LIKE %s)" for _part in parts
        )
        statement += (
            " UNION SELECT id, text, stem FROM ("
            f"SELECT id, text, stem FROM search_word WHERE {longer} LIMIT %s) AS longer"
        )
        # The parts of words are letters and digits: nothing in them means anything to LIKE.
        for part in parts:
            params += [part[:PART], f"{part}%", part[-PART:], f"%{part}"]
        params.append(most)
    return rows(statement, params)


def near(keys: Collection[str], *, most: int) -> list[tuple[int, str, str]]:
    """Number, text and written form of words that share a misspelling key."""
    if not keys:
        return []
    # Asked apart: joined to them, PostgreSQL would read every word there is.
    numbers = rows(
        f"SELECT DISTINCT word_id FROM search_misspellingkey WHERE key IN ({marks(keys)}) LIMIT %s",
        [*keys, most],
    )
    if not numbers:
        return []
    known = listed([number for (number,) in numbers])
    return rows(f"SELECT id, text, shown FROM search_word WHERE id IN ({known})")


def pages_with(numbers: Collection[int], now: datetime) -> dict[int, int]:
    """On how many pages each of these words stands; without those that stand on none that everyone may see."""
    if not numbers:
        return {}
    statement = f"""
SELECT w.id, (SELECT COUNT(*) FROM search_posting AS p WHERE p.word_id = w.id)
FROM search_word AS w
WHERE w.id IN ({listed(numbers)}) AND EXISTS (
  SELECT 1 FROM search_posting AS p JOIN search_entry AS e ON e.id = p.entry_id
  WHERE p.word_id = w.id AND e.shown_from <= %s
)"""
    return dict(rows(statement, [moment(now)]))


def best(
    asked: Sequence[Worth],
    deciding: Sequence[Worth],
    *,
    every_word: bool,
    most: int,
    kind: str,
    limit: int,
    offset: int,
    now: datetime,
) -> list[tuple[str, int, int]]:
    """Rows of kind and number of pages that answer, and rows of "", number of the entry and score.

    One reading of the postings for both: it is what takes the time. Only the `most` pages are weighed on
    which one of the words that decide says most. What is shown only later is left out afterwards: asking it
    of each of many thousand pages is what would take the time.
    """
    scores = [f"MAX({each.sql})" for each in asked]
    every = f"HAVING {' AND '.join(f'{score} > 0' for score in scores)}" if every_word else ""
    statement = f"""
WITH decisive AS (
  SELECT p.entry_id FROM search_posting AS p
  WHERE p.word_id IN ({listed([number for each in deciding for number in each.words])})
  ORDER BY {" + ".join(each.sql for each in deciding)} DESC, p.entry_id DESC LIMIT %s
), hits AS (
  SELECT p.entry_id, e.kind, {" + ".join(scores)} AS score
  FROM search_posting AS p JOIN search_entry AS e ON e.id = p.entry_id
  WHERE p.word_id IN ({listed([number for each in asked for number in each.words])})
    AND p.entry_id IN (SELECT entry_id FROM decisive) AND e.shown_from <= %s
  GROUP BY p.entry_id, e.kind {every}
)
SELECT kind, COUNT(*) AS number, 0 AS score FROM hits GROUP BY kind
UNION ALL
SELECT kind, number, score FROM (
  SELECT '' AS kind, hits.entry_id AS number, hits.score AS score
  FROM hits JOIN search_entry ON search_entry.id = hits.entry_id
  WHERE %s = '' OR hits.kind = %s
  ORDER BY hits.score DESC, search_entry.dated_on DESC NULLS LAST, hits.entry_id
  LIMIT %s OFFSET %s
) AS best
"""
    return rows(statement, [most, moment(now), kind, kind, limit, offset])


def marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
