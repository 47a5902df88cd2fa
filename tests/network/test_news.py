import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from network.models import Article, User
from tests import factories

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def later(days: int = 1) -> object:
    return timezone.now() + timedelta(days=days)


def test_list_shows_what_is_out_the_newest_first(outsider: Client) -> None:
    old = factories.make_article(published_at=timezone.now() - timedelta(days=9))
    new = factories.make_article()
    factories.make_article(published_at=None)
    factories.make_article(published_at=later())
    assert list(outsider.get("/aktuelt/").context["page"]) == [new, old]


def test_list_says_so_when_nothing_is_written(outsider: Client) -> None:
    assert "Nothing has been written yet" in outsider.get("/en/aktuelt/").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(
    outsider: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _number in range(number):
        factories.make_article()
    with django_assert_num_queries(3):
        outsider.get("/aktuelt/")
    with django_assert_num_queries(1):
        outsider.get("/aktuelt/")


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "9" * 400])
def test_list_has_no_other_pages(outsider: Client, page: str) -> None:
    factories.make_article()
    assert outsider.get("/aktuelt/", {"page": page}).status_code == 404


def test_article_comes_out_by_itself(outsider: Client) -> None:
    article = factories.make_article(published_at=later())
    assert outsider.get(article.get_absolute_url()).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert outsider.get(article.get_absolute_url()).status_code == 200


def test_draft_is_not_there_even_for_editors(client: Client, editor: User) -> None:
    article = factories.make_article(published_at=None)
    client.force_login(editor)
    assert client.get(article.get_absolute_url()).status_code == 404


def test_preview_shows_a_draft_to_whoever_has_the_link(outsider: Client) -> None:
    article = factories.make_article(published_at=None, title="Kladd")
    response = outsider.get(f"/en/aktuelt/utkast/{article.preview_key}/")
    assert "This is a preview" in response.content.decode()
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == (
        "noindex, nofollow",
        "no-referrer",
    )
    assert "no-store" in response["Cache-Control"]
    assert outsider.get("/aktuelt/utkast/feil/").status_code == 404


def test_changed_article_shows_at_once(outsider: Client) -> None:
    article = factories.make_article(title="Før")
    outsider.get(article.get_absolute_url())
    article.title = "Etterpå"
    article.save()
    assert "Etterpå" in outsider.get(article.get_absolute_url()).content.decode()


def test_hostile_text_stays_text(outsider: Client) -> None:
    article = factories.make_article(
        title="<script>alert(1)</script>",
        body="<script>alert(1)</script> [x](javascript:alert(1)) **sterk**",
    )
    page = outsider.get(article.get_absolute_url()).content.decode()
    assert ("<script>" in page, 'href="javascript' in page, "<strong>sterk</strong>" in page) == (
        False,
        False,
        True,
    )


def test_words_are_marked_with_their_language(outsider: Client) -> None:
    article = factories.make_article(language="da", title="Nyt møde")
    page = outsider.get(article.get_absolute_url()).content.decode()
    assert '<h1 lang="da">Nyt møde</h1>' in page


def test_feed_is_atom_that_holds_what_is_out(outsider: Client) -> None:
    article = factories.make_article(author="Redaksjonen")
    factories.make_article(published_at=later())
    response = outsider.get("/aktuelt/feed/")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [article.title]
    assert entries[0].findtext(f"{ATOM}author/{ATOM}name") == "Redaksjonen"
    assert outsider.post("/aktuelt/feed/").status_code == 405


def test_picture_needs_words(db: None) -> None:
    with pytest.raises(IntegrityError, match="article_picture_has_alt"):
        factories.make_article(picture="articles/x.jpg", picture_alt="")


class TestAdmin:
    def test_editor_writes_and_previews(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        response = client.post(
            reverse("admin:network_article_add"),
            {
                "title": "Ny sak på nett",
                "lead": "Kort.",
                "body": "Langt.",
                "language": "nb",
                "slug": "",
            },
        )
        assert response.status_code == 302
        article = Article.objects.get()
        assert (article.slug, article.is_public()) == ("ny-sak-pa-nett", False)
        page = client.get(reverse("admin:network_article_change", args=[article.pk]))
        assert f"/aktuelt/utkast/{article.preview_key}/" in page.content.decode()

    def test_two_of_one_title_get_addresses_of_their_own(
        self, client: Client, editor: User
    ) -> None:
        factories.make_article(slug="en-sak")
        client.force_login(editor)
        client.post(
            reverse("admin:network_article_add"),
            {"title": "En sak", "lead": "Kort.", "body": "Langt.", "language": "nb", "slug": ""},
        )
        assert Article.objects.get(title="En sak").slug == "en-sak-2"

    def test_treasurer_and_doorkeeper_write_no_news(
        self, client: Client, treasurer: User, doorkeeper: User
    ) -> None:
        for user in (treasurer, doorkeeper):
            client.force_login(user)
            assert client.get(reverse("admin:network_article_add")).status_code == 403
