from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from conferences.models import Conference
from programme.models import Session


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
