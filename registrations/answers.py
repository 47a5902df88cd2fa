"""How the pages of registering answer; those with a secret address as in recovery_network.secret_pages."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recovery_network.secret_pages import secret, see_other, with_form

__all__ = ["FORM_METHODS", "later", "patient", "secret", "see_other", "with_form"]

View = Callable[..., HttpResponse]
RETRY_SECONDS = "10"
FORM_METHODS = ["GET", "HEAD", "POST"]


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
