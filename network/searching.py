"""What of the network people find by searching: news, the library, organisations and hubs."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.languages import Language
from network.models import Article, Hub, Organisation, Resource, ResourceSeries
from network.regions import Region
from recovery_network.i18n import in_every_language
from recovery_network.markup import to_text
from recovery_network.search.registry import ALWAYS, Document, Source, register

ARTICLE, RESOURCE, SERIES = "article", "resource", "series"
ORGANISATION, HUB = "organisation", "hub"


def declare() -> None:
    register(Source(ARTICLE, _("News"), articles))
    register(Source(RESOURCE, _("Library"), resources))
    register(Source(SERIES, _("Series of publications"), series))
    register(Source(ORGANISATION, _("Organisations"), organisations))
    register(Source(HUB, _("Hubs"), hubs))


def those(rows: QuerySet[Any, Any], pks: Collection[int] | None) -> QuerySet[Any, Any]:
    return rows if pks is None else rows.filter(pk__in=pks)


def names(rows: Iterable[Any]) -> str:
    return ", ".join(str(row) for row in rows)


def paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def articles(pks: Collection[int] | None) -> Iterator[Document]:
    rows = Article.objects.filter(published_at__isnull=False).prefetch_related("organisations")
    for article in those(rows, pks):
        yield Document(
            object_id=article.pk,
            path=article.get_absolute_url(),
            title=article.title,
            language=article.language,
            shown_from=article.published_at,
            lead=article.lead,
            body=paragraphs(to_text(article.body), article.picture_caption),
            also=names([article.author, *article.organisations.all()]),
            dated_on=timezone.localdate(article.published_at),
        )


def resources(pks: Collection[int] | None) -> Iterator[Document]:
    rows = Resource.objects.filter(published_at__isnull=False).select_related("series")
    for resource in those(rows.prefetch_related("made_by", "topics"), pks):
        topics = [in_every_language(_TopicName(topic)) for topic in resource.topics.all()]
        makers = [maker for maker in resource.made_by.all() if maker.merged_into_id is None]
        yield Document(
            object_id=resource.pk,
            path=resource.get_absolute_url(),
            title=resource.title,
            language=resource.language,
            shown_from=resource.published_at,
            lead=resource.summary,
            body=to_text(resource.about),
            also=names(
                [
                    *makers,
                    *topics,
                    in_every_language(Resource.Kind(resource.kind).label),
                    resource.series or "",
                ]
            ),
            context=str(resource.year),
        )


class _TopicName:
    """The name of a topic in the language that is spoken when it is read."""

    def __init__(self, topic: Any) -> None:
        self.topic = topic

    def __str__(self) -> str:
        return str(self.topic.name)


def series(pks: Collection[int] | None) -> Iterator[Document]:
    """Those of which something is out, from when the first is."""
    rows = ResourceSeries.objects.annotate(first=Min("resources__published_at"))
    for each in those(rows.filter(first__isnull=False), pks):
        yield Document(
            object_id=each.pk,
            path=each.get_absolute_url(),
            title=each.title,
            language=each.language,
            shown_from=each.first,
            body=to_text(each.about),
        )


def organisations(pks: Collection[int] | None) -> Iterator[Document]:
    """Those in the directory; what they say of themselves is in the language of the directory."""
    listed = Organisation.objects.in_directory().prefetch_related("aliases")
    for organisation in those(listed, pks):
        kind = in_every_language(Organisation.Kind(organisation.kind).label)
        region = Region(organisation.region).label if organisation.region else ""
        yield Document(
            object_id=organisation.pk,
            path=organisation.get_absolute_url(),
            title=organisation.name,
            language=language_of(organisation),
            shown_from=ALWAYS,
            body=to_text(organisation.about),
            also=names([*organisation.aliases.all(), kind]),
            context=str(region),
        )


def language_of(organisation: Organisation) -> str:
    danish = organisation.country == Organisation.Country.DENMARK
    return Language.DANISH if danish else Language.BOKMAL


def hubs(pks: Collection[int] | None) -> Iterator[Document]:
    rows = Hub.objects.filter(is_public=True).prefetch_related("centres", "milestones")
    for hub in those(rows, pks):
        history = [f"{each.period}: {each.text}" for each in hub.milestones.all()]
        yield Document(
            object_id=hub.pk,
            path=hub.get_absolute_url(),
            title=hub.name,
            language=hub.language,
            shown_from=ALWAYS,
            lead=hub.lead,
            body=paragraphs(to_text(hub.about), *hub.task_list(), *hub.partner_list(), *history),
            also=names(hub.centres.all()),
        )
