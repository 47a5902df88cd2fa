"""How every public page of one conference is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from conferences import queries
from recovery_network.pages import kept_page


def conference_page(
    request: HttpRequest, slug: str, make: Callable[[HttpRequest, int], HttpResponse]
) -> HttpResponse:
    """The kept page of a published conference, or a draft's page made for the one who asks.

    `make` gets the conference's primary key. Raises Http404 for what this person may not see.
    """
    found = queries.find(slug, by=request.user)
    if found.is_draft:
        response = make(request, found.pk)
        add_never_cache_headers(response)
        return response
    revision = (found.pk, found.revision)
    return kept_page(request, revision=revision, make=lambda asked: make(asked, found.pk))
