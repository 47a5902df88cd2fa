import logging
import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from recovery_network.pages import ROUTE

requests = logging.getLogger("recovery_network.requests")

# Django answers these with a page of its own: nothing is wrong with the site.
ANSWERED = (BadRequest, Http404, MultiPartParserError, PermissionDenied, SuspiciousOperation)
GetResponse = Callable[[HttpRequest], HttpResponse]
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def route_of(request: HttpRequest) -> str:
    """The pattern that matched, never the path: paths hold the secret keys of registrations."""
    if request.resolver_match:
        return request.resolver_match.route
    route: str = request.META.get(ROUTE, "-")
    return route


class RequestLogMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        # A survey's page: the time of the line would be the time of somebody's answer.
        unlogged = getattr(response, "unlogged", False)
        if requests.isEnabledFor(logging.INFO) and not unlogged:
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
        if not isinstance(exception, ANSWERED):
            requests.error("unhandled", exc_info=exception, extra={"route": route_of(request)})


class StaffSecondFactorMiddleware:
    """Staff reach the admin only with a second factor used in this session, except in the demo.

    allauth's own admin guard asks for a sign-in but not for a second factor. Signing out stays open.
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
        if match.url_name == "logout" or not user.is_authenticated or not user.is_staff:
            return None
        if not is_mfa_enabled(user, SECOND_FACTORS):
            messages.info(request, _("Set up a second factor first. Staff accounts need one."))
            return redirect("mfa_index")
        if not any(used["method"] == "mfa" for used in get_authentication_records(request, user)):
            # Signed in before the factor was set up, perhaps by someone else.
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
        return None
