from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from registrations.overview import DOOR_RIGHTS, OVERVIEW_RIGHTS, coming_conferences


class RecoveryAdminSite(AdminSite):
    site_title = _("Administration")
    site_header = _("Network for social recovery")
    index_title = _("Overview")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # It deletes without our verbs; each kind of row says itself what may be done to many at once.
        self.disable_action("delete_selected")

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everyone signs in at the same door, where codes, passkeys and second factors are."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied("Signed in, but not as staff.")
        after = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': after})}")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What is coming first, then the list of everything."""
        user = request.user
        coming = (
            coming_conferences(
                places=user.has_perm("registrations.view_registration"),
                mails=user.has_perm("mail.view_mail"),
            )
            if user.has_perm("conferences.view_conference")
            else []
        )
        return super().index(
            request,
            {
                "coming": coming,
                "may_see_registrations": user.has_perm("registrations.view_registration"),
                "may_see_overview": user.has_perms(OVERVIEW_RIGHTS),
                "may_check_in": user.has_perms(DOOR_RIGHTS),
                "may_see_mails": user.has_perm("mail.view_mail"),
                **(extra_context or {}),
            },
        )
