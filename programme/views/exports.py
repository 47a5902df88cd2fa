"""A programme as files: for calendars, for other systems and for paper."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

import conferences.calendars
import conferences.queries
from conferences.models import Conference
from conferences.pages import conference_file
from programme import calendars, documents, queries
from programme.frab import writing
from programme.frab.gathering import schedule_of
from programme.models import Session
from recovery_network import pdf
from recovery_network.i18n import in_zone
from recovery_network.pages import keep, witness

Make = Callable[[Conference, Sequence[Session]], HttpResponse]
XML = "application/xml; charset=utf-8"
JSON = "application/json"


def exported(request: HttpRequest, slug: str, make: Make) -> HttpResponse:
    """What `make` makes of a conference and its sessions with their people."""
    found = conferences.queries.find(slug, by=request.user)

    def load() -> HttpResponse:
        conference, sessions = queries.with_sessions(found.pk)
        queries.load_people(sessions)
        return make(conference, sessions)

    return conference_file(request, found, load)


@require_safe
def programme_ics(request: HttpRequest, slug: str) -> HttpResponse:
    return exported(request, slug, as_calendar)


def as_calendar(conference: Conference, sessions: Sequence[Session]) -> HttpResponse:
    """Those that were taken out of the programme are taken back from calendars."""
    gone = queries.taken_out(conference, sessions)
    queries.load_people(gone)
    events = [
        *(calendars.session_event(conference, session) for session in sessions),
        *(calendars.session_event(conference, session, taken_out=True) for session in gone),
    ]
    name = conferences.calendars.neutral_title(conference)
    return conferences.calendars.response(events, name=name, filename=f"{conference.slug}-program")


@require_safe
def programme_xml(request: HttpRequest, slug: str) -> HttpResponse:
    return exported(
        request,
        slug,
        lambda conference, sessions: HttpResponse(
            writing.as_xml(schedule_of(conference, sessions)), content_type=XML
        ),
    )


@require_safe
def programme_json(request: HttpRequest, slug: str) -> HttpResponse:
    return exported(
        request,
        slug,
        lambda conference, sessions: HttpResponse(
            writing.as_json(schedule_of(conference, sessions)), content_type=JSON
        ),
    )


@require_safe
def programme_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Kept like a page: it is made of the same rows, and making it takes longer."""
    seen = witness(conferences.queries.revision_of(slug))
    response = exported(request, slug, as_pdf)
    if "no-store" in response.get("Cache-Control", ""):
        return response  # a draft
    return keep(response, seen)


def as_pdf(conference: Conference, sessions: Sequence[Session]) -> HttpResponse:
    with in_zone(conference.time_zone):
        content = pdf.compile_template(
            "programme",
            documents.programme(conference, sessions),
            title=documents.title(conference),
            language=get_language() or conference.language,
        )
    return pdf.response(content, filename=f"{conference.slug}-program")
