from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from conferences.models import Conference
from programme.models import Session


class ProgrammeSitemap(Sitemap[Conference]):
    """The programmes that hold something."""

    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Conference]:
        made = Session.objects.values("conference")
        return Conference.objects.public().filter(pk__in=made).only("slug").order_by("pk")

    def location(self, item: Conference) -> str:
        return reverse("programme", args=[item.slug])


class SessionSitemap(Sitemap[Session]):
    """The sessions that have a page of their own."""

    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Session]:
        return (
            Session.objects.filter(conference__in=Conference.objects.public())
            .exclude(kind__in=Session.PAUSES)
            .select_related("conference")
            .order_by("pk")
        )
