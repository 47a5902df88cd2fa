"""What the lists of the network have in common: pages, and filters that say when they are wrong."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict

PAGE_NUMBER = re.compile("[1-9][0-9]{0,3}")
LONGEST_SEARCH = 100


def page_of(request: HttpRequest, rows: QuerySet[Any, Any], *, size: int) -> Page[Any]:
    """The page that ?page= names. Raises Http404 where there is none."""
    number = request.GET.get("page", "1")
    if not PAGE_NUMBER.fullmatch(number):
        raise Http404
    page = Paginator(rows, size).get_page(number)
    if page.number != int(number):
        raise Http404
    return page


def chosen(request: HttpRequest, name: str, allowed: Iterable[str]) -> str:
    """What a filter says, or nothing. Raises Http404 for what it doesn't offer."""
    value = request.GET.get(name, "")
    if value and value not in set(allowed):
        raise Http404
    return value


def words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def rest_of_query(query: QueryDict) -> str:
    """The filters of the address without the page number, ready to stand before it: "kind=nav&"."""
    kept = query.copy()
    kept.pop("page", None)
    return f"{kept.urlencode()}&" if kept else ""
