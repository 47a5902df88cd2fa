from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

import conferences.calendars
import conferences.queries
from conferences.models import Conference
from conferences.pages import conference_page
from programme import calendars, queries
from programme.models import Session

DRAFT = "utkast"
Read = Callable[[int], tuple[Conference, list[Session]]]


def asks_for_draft(request: HttpRequest) -> bool:
    """Whether the page is to show what the organisers work on. Raises Http404 for who may not see that."""
    if DRAFT not in request.GET:
        return False
    if not (request.user.is_staff and request.user.has_perm("programme.view_session")):
        raise Http404
    return True


def programme_page(
    request: HttpRequest, slug: str, template: str, load: Callable[..., Any]
) -> HttpResponse:
    """As readers see it; or the draft, which is never kept: addresses with a question aren't."""
    if not asks_for_draft(request):
        return conference_page(request, slug, template, partial(load, read=queries.with_sessions))
    response = conference_page(request, slug, template, partial(load, read=with_draft))
    add_never_cache_headers(response)
    return response


def with_draft(pk: int) -> tuple[Conference, list[Session]]:
    """The sessions of the draft; each leads to its own page in the draft."""
    conference, sessions = queries.with_draft(pk)
    for session in sessions:
        session.address_suffix = f"?{DRAFT}"
    return conference, sessions


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    return programme_page(request, slug, "programme/programme.html", load_programme)


def load_programme(pk: int, *, read: Read) -> tuple[Conference, dict[str, Any]]:
    conference, sessions = read(pk)
    queries.load_people(sessions)

    def local_day(session: Session) -> date:
        return session.starts_at.astimezone(conference.zone).date()

    return conference, {
        "is_draft": read is with_draft,
        "days": [(day, list(items)) for day, items in groupby(sessions, local_day)],
    }


@require_safe
def session_detail(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    load = partial(load_session, key=key)
    return programme_page(request, slug, "programme/session_detail.html", load)


def load_session(pk: int, *, key: str, read: Read) -> tuple[Conference, dict[str, Any]]:
    """Raises Http404 where no session has this key, or it is a break."""
    conference, sessions = read(pk)
    pages = [session for session in sessions if not session.is_pause()]
    place = next((index for index, session in enumerate(pages) if session.key == key), None)
    if place is None:
        raise Http404
    session = pages[place]
    queries.load_people([session])
    return conference, {
        "is_draft": read is with_draft,
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
