"""How pages with a secret address answer: kept nowhere, listed nowhere, and known to no other page."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

View = Callable[..., HttpResponse]
RETRY_SECONDS = "10"
FORM_METHODS = ["GET", "HEAD", "POST"]


def secret(view: View) -> View:
    """Marks every answer as private, and keeps the address out of the Referer header.

    A page that is posted from names the site as its origin: browsers send "Origin: null" from a page with
    no-referrer, and the check against forged forms would refuse its own form.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return answer


def with_form(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "strict-origin"
    return response


def patient(view: View) -> View:
    """Turns a lock that could not be had in time into a page that asks to try again."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OperationalError:
            return later(render(request, "registrations/busy.html"))

    return answer


def later(response: HttpResponse) -> HttpResponse:
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = RETRY_SECONDS
    return response


def see_other(address: str) -> HttpResponse:
    """After a POST: the browser fetches `address` with GET, and loading it anew sends nothing twice."""
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
