from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from network import queries
from network.models import Hub, Organisation, Resource, SteeringSeat
from network.regions import Region, map_of
from network.views.listing import chosen, page_of, rest_of_query, words

ORGANISATIONS_PER_PAGE = 30


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """Who we are."""
    context = {
        "seats": queries.steering_seats(timezone.localdate()),
        "hubs": list(Hub.objects.filter(is_public=True)),
        "organisations": Organisation.objects.in_directory().count(),
    }
    return render(request, "network/network.html", context)


@require_safe
def steering_group(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    rows = SteeringSeat.objects.select_related("organisation")
    context = {
        "seats": queries.steering_seats(today),
        "former": list(rows.filter(ends_on__lt=today).order_by("-ends_on", "position", "pk")),
    }
    return render(request, "network/steering_group.html", context)


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    listed = Organisation.objects.in_directory()
    kind = chosen(request, "kind", Organisation.Kind.values)
    region = chosen(request, "region", Region.values)
    text = words(request)
    found = queries.named_like(listed, text) if text else listed
    if kind:
        found = found.filter(kind=kind)
    counts = Counter(code for code in found.values_list("region", flat=True) if code)
    if region:
        found = found.filter(region=region)
    context = {
        "page": page_of(request, found.order_by("name", "pk"), size=ORGANISATIONS_PER_PAGE),
        "query": rest_of_query(request.GET),
        "q": text,
        "filters": {"kind": kind, "region": region},
        "filtered": bool(kind or region or text),
        "kinds": Organisation.Kind.choices,
        "regions": [
            (code, name, counts[code])
            for code, name in Region.choices
            if counts[code] or code == region
        ],
        "map": map_of(counts),
    }
    return render(request, "network/organisation_list.html", context)


@require_safe
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One that was merged into another leads to that one."""
    found = get_object_or_404(Organisation.objects.select_related("parent"), slug=slug)
    while found.merged_into is not None:
        found = found.merged_into
    if found.slug != slug and found.is_listed:
        return redirect(found, permanent=True)
    found = get_object_or_404(Organisation.objects.in_directory(), pk=found.pk)
    context = {
        "organisation": found,
        "hubs": list(Hub.objects.filter(is_public=True, members__organisation=found)),
        "resources": list(
            Resource.objects.published().filter(made_by=found).select_related("series")
        ),
        "articles": list(found.articles.published()[:5]),
        "seat": SteeringSeat.objects.on(timezone.localdate()).filter(organisation=found).first(),
    }
    return render(request, "network/organisation_detail.html", context)


@require_safe
def hub(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Hub, slug=slug, is_public=True)
    centres = [member.organisation for member in found.members.select_related("organisation")]
    context = {
        "hub": found,
        "centres": centres,
        "milestones": list(found.milestones.all()),
        "resources": list(
            Resource.objects.published()
            .filter(made_by__in=centres)
            .distinct()
            .select_related("series")
        ),
    }
    return render(request, "network/hub.html", context)
