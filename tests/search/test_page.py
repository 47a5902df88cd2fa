import logging
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from network.models import Article, User
from recovery_network.privacy import retention
from recovery_network.search import actions
from recovery_network.search.models import Entry, MisspellingKey, Posting, Word
from tests import factories

pytestmark = pytest.mark.django_db

HOSTILE = {
    "nothing": "",
    "only signs": "?!*()[]{}%_\\'\"",
    "SQL": "' OR 1=1 -- ",
    "operators": 'AND OR NOT NEAR(a, b) -c "d" *:*',
    "markup": "<script>alert(1)</script>",
    "a zero": "bo\x00lig",
    "very long": "bolig" * 5000,
    "very many words": "sosial bolig " * 2000,
    "other letters": "数据 базы بيانات 🙂🙂 ﷽",
    "letters that grow": "ﬀﬃİſß½",
    "marks without letters": "\u0301\u0302\u0303\u200f\u202e",
    "half a sign": "%ED%A0%80",
    "format signs": "%s %(q)s {hits} {0}",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_is_typed_gets_a_page(what: str, outsider: Client) -> None:
    factories.make_article(title="Om bolig", body="Sosial bolig.")
    factories.index()
    response = outsider.get("/sok/", {"q": HOSTILE[what]})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"page": "2"}, {"page": "99999"}, {"kind": "bok"}]
)
def test_what_is_not_offered_is_not_there(query: dict[str, str], outsider: Client) -> None:
    factories.make_article(title="Om bolig")
    factories.index()
    assert outsider.get("/sok/", {"q": "bolig", **query}).status_code == 404


def test_only_reads(outsider: Client) -> None:
    assert outsider.post("/sok/", {"q": "bolig"}).status_code == 405


def test_pages_turn_with_the_question_and_never_show_one_twice(outsider: Client) -> None:
    for number in range(23):
        factories.make_article(title=f"Om bolig {number}")
    factories.index()
    pages = [
        outsider.get("/sok/", {"q": "bolig", "page": str(number)}).context["results"]
        for number in (1, 2, 3)
    ]
    assert [len(page) for page in pages] == [10, 10, 3]
    assert len({result.url for page in pages for result in page}) == 23
    first = outsider.get("/sok/", {"q": "bolig", "kind": "article"}).content.decode()
    assert 'href="?q=bolig&amp;kind=article&amp;page=2"' in first


@pytest.mark.parametrize("number", [1, 3])
def test_costs_the_same_for_one_and_for_three(
    outsider: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _number in range(number):
        factories.make_article(title="Om bolig")
    factories.index()
    with django_assert_num_queries(4):
        assert len(outsider.get("/sok/", {"q": "bolig"}).context["results"]) == number


def test_says_what_to_do_before_and_when_nothing_is_found(outsider: Client) -> None:
    start = outsider.get("/en/sok/").content.decode()
    assert "Endings and small mistakes don&#x27;t matter" in start or "don't matter" in start
    nothing = outsider.get("/en/sok/", {"q": "finnesikke"}).content.decode()
    assert "We found no page about that. Try another word, or fewer of them." in nothing
    assert 'href="/en/kontakt/"' in nothing


def test_front_page_and_every_header_lead_to_it(outsider: Client) -> None:
    front = outsider.get("/nn/").content.decode()
    assert '<form class="search-form" role="search" method="get" action="/nn/sok/">' in front
    assert 'class="to-search" href="/nn/sok/"' in front


def test_what_is_asked_is_kept_nowhere(outsider: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="recovery_network"):
        response = outsider.get("/sok/", {"q": "psykose"})
    told = [vars(record) for record in caplog.records]
    assert [each.get("route") for each in told] == ["sok/"]
    assert "psykose" not in repr(told)
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")


class TestEditors:
    """What they save is found at once, and what they delete is not."""

    def test_an_article(self, editor: User, client: Client, outsider: Client) -> None:
        client.force_login(editor)
        article = factories.make_article(title="Sjøsprøyt")
        page = reverse("admin:network_article_change", args=[article.pk])
        form: Any = client.get(page).context["adminform"].form
        values = {
            name: form[name].value() for name in form.fields if form[name].value() is not None
        }
        values |= {"title": "Fjellvandring", "published_at": "2024-01-01T12:00", "picture": ""}
        assert client.post(page, values).status_code == 302
        assert titles(client, "fjellvandring") == ["Fjellvandring"]
        assert titles(client, "sjøsprøyt") == []
        client.post(reverse("admin:network_article_delete", args=[article.pk]), {"post": "yes"})
        assert (Article.objects.count(), titles(client, "fjellvandring")) == (0, [])


def titles(client: Client, text: str) -> list[str]:
    results = client.get("/sok/", {"q": text}).context["results"]
    return ["".join(piece.text for piece in result.title) for result in results]


class TestIndex:
    def test_words_of_pages_that_are_gone_are_forgotten(self) -> None:
        factories.make_article(title="Ola Nordmanns fjellvandring")
        kept = factories.make_article(title="Sjøsprøyt")
        factories.index()
        Article.objects.exclude(pk=kept.pk).delete()
        factories.index()
        retention.run(Entry.objects.get().shown_from)
        texts = set(Word.objects.values_list("text", flat=True))
        assert not texts & {"ola", "nordmanns", "fjellvandring"}
        assert "sjosproyt" in texts
        assert not MisspellingKey.objects.filter(key="fjellva").exists()

    def test_each_thing_stands_once(self) -> None:
        article = factories.make_article(title="Fjellvandring")
        factories.index()
        entry = Entry.objects.get(object_id=article.pk)
        word = Word.objects.get(text="fjellvandring")
        for twice in (
            Entry(kind="article", object_id=article.pk, shown_from=entry.shown_from),
            Word(text=word.text, stem=word.stem, shown="x"),
            Posting(word=word, entry=entry, weight=1),
            MisspellingKey(word=word, key="fjellva"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                twice.save()

    def test_a_change_that_is_taken_back_leaves_the_index_as_it_was(self) -> None:
        article = factories.make_article(title="Fjellvandring")
        factories.index()
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(title="Sjøsprøyt")
            actions.refresh("article", [article.pk])
            transaction.set_rollback(True)
        assert list(Entry.objects.values_list("title", flat=True)) == ["Fjellvandring"]
        assert not Word.objects.filter(text="sjosproyt").exists()
