from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from conferences.models import Conference
from recovery_network import health
from recovery_network.pages import kept_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return kept_page(request, revision=Conference.objects.revisions(), make=home_page)


def home_page(request: HttpRequest) -> HttpResponse:
    upcoming = list(Conference.objects.public().upcoming().select_related("venue"))
    held = list(Conference.objects.public().held().select_related("venue")[:3])
    return render(
        request,
        "home.html",
        {"coming": upcoming[:1], "others": upcoming[1:], "held": held},
    )


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
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
