from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from network.models import Article, Hub, Organisation, Resource


class ArticleSitemap(Sitemap[Article]):
    """An article is written in one language, but its page is there in each."""

    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Article]:
        return Article.objects.published().only("slug", "updated_at")

    def lastmod(self, item: Article) -> Any:
        return item.updated_at


class ResourceSitemap(Sitemap[Resource]):
    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Resource]:
        return Resource.objects.published().only("slug", "updated_at")

    def lastmod(self, item: Resource) -> Any:
        return item.updated_at


class OrganisationSitemap(Sitemap[Organisation]):
    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Organisation]:
        return Organisation.objects.in_directory().only("slug").order_by("pk")


class HubSitemap(Sitemap[Hub]):
    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Hub]:
        return Hub.objects.filter(is_public=True).only("slug")
