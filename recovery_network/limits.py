"""How often one thing may be done from one network address. Generous: a whole conference room shares one."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Limit:
    """At most `times` in each window of `seconds`, from one address."""

    name: str
    times: int = 300
    seconds: int = 600

    def allows(self, request: HttpRequest) -> bool:
        """Counts this time too. Addresses are kept scrambled, and no longer than the window."""
        told = f"{settings.SECRET_KEY}|{client_address(request)}".encode()
        window = int(time.time()) // self.seconds
        key = f"limit:{self.name}:{hashlib.sha256(told).hexdigest()[:32]}:{window}"
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.times
        except ValueError:  # the window ended between the two
            return True


def client_address(request: HttpRequest) -> str:
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # an address that is none
        return ""


def limited(limit: Limit) -> Callable[[View], View]:
    """What is sent beyond the limit is answered with the page "A little too fast"; reading is free."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST" and not limit.allows(request):
                page = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
                page["Retry-After"] = str(limit.seconds)
                return page
            return view(request, *args, **kwargs)

        return answer

    return wrap
