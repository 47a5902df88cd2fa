from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.models import Article
from network.models.article import ArticleQuerySet
from network.views.listing import page_of
from recovery_network.pages import keep, render_for_everyone, witness

ARTICLES_PER_PAGE = 12
ARTICLES_IN_FEED = 30


def articles_seen() -> Any:
    """What pages of news stand on."""
    return witness(Article.objects.published().values_list("pk", "updated_at"))


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    seen = articles_seen()
    page = page_of(request, Article.objects.published(), size=ARTICLES_PER_PAGE)
    response = render_for_everyone(request, "network/article_list.html", {"page": page})
    return keep(response, seen)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft, or one whose time hasn't come, is not there for anyone: editors use the preview link."""
    seen = articles_seen()
    found = get_object_or_404(Article.objects.published(), slug=slug)
    context = {"article": found, "organisations": list(found.organisations.in_directory())}
    return keep(render_for_everyone(request, "network/article.html", context), seen)


@require_safe
def article_preview(request: HttpRequest, key: str) -> HttpResponse:
    """What an article will look like, for everyone who was given the link; in no list and no search."""
    found = get_object_or_404(Article, preview_key=key)
    context = {
        "article": found,
        "organisations": list(found.organisations.in_directory()),
        "preview": not found.is_public(),
    }
    response = render(request, "network/article.html", context)
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


class ArticleFeed(Feed[Article, None]):
    """The news as Atom (RFC 4287), each entry in the language it was written in."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return _("News from the network for social recovery")

    def subtitle(self) -> str:
        return _("Conferences and gatherings about social recovery in south Rogaland.")

    def link(self) -> str:
        return reverse("article_list")

    def language(self) -> str | None:  # type: ignore[override]
        return get_language()

    def items(self) -> ArticleQuerySet:
        return Article.objects.published()[:ARTICLES_IN_FEED]

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        return item.lead

    def item_author_name(self, item: Article) -> str | None:
        return item.author or None

    def item_pubdate(self, item: Article) -> Any:
        return item.published_at

    def item_updateddate(self, item: Article) -> Any:
        return item.updated_at

    def item_enclosures(self, item: Article) -> list[Enclosure]:
        if not item.picture:
            return []
        address = f"{settings.SITE_URL}{item.picture.url}"
        return [Enclosure(address, str(item.picture.size), "image/jpeg")]


article_feed = require_safe(ArticleFeed())
