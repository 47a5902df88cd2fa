from django.db.models import Case, Count, Q, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from network.documents import hand_out
from network.languages import Language
from network.models import Resource, ResourceSeries, Topic
from network.searching import RESOURCE
from network.views.listing import chosen, page_of, rest_of_query, words
from recovery_network.search import queries as search

RESOURCES_PER_PAGE = 20
MOST_FOUND = 400
# As an address says them: "ask" for what may only be used after asking.
LICENCES = {value.lower() or "ask": value for value in Resource.Licence.values}


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
    licence = chosen(request, "licence", LICENCES)
    found = published
    if kind:
        found = found.filter(kind=kind)
    if topic:
        found = found.filter(topics=topics[topic])
    if year:
        found = found.filter(year=int(year))
    if language:
        found = found.filter(language=language)
    if licence:
        found = found.filter(licence=LICENCES[licence])
    text = words(request)
    rows = found.distinct().select_related("series")
    answer = search.ask(text, kind=RESOURCE, limit=MOST_FOUND) if text else None
    if answer is not None:
        ranks = {number: place for place, number in enumerate(search.objects_of(answer))}
        # The order of the best first stands in no column.
        rank = Case(*(When(pk=pk, then=place) for pk, place in ranks.items()), default=MOST_FOUND)
        rows = rows.filter(pk__in=ranks).order_by(rank, "pk")
    context = {
        "page": page_of(request, rows, size=RESOURCES_PER_PAGE),
        "query": rest_of_query(request.GET),
        "q": text,
        "answer": answer,
        "filters": {
            "kind": kind,
            "topic": topic,
            "year": year,
            "language": language,
            "licence": licence,
        },
        "filtered": bool(kind or topic or year or language or licence or text),
        "kinds": Resource.Kind.choices,
        "topics": list(topics.values()),
        "years": years,
        "languages": Language.choices,
        "licences": [(name, Resource.Licence(value).label) for name, value in LICENCES.items()],
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
def resource_file(request: HttpRequest, slug: str) -> HttpResponseBase:
    return hand_out(get_object_or_404(Resource.objects.published(), slug=slug))


@require_safe
def resource_series(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(ResourceSeries, slug=slug)
    rows = Resource.objects.published().filter(series=found).order_by("number", "year", "title")
    context = {
        "series": found,
        "resources": list(rows.select_related("series")),
    }
    return render(request, "network/resource_series.html", context)
