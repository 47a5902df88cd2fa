from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from conferences.models import Conference, ConferenceQuerySet


class PageSitemap(Sitemap[str]):
    """Pages that are always there, in every language, each naming the others."""

    i18n = alternates = x_default = True

    def items(self) -> list[str]:
        return [
            *("home", "conference_list", "article_list", "library", "network", "steering_group"),
            *("organisation_list", "speakers", "contact", "privacy", "terms", "accessibility"),
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class ConferenceSitemap(Sitemap[Conference]):
    i18n = alternates = x_default = True

    def items(self) -> ConferenceQuerySet:
        return Conference.objects.public().only("slug").order_by("pk")
