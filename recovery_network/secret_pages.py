"""How pages with a secret address answer: kept nowhere, listed nowhere, and known to no other page."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers

Response = TypeVar("Response", bound=HttpResponseBase)


def secret(view: Callable[..., Response]) -> Callable[..., Response]:
    """Marks every answer as private, and keeps the address out of the Referer header.

    A page that is posted from names the site as its origin: browsers send "Origin: null" from a page with
    no-referrer, and the check against forged forms would refuse its own form.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> Response:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return answer


def with_form(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "strict-origin"
    return response


def see_other(address: str) -> HttpResponse:
    """After a POST: the browser fetches `address` with GET, and loading it anew sends nothing twice."""
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
