from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

import conferences.calendars
import conferences.queries
from conferences.models import Conference
from conferences.pages import conference_page
from programme import calendars, queries
from programme.models import Session


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    return conference_page(request, slug, "programme/programme.html", load_programme)


def load_programme(pk: int) -> tuple[Conference, dict[str, Any]]:
    conference, sessions = queries.with_sessions(pk)
    queries.load_people(sessions)

    def local_day(session: Session) -> date:
        return session.starts_at.astimezone(conference.zone).date()

    return conference, {"days": [(day, list(items)) for day, items in groupby(sessions, local_day)]}


@require_safe
def session_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    load = partial(load_session, key=key)
    return conference_page(request, slug, "programme/session_detail.html", load)


def load_session(pk: int, *, key: str) -> tuple[Conference, dict[str, Any]]:
    """Raises Http404 where no session has this key, or it is a break."""
    conference, sessions = queries.with_sessions(pk)
    pages = [session for session in sessions if not session.is_pause()]
    place = next((index for index, session in enumerate(pages) if session.key == key), None)
    if place is None:
        raise Http404
    session = pages[place]
    queries.load_people([session])
    return conference, {
        "session": session,
        "contributions": session.contributions.all(),
        "before": pages[place - 1] if place else None,
        "after": pages[place + 1] if place + 1 < len(pages) else None,
    }


@require_safe
def programme_ics(request: HttpRequest, slug: str) -> HttpResponse:
    found = conferences.queries.find(slug, by=request.user)
    conference, sessions = queries.with_sessions(found.pk)
    queries.load_people(sessions)
    events = [calendars.session_event(conference, session) for session in sessions]
    name = conferences.calendars.neutral_title(conference)
    return conferences.calendars.response(events, name=name, filename=f"{conference.slug}-program")
