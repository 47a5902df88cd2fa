import logging
import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

requests = logging.getLogger("recovery_network.requests")

GetResponse = Callable[[HttpRequest], HttpResponse]


def route_of(request: HttpRequest) -> str:
    """The pattern that matched, never the path: paths hold the secret keys of registrations."""
    return request.resolver_match.route if request.resolver_match else "-"


class RequestLogMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        if requests.isEnabledFor(logging.INFO):
            requests.info(
                "request",
                extra={
                    "route": route_of(request),
                    "method": request.method
                    if request.method in {"GET", "HEAD", "POST"}
                    else "other",
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - began) * 1000, 1),
                },
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        requests.error("unhandled", exc_info=exception, extra={"route": route_of(request)})


class StaffSecondFactorMiddleware:
    """Staff reach the admin only with a second factor, except in the demo.

    allauth's own admin guard asks for a sign-in but not for a second factor.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if settings.DEMO or match is None or match.app_name != "admin":
            return None
        user = request.user
        if not user.is_authenticated or not user.is_staff or is_mfa_enabled(user):
            return None
        messages.info(request, _("Set up a second factor first. Staff accounts need one."))
        return redirect("mfa_index")
