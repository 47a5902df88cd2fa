import re

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conferences import calendars, queries
from conferences.models import Conference
from conferences.pages import conference_page
from recovery_network.i18n import in_zone
from recovery_network.pages import kept_page, render_for_everyone

HELD_PER_PAGE = 10
PAGE_NUMBER = re.compile("[1-9][0-9]{0,3}")


@require_safe
def conference_list(request: HttpRequest) -> HttpResponse:
    page = request.GET.get("page", "1")
    if not PAGE_NUMBER.fullmatch(page):
        raise Http404
    revision = (*Conference.objects.revisions(), page)
    return kept_page(request, revision=revision, make=lambda asked: list_page(asked, int(page)))


def list_page(request: HttpRequest, number: int) -> HttpResponse:
    public = Conference.objects.public().select_related("venue")
    page = Paginator(public.held(), HELD_PER_PAGE).get_page(number)
    if page.number != number:
        raise Http404
    context = {
        "upcoming": list(public.upcoming()) if number == 1 else [],
        "held": list(page),
        "page": page,
    }
    return render_for_everyone(request, "conferences/conference_list.html", context)


@require_safe
def conference_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return conference_page(request, slug, detail_page)


def detail_page(request: HttpRequest, pk: int) -> HttpResponse:
    conference, organisers = queries.with_organisers(pk)
    context = {"conference": conference, "organisers": organisers, "state": conference.state()}
    with in_zone(conference.time_zone):
        return render_for_everyone(request, "conferences/conference_detail.html", context)


@require_safe
def conference_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.find(slug, by=request.user)
    conference = queries.with_venue(found.pk)
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
