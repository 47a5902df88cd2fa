import re
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conferences import calendars, queries
from conferences.models import Conference
from conferences.pages import conference_page
from recovery_network.pages import keep, render_for_everyone, witness

HELD_PER_PAGE = 10
PAGE_NUMBER = re.compile("[1-9][0-9]{0,3}")


@require_safe
def conference_list(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("page", "1")
    if not PAGE_NUMBER.fullmatch(number):
        raise Http404
    seen = witness(Conference.objects.revisions())
    public = Conference.objects.public().select_related("venue")
    page = Paginator(public.held(), HELD_PER_PAGE).get_page(number)
    if page.number != int(number):
        raise Http404
    context = {
        "upcoming": list(public.upcoming()) if page.number == 1 else [],
        "held": list(page),
        "page": page,
    }
    response = render_for_everyone(request, "conferences/conference_list.html", context)
    return keep(response, seen)


@require_safe
def conference_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return conference_page(request, slug, "conferences/conference_detail.html", load_detail)


def load_detail(pk: int) -> tuple[Conference, dict[str, Any]]:
    arranged = queries.with_organisers(pk)
    conference = arranged.conference
    return conference, {
        "organisers": arranged.organisers,
        "elsewhere": queries.others_in_series(conference),
        "publications": list(conference.publications.all()) if arranged.has_publications else [],
    }


@require_safe
def conference_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    conference = queries.find(slug, by=request.user)
    events = [calendars.public_event(conference)]
    return calendars.response(
        events, name=calendars.neutral_title(conference), filename=conference.slug
    )


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """All coming public gatherings, for people who subscribe."""
    conferences = Conference.objects.public().upcoming().select_related("venue")
    events = [calendars.public_event(conference) for conference in conferences]
    return calendars.response(events, name=_("Gatherings"), filename="kalender")
