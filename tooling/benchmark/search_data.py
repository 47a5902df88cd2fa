"""Runs inside the measured site: twenty thousand pages of made-up words, and questions about them."""

import random
import statistics
import time
from collections.abc import Iterator
from itertools import accumulate
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from recovery_network.search import actions
from recovery_network.search.actions import BATCH, batches
from recovery_network.search.models import Entry
from recovery_network.search.registry import ALWAYS, Document

BEGINNINGS = [
    "bo",
    "le",
    "ko",
    "re",
    "tje",
    "søk",
    "mø",
    "hel",
    "fag",
    "vei",
    "råd",
    "støt",
    "arb",
    "hå",
    "kom",
    "gre",
    "sam",
    "fri",
    "var",
    "nær",
    "sos",
    "lær",
    "stå",
    "bru",
]
MIDDLES = [
    "na",
    "li",
    "mu",
    "ve",
    "ne",
    "ra",
    "ta",
    "si",
    "de",
    "lo",
    "mi",
    "ke",
    "gå",
    "dø",
    "pre",
    "ska",
    "fo",
    "ti",
    "må",
    "re",
]
ENDINGS = [
    "ling",
    "het",
    "skap",
    "else",
    "ing",
    "er",
    "en",
    "ene",
    "else",
    "dom",
    "sel",
    "te",
    "ar",
    "st",
]
VOCABULARY = 30_000
WORDS_ON_A_PAGE = 80
QUESTIONS = 300


class Language:
    """Words that come about as often as those of a real one: the first on every other page, most on few."""

    def __init__(self) -> None:
        self.chance = random.Random(20)
        made: dict[str, None] = {}
        while len(made) < VOCABULARY:
            middle = "".join(self.chance.choices(MIDDLES, k=self.chance.randint(0, 3)))
            made[self.chance.choice(BEGINNINGS) + middle + self.chance.choice(ENDINGS)] = None
        self.words = list(made)
        self.weights = list(accumulate(1 / (place + 10) for place in range(VOCABULARY)))

    def some(self, count: int) -> list[str]:
        return self.chance.choices(self.words, cum_weights=self.weights, k=count)

    def pages(self, count: int) -> Iterator[Document]:
        for number in range(1, count + 1):
            title, lead = " ".join(self.some(6)), " ".join(self.some(14))
            body = " ".join(self.some(WORDS_ON_A_PAGE - 20))
            path = f"/aktuelt/sak-{number}/"
            yield Document(-number, path, title, "nb", ALWAYS, lead, body)

    def questions(self) -> list[str]:
        """Of one to three words, often common ones; one in four with a slip, one in eight with half a word."""
        asked = []
        for number in range(QUESTIONS):
            words = self.some(1 + number % 3)
            if number % 4 == 0:
                words[0] = words[0][:2] + words[0][3:]
            if number % 8 == 1:
                words[0] = words[0][:5]
            asked.append(" ".join(words))
        return asked


def search(pages: str) -> dict[str, float]:
    """Milliseconds that the whole page of results takes: the middle, the 95th percentile and the slowest."""
    language = Language()
    for some in batches(language.pages(int(pages)), BATCH):
        with transaction.atomic():
            actions.write("article", some)
    assert Entry.objects.filter(object_id__lt=0).count() == int(pages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    took = []
    host = settings.ALLOWED_HOSTS[0]
    client = Client(headers={"host": host, "x-forwarded-proto": "https"})
    for question in ["oppvarming", *language.questions()]:
        started = time.perf_counter()
        response = client.get(f"/sok/?{urlencode({'q': question})}", secure=True)
        took.append(1000 * (time.perf_counter() - started))
        assert response.status_code == 200, response.status_code
    parts = statistics.quantiles(took[1:], n=100)
    return {"middle": parts[49], "percentile": parts[94], "slowest": max(took[1:])}
