"""The page that is shown while the site is being mended, instead of every other page but the administration's."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_path, override

# Those who mend it must get in, and monitors must be able to ask.
OPEN = ("/admin/", "/konto/", "/healthz", settings.STATIC_URL)
ASK_AGAIN_SECONDS = 600


def switch() -> Path:
    """While this file is there, the site is closed; nothing need be restarted."""
    return Path(settings.DATA_DIR) / "maintenance"


class MaintenanceMiddleware:
    """Needs no database, so it also stands while that is changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (settings.MAINTENANCE or switch().exists()):
            return self.get_response(request)
        language = get_language_from_path(request.path_info)
        path = request.path_info.removeprefix(f"/{language}") if language else request.path_info
        if path.startswith(OPEN):
            return self.get_response(request)
        with override(language or settings.LANGUAGE_CODE):
            response = render(None, "503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(ASK_AGAIN_SECONDS)
        response["Cache-Control"] = "no-store"
        return response
