from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from conferences.models import Conference
from programme import queries, snapshots
from programme.models import ProgrammeVersion, Session, Speaker


def published() -> list[ProgrammeVersion]:
    """The programmes that readers find something in."""
    versions = ProgrammeVersion.objects.newest().exclude(snapshot=[])
    public = versions.filter(conference__in=Conference.objects.public())
    return list(public.select_related("conference").order_by("conference"))


class ProgrammeSitemap(Sitemap[ProgrammeVersion]):
    """The programmes that hold something."""

    i18n = alternates = x_default = True

    def items(self) -> list[ProgrammeVersion]:
        return published()

    def location(self, item: ProgrammeVersion) -> str:
        return reverse("programme", args=[item.conference.slug])


class SessionSitemap(Sitemap[Session]):
    """The sessions that have a page of their own."""

    i18n = alternates = x_default = True

    def items(self) -> list[Session]:
        return [
            session
            for version in published()
            for session in snapshots.sessions_of(version.conference, version.snapshot)
            if not session.is_pause()
        ]


class SpeakerSitemap(Sitemap[Speaker]):
    """Those who stand in a programme that everyone sees."""

    i18n = alternates = x_default = True

    def items(self) -> QuerySet[Speaker]:
        found = Speaker.objects.filter(pk__in=queries.published_speakers())
        return found.only("key", "name").order_by("pk")
