"""Finished public pages, kept for a moment in each web process.

A page is kept with the rows that vouch for it (which revision of what it shows), and they are asked for
each time before it is shown again: an organiser's change shows at once. It is thrown away after five
seconds, so places left are never older. The language is part of the path. Only pages that are the same
for everyone may be kept: no messages, no forms, no names.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

KEPT_SECONDS = 5
ROUTE = "recovery_network.route"
ACCEPTS_GZIP = re.compile(r"\bgzip\b")


@dataclass(frozen=True)
class Witness:
    """Rows as the database gave them, and the question that gave them."""

    sql: str
    params: tuple[Any, ...]
    rows: list[tuple[Any, ...]]

    def still_says_so(self) -> bool:
        return ask(self.sql, self.params) == self.rows


@dataclass(frozen=True)
class Kept:
    content: bytes
    headers: dict[str, str]
    witness: Witness
    route: str


def ask(sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [tuple(row) for row in cursor.fetchall()]


def witness(rows: QuerySet[Any, Any]) -> Witness:
    """What `rows` are just now. Asking again costs one query and no work of the ORM."""
    sql, params = rows.query.sql_with_params()
    return Witness(sql, params, ask(sql, params))


def keep(response: HttpResponse, seen: Witness) -> HttpResponse:
    """Lets the middleware keep the response for as long as the rows stay as they were `seen`.

    They must have been asked for before what the page shows.
    """
    response.kept_by = seen  # type: ignore[attr-defined]
    return response


def render_for_everyone(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page as a stranger sees it, whoever asked: messages wait for a page that isn't kept."""
    for_everyone = {**context, "messages": (), "user": AnonymousUser()}
    return render(request, template, for_everyone, status=status)


class KeptPagesMiddleware:
    """Stands before sessions, languages and compression: a kept page needs none of them again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or request.META.get("QUERY_STRING"):
            return self.get_response(request)
        pages, key = caches["pages"], key_of(request)
        kept: Kept | None = pages.get(key)
        if kept is not None and kept.witness.still_says_so():
            request.META[ROUTE] = kept.route
            return HttpResponse(kept.content, headers=kept.headers)
        response = self.get_response(request)
        seen: Witness | None = getattr(response, "kept_by", None)
        if seen is not None and response.status_code == 200 and not response.cookies:
            route = request.resolver_match.route if request.resolver_match else ""
            made = Kept(response.content, dict(response.headers), seen, route)
            pages.set(key, made, KEPT_SECONDS)
        return response


def key_of(request: HttpRequest) -> str:
    gzip = bool(ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
    shown = f"{request.scheme}|{request.get_host()}|{request.path}|{gzip}"
    return hashlib.sha256(shown.encode()).hexdigest()
