from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conferences.models import Conference
from conferences.queries import organisers_of
from network.models import Article
from recovery_network import health
from recovery_network.pages import keep, render_for_everyone, witness

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


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/contact.html")


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
