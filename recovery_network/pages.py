"""Finished public pages, kept for a moment in each web process.

A page is kept under its path, its language (part of the path) and the revision of what it shows, so an
organiser's change shows at once; it is thrown away after five seconds, so places left are never older.
Only pages that are the same for everyone may be kept: no messages, no forms, no names.
"""

import hashlib
from collections.abc import Callable, Hashable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

KEPT_SECONDS = 5


def kept_page(
    request: HttpRequest,
    *,
    revision: Hashable,
    make: Callable[[HttpRequest], HttpResponse],
) -> HttpResponse:
    """The kept answer for this path and revision, or a new one from `make`, kept where it is a 200."""
    pages = caches["pages"]
    shown = f"{request.get_host()}|{request.path}|{get_language()}|{revision}"
    key = hashlib.sha256(shown.encode()).hexdigest()
    kept: tuple[bytes, str] | None = pages.get(key)
    if kept is not None:
        return HttpResponse(kept[0], content_type=kept[1])
    response = make(request)
    if response.status_code == 200:
        pages.set(key, (response.content, response["Content-Type"]), KEPT_SECONDS)
    return response


def render_for_everyone(
    request: HttpRequest, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The page as a stranger sees it, whoever asked: messages wait for a page that isn't kept."""
    return render(request, template, {**context, "messages": (), "user": AnonymousUser()})
