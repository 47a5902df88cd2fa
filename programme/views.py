from functools import partial
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

import conferences.calendars
import conferences.queries
from conferences.pages import conference_page
from programme import calendars, queries
from programme.models import Session
from recovery_network.i18n import in_zone
from recovery_network.pages import render_for_everyone


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    return conference_page(request, slug, programme_page)


def programme_page(request: HttpRequest, pk: int) -> HttpResponse:
    conference, sessions = queries.with_sessions(pk)
    queries.load_people(sessions)
    with in_zone(conference.time_zone):
        context = {
            "conference": conference,
            "state": conference.state(),
            "days": [(day, list(items)) for day, items in groupby(sessions, local_day)],
        }
        return render_for_everyone(request, "programme/programme.html", context)


def local_day(session: Session) -> object:
    return timezone.localdate(session.starts_at)


@require_safe
def session_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    return conference_page(request, slug, partial(session_page, key=key))


def session_page(request: HttpRequest, pk: int, *, key: str) -> HttpResponse:
    conference, sessions = queries.with_sessions(pk)
    pages = [session for session in sessions if not session.is_pause()]
    place = next((index for index, session in enumerate(pages) if session.key == key), None)
    if place is None:
        raise Http404
    session = pages[place]
    queries.load_people([session])
    context = {
        "conference": conference,
        "state": conference.state(),
        "session": session,
        "contributions": session.contributions.all(),
        "before": pages[place - 1] if place else None,
        "after": pages[place + 1] if place + 1 < len(pages) else None,
    }
    with in_zone(conference.time_zone):
        return render_for_everyone(request, "programme/session_detail.html", context)


@require_safe
def programme_ics(request: HttpRequest, slug: str) -> HttpResponse:
    found = conferences.queries.find(slug, by=request.user)
    conference, sessions = queries.with_sessions(found.pk)
    queries.load_people(sessions)
    events = [calendars.session_event(conference, session) for session in sessions]
    name = conferences.calendars.neutral_title(conference)
    return conferences.calendars.response(events, name=name, filename=f"{conference.slug}-program")
