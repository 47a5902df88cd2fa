"""The consent register and the rules of joining."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from membership.models import ConsentRecord, JoiningRules
from recovery_network.admin_base import OurModelAdmin


class WithdrawnFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("holds", gettext_lazy("holds")), ("withdrawn", gettext_lazy("taken back"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        wanted = {"holds": True, "withdrawn": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(withdrawn_at__isnull=wanted)


@admin.register(ConsentRecord)
class ConsentRecordAdmin(OurModelAdmin):
    """Read only: who agreed to which version of which text, when, and when they took it back."""

    list_display = ["email", "purpose", "version", "agreed_at", "withdrawn_at"]
    list_filter = (WithdrawnFilter, "purpose", "version", "language")
    search_fields = ("email",)
    search_help_text = gettext_lazy("Search for an address")
    fields = (
        *("email", "purpose", "about", "version", "text", "language"),
        *("agreed_at", "confirmed_at", "withdrawn_at"),
    )
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(JoiningRules)
class JoiningRulesAdmin(OurModelAdmin):
    """One row, there or not yet: its list is its page."""

    fields = ("approval",)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return redirect("admin:membership_joiningrules_change", JoiningRules.ONLY)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        return JoiningRules.current() if object_id == str(JoiningRules.ONLY) else None
