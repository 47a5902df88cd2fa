from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from conferences.queries import organisers_of
from network.models import Article
from recovery_network import contacting, health
from recovery_network.limits import client_address
from recovery_network.pages import keep, render_for_everyone, witness
from recovery_network.secret_pages import see_other

FORM_METHODS = ("GET", "HEAD", "POST")
HELD_SHOWN = 3
OTHERS_SHOWN = 4
NEWS_SHOWN = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    seen = witness(Conference.objects.revisions())
    public = Conference.objects.public().select_related("venue")
    coming, others = featured(list(public.upcoming()))
    held = list(public.held()[:HELD_SHOWN])
    latest = [*coming, *others, *held][:1]
    context = {
        "coming": coming,
        "others": others[:OTHERS_SHOWN],
        "held": held,
        "organisations": organisers_of(latest[0].pk) if latest else [],
        "articles": list(Article.objects.published()[:NEWS_SHOWN]),
    }
    return keep(render_for_everyone(request, "home.html", context), seen)


def featured(upcoming: list[Conference]) -> tuple[list[Conference], list[Conference]]:
    """The next annual conference, else the next gathering, that isn't cancelled; and the rest in order."""
    on = [each for each in upcoming if each.state() != Conference.State.CANCELLED]
    annual = [each for each in on if each.kind == Conference.Kind.ANNUAL]
    first = (annual or on)[:1]
    return first, [each for each in upcoming if each not in first]


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/terms.html")


@never_cache
@require_http_methods(FORM_METHODS)
def accessibility(request: HttpRequest) -> HttpResponse:
    context = {"statement": settings.ACCESSIBILITY_STATEMENT}
    return letter_page(request, contacting.ObstacleForm, "pages/accessibility.html", context)


@never_cache
@require_http_methods(FORM_METHODS)
def contact(request: HttpRequest) -> HttpResponse:
    return letter_page(request, contacting.LetterForm, "pages/contact.html", {})


def letter_page(
    request: HttpRequest,
    form_class: type[contacting.LetterForm],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    posted = request.method == "POST"
    form = form_class(request.POST if posted else None, initial={"stamp": contacting.new_stamp()})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if posted else HTTPStatus.OK
    # A program is thanked like everyone else, and learns nothing.
    if posted and form.is_by_a_program:
        return see_other(reverse("letter_sent"))
    if form.is_valid():
        written = form.cleaned_data
        if contacting.within_limits(email=written["email"], place=client_address(request)):
            contacting.send(
                topic=form.topic,
                name=written["name"],
                email=written["email"],
                message=written["message"],
                stamp=written["stamp"],
            )
            return see_other(reverse("letter_sent"))
        form.add_error(None, _("You have written several letters this hour. Wait a while."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, template, {"form": form, **context}, status=status)


@never_cache
@require_safe
def letter_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/letter_sent.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /konto/",
        "Disallow: /min-side/",
        "Disallow: /innsyn/",
        "Disallow: /pamelding/",
        "Disallow: /venteliste/",
    ]
    return HttpResponse(
        "\n".join([*lines, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]),
        content_type="text/plain",
    )


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    found = health.examine()
    status = HTTPStatus.OK if found.well else HTTPStatus.SERVICE_UNAVAILABLE
    answer = {
        "database": found.database,
        "broker": found.broker,
        "oldest_unsent_seconds": found.oldest_unsent_seconds,
    }
    return JsonResponse(answer, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
