import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conferences import calendars, feeds, queries
from conferences.models import Conference, OnTheDay
from conferences.pages import conference_file, conference_page
from recovery_network.freshness import answer_if_changed
from recovery_network.pages import keep, render_for_everyone, witness

HELD_PER_PAGE = 10
# How often calendars that subscribe are asked to look again.
REFRESH_HOURS = 12
ATOM = "application/atom+xml; charset=utf-8"
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
        "articles": queries.articles_about(conference) if arranged.has_articles else [],
    }


@require_safe
def practical(request: HttpRequest, slug: str) -> HttpResponse:
    return conference_page(request, slug, "conferences/practical.html", load_practical)


def load_practical(pk: int) -> tuple[Conference, dict[str, Any]]:
    conference = queries.with_venue(pk)
    return conference, {
        "rooms": [room for room in queries.own_rooms(conference) if room.accessibility],
        "on_the_day": OnTheDay.objects.filter(conference=pk).first(),
    }


@require_safe
def conference_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    conference = queries.find(slug, by=request.user)

    def make() -> HttpResponse:
        return calendars.response(
            [calendars.public_event(conference)],
            name=calendars.neutral_title(conference),
            filename=conference.slug,
        )

    return conference_file(request, conference, make)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """All coming public gatherings, for people who subscribe."""
    now = timezone.now()
    public, changed_at = queries.announced(now)
    coming = [each for each in public if each.ends_at > now]

    def make() -> HttpResponse:
        return calendars.response(
            [calendars.public_event(each) for each in coming],
            name=_("Gatherings"),
            filename="kalender",
            refresh_hours=REFRESH_HOURS,
        )

    return answer_if_changed(request, stands_on=told(coming, now), changed_at=changed_at, make=make)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    public, changed_at = queries.announced(now)

    def make() -> HttpResponse:
        return HttpResponse(feeds.atom(public), content_type=ATOM)

    return answer_if_changed(request, stands_on=told(public, now), changed_at=changed_at, make=make)


def told(conferences: Iterable[Conference], now: datetime) -> list[tuple[str, int, str]]:
    return [(each.key, each.revision, each.state(now)) for each in conferences]
