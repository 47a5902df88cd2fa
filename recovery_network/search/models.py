"""The index: pages, the words on them, and the keys by which misspelt words are found.

Everything in it is copied from pages that everyone may read, and can be made again from them
(`manage.py rebuild_search`).
"""

from datetime import datetime

from django.db import models
from django.db.models import Q

from recovery_network.search.words import BEGINNING, LONGEST_WORD, PART

LONGEST_KIND, LONGEST_TITLE = 20, 240


class EntryQuerySet(models.QuerySet["Entry"]):
    def shown(self, now: datetime) -> "EntryQuerySet":
        """Those that everyone may see by now."""
        return self.filter(shown_from__lte=now)


class Entry(models.Model):
    """One page of the site as search knows it."""

    kind = models.CharField(max_length=LONGEST_KIND)
    object_id = models.BigIntegerField()
    belongs_to = models.BigIntegerField(null=True)
    # Changes with anything that the page says; what is the same need not be read again.
    fingerprint = models.CharField(max_length=32)
    path = models.CharField(max_length=300)
    title = models.CharField(max_length=LONGEST_TITLE)
    # Where it belongs, in its own language: the gathering of a session, the year of a report.
    context = models.CharField(max_length=LONGEST_TITLE, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    dated_on = models.DateField(null=True)
    shown_from = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")
        ]
        indexes = [
            models.Index(
                fields=["kind", "belongs_to"],
                name="search_entry_belongs",
                condition=Q(belongs_to__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Word(models.Model):
    """A word that stands on some page, folded, with what it is without its ending."""

    text = models.CharField(max_length=LONGEST_WORD)
    stem = models.CharField(max_length=LONGEST_WORD)
    # As somebody wrote it, to be shown to those who misspelt it.
    shown = models.CharField(max_length=LONGEST_WORD)
    # The ends of long stems, by which parts of compound words are found.
    head = models.CharField(max_length=PART, blank=True)
    tail = models.CharField(max_length=PART, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text", "stem"], name="search_word_once")]
        indexes = [
            models.Index(fields=["stem"], name="search_word_stem"),
            models.Index(fields=["head"], name="search_word_head", condition=~Q(head="")),
            models.Index(fields=["tail"], name="search_word_tail", condition=~Q(tail="")),
        ]

    def __str__(self) -> str:
        return self.shown


class Posting(models.Model):
    """That a word stands on a page, and how much it says about the page."""

    word = models.ForeignKey(Word, models.CASCADE, related_name="postings", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="postings")
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["word", "entry"], name="search_posting_once")
        ]
        # What a question reads, so that no database has to look further than into the index.
        indexes = [models.Index(fields=["word", "entry", "weight"], name="search_posting_read")]

    def __str__(self) -> str:
        return f"{self.word_id} {self.entry_id}"


class MisspellingKey(models.Model):
    """See words.misspelling_keys()."""

    word = models.ForeignKey(Word, models.CASCADE, related_name="keys")
    key = models.CharField(max_length=BEGINNING)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "word"], name="search_misspelling_once")
        ]

    def __str__(self) -> str:
        return self.key
