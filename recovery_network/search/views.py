import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from recovery_network.i18n import address_in, day_short
from recovery_network.search import excerpts, queries, registry
from recovery_network.search.excerpts import Piece
from recovery_network.search.models import Entry

RESULTS_PER_PAGE = 10
PAGE_NUMBER = re.compile("[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Result:
    label: str | Promise
    url: str
    language: str
    title: list[Piece]
    excerpt: list[Piece]
    context: str
    dated_on: date | None
    day: str


@dataclass(frozen=True)
class Choice:
    """A kind of page that one may look in alone."""

    kind: str
    label: str | Promise
    count: int
    query: str
    current: bool


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is on the site about something. Nothing keeps what was asked: not the log, not a cache."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())
    text = text[: queries.LONGEST_QUESTION]
    kind, number = chosen_kind(request), page_number(request)
    answer = queries.ask(
        text, kind=kind, offset=(number - 1) * RESULTS_PER_PAGE, limit=RESULTS_PER_PAGE
    )
    total = answer.counts.get(kind, 0) if kind else answer.total
    page = page_of(total, number)
    context = {
        "text": text,
        "kind": kind,
        "answer": answer,
        "total": total,
        "page": page,
        "query": f"{urlencode({'q': text, **({'kind': kind} if kind else {})})}&",
        "choices": choices(answer, text, kind),
        "results": results_of(answer),
    }
    response = render(request, "search/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


def chosen_kind(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    if kind and kind not in {source.kind for source in registry.sources()}:
        raise Http404
    return kind


def page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    if not PAGE_NUMBER.fullmatch(number):
        raise Http404
    return int(number)


def page_of(total: int, number: int) -> Page[int]:
    """Raises Http404 where there is no such page."""
    page = Paginator(range(total), RESULTS_PER_PAGE).get_page(number)
    if page.number != number:
        raise Http404
    return page


def choices(answer: queries.Answer, text: str, kind: str) -> list[Choice]:
    return [
        Choice(
            kind=source.kind,
            label=source.label,
            count=answer.counts.get(source.kind, 0),
            query=urlencode({"q": text, "kind": source.kind}),
            current=source.kind == kind,
        )
        for source in registry.sources()
        if source.kind in answer.counts or source.kind == kind
    ]


def results_of(answer: queries.Answer) -> list[Result]:
    wanted = excerpts.pattern(answer.question.texts())
    entries = Entry.objects.in_bulk(answer.entries)
    found: Sequence[Entry] = [entries[pk] for pk in answer.entries if pk in entries]
    language = get_language() or ""
    return [
        Result(
            label=registry.source_of(entry.kind).label,
            url=address_in(entry.path, language),
            language=entry.language,
            title=excerpts.marked(entry.title, wanted),
            excerpt=excerpts.excerpt(entry.text, wanted),
            context=entry.context,
            dated_on=entry.dated_on,
            day=day_short(entry.dated_on) if entry.dated_on else "",
        )
        for entry in found
    ]
