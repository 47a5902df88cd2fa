"""Files that others fetch again and again are sent only when they are new (RFC 9110, conditional requests)."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag


def answer_if_changed(
    request: HttpRequest,
    *,
    stands_on: object,
    changed_at: datetime | None,
    make: Callable[[], HttpResponse],
) -> HttpResponse:
    """What `make` gives, or 304 to those who have it already.

    `stands_on` is all that the answer tells, in a form whose repr() changes with it. Those who only say
    since when they have it are trusted only where `changed_at` is known.
    """
    told = repr((request.path, stands_on)).encode()
    etag = quote_etag(hashlib.sha256(told).hexdigest()[:32])
    seconds = int(changed_at.timestamp()) if changed_at else None
    response = get_conditional_response(request, etag, seconds) or make()
    assert isinstance(response, HttpResponse)
    response["ETag"] = etag
    if seconds is not None:
        response["Last-Modified"] = http_date(seconds)
    return response
