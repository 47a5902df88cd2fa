from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _


class RecoveryAdminSite(AdminSite):
    site_title = _("Administration")
    site_header = _("Network for social recovery")
    index_title = _("Overview")

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Everyone signs in at the same door, where codes, passkeys and second factors are."""
        if self.has_permission(request):
            return redirect("admin:index")
        after = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': after})}")
