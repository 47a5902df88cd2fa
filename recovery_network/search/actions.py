"""Keeping the index as the pages are: in the transaction of a change, and all of it now and then."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import override

from recovery_network.search import registry, words
from recovery_network.search.models import LONGEST_TITLE, Entry, MisspellingKey, Posting, Word
from recovery_network.search.registry import Document, Source

Item = TypeVar("Item")
# A word, folded, and what it is without its ending.
Key = tuple[str, str]

# Pages that are read and written in one transaction, which nobody else may have to wait for.
BATCH = 50
ROWS_AT_ONCE = 500
# How much a word tells about the page it stands on, by where it stands.
TITLE, LEAD, ALSO, CONTEXT, BODY = 6.0, 2.5, 2.0, 0.8, 1.0
# As in BM25: the tenth time a word comes tells little more, and in a long text less. Its mean length is settled
# beforehand: a page's weights would otherwise change with every other page.
SATURATION, SHARE_OF_LENGTH, USUAL_LENGTH = 1.4, 0.6, 120
FULL_WEIGHT = 1000


@dataclass(frozen=True)
class Weighed:
    """A word as it was written first on a page, and how much it tells about the page."""

    shown: str
    weight: int


Weights = dict[Key, Weighed]


@dataclass(frozen=True)
class Done:
    written: int = 0
    removed: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(self.written + other.written, self.removed + other.removed)


def changed(what: str, pk: int) -> None:
    """Reads anew every page that may say something else since row `pk` of `what` was changed.

    In the caller's transaction, so that nobody finds what isn't there, or misses what is.
    """
    for source in registry.sources():
        if what in source.follows:
            told = Entry.objects.filter(kind=source.kind, belongs_to=pk)
            known = told.values_list("object_id", flat=True)
            refresh(source.kind, {*source.follows[what](pk), *known})


@transaction.atomic
def refresh(kind: str, object_ids: Collection[int]) -> Done:
    """Puts these rows' pages into the index as they are now; takes out those that are no longer for everyone.

    Their entries are held before the pages are read, so that an older page is never written over a newer.
    """
    if not object_ids:
        return Done()
    entries = Entry.objects.filter(kind=kind, object_id__in=object_ids)
    known = dict(
        entries.select_for_update(no_key=True)
        .order_by("pk")
        .values_list("object_id", "fingerprint")
    )
    documents = documents_of(registry.source_of(kind), object_ids)
    new = [each for each in documents if known.get(each.object_id) != each.fingerprint()]
    write(kind, new)
    gone = known.keys() - {document.object_id for document in documents}
    return Done(len(new), remove(kind, gone) if gone else 0)


def rebuild() -> Done:
    """Compares every page with the index and mends what differs, in short transactions."""
    done = Done()
    for source in registry.sources():
        now = {each.object_id: each.fingerprint() for each in documents_of(source, None)}
        entries = Entry.objects.filter(kind=source.kind)
        known = dict(entries.values_list("object_id", "fingerprint"))
        differ = {number for number, _fingerprint in now.items() ^ known.items()}
        for some in batches(sorted(differ), BATCH):
            done += refresh(source.kind, some)
    kinds = [source.kind for source in registry.sources()]
    removed, _rows = Entry.objects.exclude(kind__in=kinds).delete()
    return done + Done(removed=removed)


def remove_unused_words() -> int:
    """Words that stand on no page any more; returns how many."""
    unused = Word.objects.filter(~Exists(Posting.objects.filter(word=OuterRef("pk"))))
    gone = 0
    for some in batches(list(unused.values_list("pk", flat=True)), ROWS_AT_ONCE):
        with transaction.atomic():
            # Asked once more: a page may have been given one of them meanwhile.
            gone += unused.filter(pk__in=some).delete()[1].get("search.Word", 0)
    return gone


def documents_of(source: Source, object_ids: Collection[int] | None) -> list[Document]:
    """Paths are those in Bokmål, whoever made the change."""
    with override(settings.LANGUAGE_CODE):
        return list(source.documents(object_ids))


def remove(kind: str, object_ids: Iterable[int]) -> int:
    entries = Entry.objects.filter(kind=kind, object_id__in=list(object_ids))
    Posting.objects.filter(entry__in=entries).delete()
    return entries.delete()[0]


def write(kind: str, documents: Sequence[Document]) -> None:
    weights = {entry_for(kind, each).pk: weigh(each) for each in documents}
    Posting.objects.filter(entry__in=weights).delete()
    numbers = words_for(weights.values())
    rows = [
        Posting(word_id=numbers[key], entry_id=entry, weight=word.weight)
        for entry, page in weights.items()
        for key, word in page.items()
    ]
    Posting.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def entry_for(kind: str, document: Document) -> Entry:
    """Its row, held until the transaction ends: two changes of one page are written one after the other."""
    entry, _created = Entry.objects.update_or_create(
        kind=kind,
        object_id=document.object_id,
        defaults={
            "belongs_to": document.belongs_to,
            "fingerprint": document.fingerprint(),
            "path": document.path,
            "title": document.title[:LONGEST_TITLE],
            "context": document.context[:LONGEST_TITLE],
            "text": "\n\n".join(part for part in (document.lead, document.body) if part),
            "language": document.language,
            "dated_on": document.dated_on,
            "shown_from": document.shown_from,
        },
    )
    return entry


def weigh(document: Document) -> Weights:
    """How much each word of the page tells about it."""
    counts: dict[Key, float] = {}
    shown: dict[Key, str] = {}
    length = 0
    for text, value in (
        (document.title, TITLE),
        (document.lead, LEAD),
        (document.also, ALSO),
        (document.context, CONTEXT),
        (document.body, BODY),
    ):
        for word in words.tokens(text):
            length += 1
            key = words.folded(word), words.stem(word, document.language)
            if all(key) and (value == TITLE or key[0] not in words.STOP_WORDS):
                counts[key] = counts.get(key, 0) + value
                shown.setdefault(key, word)
    slope = SATURATION * (1 - SHARE_OF_LENGTH + SHARE_OF_LENGTH * length / USUAL_LENGTH)
    return {
        key: Weighed(shown[key], max(1, round(FULL_WEIGHT * count / (count + slope))))
        for key, count in counts.items()
    }


def words_for(pages: Iterable[Weights]) -> dict[Key, int]:
    """The numbers of these words, which are added where nobody has used them yet.

    They are added in the order of the alphabet, so that two who add the same ones wait for each other
    and never in a circle.
    """
    wanted: dict[Key, str] = {}
    for page in pages:
        for key, word in page.items():
            wanted.setdefault(key, word.shown)
    known = numbers_of(wanted)
    missing = [new_word(key, wanted[key]) for key in sorted(wanted.keys() - known.keys())]
    if missing:
        Word.objects.bulk_create(missing, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        added = numbers_of((word.text, word.stem) for word in missing)
        keys = [
            MisspellingKey(word_id=number, key=key)
            for (text, _stem), number in sorted(added.items())
            if words.slips_allowed(text)
            for key in sorted(words.misspelling_keys(text))
        ]
        MisspellingKey.objects.bulk_create(keys, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        known |= added
    return known


def numbers_of(wanted: Iterable[Key]) -> dict[Key, int]:
    keys = set(wanted)
    found: dict[Key, int] = {}
    for some in batches(sorted({text for text, _stem in keys}), ROWS_AT_ONCE):
        for number, text, stem in Word.objects.filter(text__in=some).values_list(
            "pk", "text", "stem"
        ):
            if (text, stem) in keys:
                found[text, stem] = number
    return found


def new_word(key: Key, shown: str) -> Word:
    text, stem = key
    long = len(stem) > words.PART
    head, tail = (stem[: words.PART], stem[-words.PART :]) if long else ("", "")
    return Word(text=text, stem=stem, shown=shown, head=head, tail=tail)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
