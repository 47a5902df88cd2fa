"""Confirming the address of an account, by the link that was sent to it."""

from http import HTTPStatus
from typing import Any

from allauth.account.models import EmailAddress, get_emailconfirmation_model
from allauth.account.views import ConfirmEmailView
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator

from recovery_network.secret_pages import secret


@method_decorator(secret, name="dispatch")
class ConfirmAddress(ConfirmEmailView):  # type: ignore[misc]
    """allauth's page. An account that stands changes its address only for whoever is signed in with it: the owner
    of an address that was mistyped reads the link, and gets nothing by it.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        owner = self.owner_of_change(kwargs["key"])
        if owner is not None and request.user.pk != owner:
            self.logout()
            return redirect_to_login(request.get_full_path())
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        if getattr(self, "object", None) is None:
            response.status_code = HTTPStatus.NOT_FOUND
        return response

    @staticmethod
    def owner_of_change(key: str) -> int | None:
        """The account whose confirmed address the link would replace; None for a first address or a dead link."""
        confirmation = get_emailconfirmation_model().from_key(key)
        if confirmation is None:
            return None
        address = confirmation.email_address
        others = EmailAddress.objects.filter(user=address.user_id, verified=True)
        return address.user_id if others.exclude(pk=address.pk).exists() else None
