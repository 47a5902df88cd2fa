from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from network.languages import Language
from network.models import Resource, ResourceSeries, Topic
from network.validators import fold
from network.views.listing import chosen, page_of, rest_of_query, words

RESOURCES_PER_PAGE = 20


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    published = Resource.objects.published()
    years = [
        str(year) for year in published.order_by("-year").values_list("year", flat=True).distinct()
    ]
    topics = {
        topic.key: topic for topic in Topic.objects.filter(resources__in=published).distinct()
    }
    kind = chosen(request, "kind", Resource.Kind.values)
    topic = chosen(request, "topic", topics)
    year = chosen(request, "year", years)
    language = chosen(request, "language", Language.values)
    found = published
    if kind:
        found = found.filter(kind=kind)
    if topic:
        found = found.filter(topics=topics[topic])
    if year:
        found = found.filter(year=int(year))
    if language:
        found = found.filter(language=language)
    text = words(request)
    for word in text.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(made_by__name_key__contains=fold(word))
        )
    rows = found.distinct().select_related("series")
    context = {
        "page": page_of(request, rows, size=RESOURCES_PER_PAGE),
        "query": rest_of_query(request.GET),
        "q": text,
        "filters": {"kind": kind, "topic": topic, "year": year, "language": language},
        "filtered": bool(kind or topic or year or language or text),
        "kinds": Resource.Kind.choices,
        "topics": list(topics.values()),
        "years": years,
        "languages": Language.choices,
        "series": list(
            ResourceSeries.objects.annotate(
                parts=Count("resources", filter=Q(resources__in=published))
            ).filter(parts__gt=0)
        ),
    }
    return render(request, "network/library.html", context)


@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Resource.objects.published().select_related("series")
    found = get_object_or_404(rows, slug=slug)
    context = {
        "resource": found,
        "makers": list(found.made_by.filter(merged_into=None)),
        "topics": list(found.topics.all()),
    }
    return render(request, "network/resource.html", context)


@require_safe
def resource_series(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(ResourceSeries, slug=slug)
    rows = Resource.objects.published().filter(series=found).order_by("number", "year", "title")
    context = {
        "series": found,
        "resources": list(rows.select_related("series")),
    }
    return render(request, "network/resource_series.html", context)
