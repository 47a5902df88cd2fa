from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from conferences.models import Conference
from conferences.pages import conference_page
from programme import queries, timetable
from programme.choosing import ReadingForm
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
    """All of it, or what the address asks for; what is on just now stands first (kept five seconds at most)."""
    asked = {name: str(value) for name, value in request.GET.items() if name != DRAFT}
    reading = Reading(asked)
    response = programme_page(request, slug, "programme/programme.html", reading.load)
    if not reading.understood:
        response.status_code = HTTPStatus.BAD_REQUEST
    return response


class Reading:
    """Someone's way of reading a programme, as the address says it."""

    def __init__(self, asked: dict[str, str]) -> None:
        self.asked = asked
        self.understood = True

    def load(self, pk: int, *, read: Read) -> tuple[Conference, dict[str, Any]]:
        conference, sessions = read(pk)
        queries.load_people(sessions)
        form = ReadingForm(self.asked, conference, sessions)
        self.understood = form.is_valid()
        found = form.found()
        view = form.cleaned_data.get("vis", "")
        now = timetable.now_and_next(conference, sessions, timezone.now())
        context = {
            "is_draft": read is with_draft,
            "form": form,
            "days": [],
            "threaded": [],
            "view": view,
            "sessions": sessions,
            "found": found,
            "now": None if self.asked else now,
            "has_tracks": any(session.track for session in sessions),
            "has_rooms": len({session.place() for session in sessions}) > 1,
        }
        if view == "spor":
            return conference, context | {"threaded": timetable.by_track(conference, found)}
        if view == "rom":
            return conference, context | {"threaded": timetable.by_room(conference, found)}
        return conference, context | {"days": timetable.by_time(conference, found)}


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
