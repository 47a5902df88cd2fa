"""How every public page of one conference is answered."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from conferences import queries
from conferences.models import Conference
from recovery_network.freshness import answer_if_changed
from recovery_network.i18n import in_zone
from recovery_network.pages import keep, render_for_everyone, witness

Load = Callable[[int], tuple[Conference, dict[str, Any]]]


def conference_page(request: HttpRequest, slug: str, template: str, load: Load) -> HttpResponse:
    """The page of a conference, kept unless it is a draft.

    `load` gets the primary key, and gives the conference with what else the template needs. Raises
    Http404 for what this person may not see.
    """
    seen = witness(queries.revision_of(slug))
    if not seen.rows:
        raise Http404
    conference, context = load(seen.rows[0][0])
    queries.check_may_see(conference, by=request.user)
    with in_zone(conference.time_zone):
        context |= {"conference": conference, "state": conference.state()}
        response = render_for_everyone(request, template, context)
    if conference.is_draft():
        add_never_cache_headers(response)
        return response
    return keep(response, seen)


def conference_file(
    request: HttpRequest, conference: Conference, make: Callable[[], HttpResponse]
) -> HttpResponse:
    """A file about a conference that `make` makes, sent only to those who don't have it as it is now."""
    state = conference.state()
    response = answer_if_changed(
        request,
        stands_on=(conference.key, conference.revision, state),
        changed_at=None if state == Conference.State.DRAFT else conference.told_at(),
        make=make,
    )
    if conference.is_draft():
        add_never_cache_headers(response)
    return response
