"""Who subscribes, and which addresses are stopped."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from newsletter.actions.stopping import lift
from newsletter.actions.subscribing import unsubscribe
from newsletter.errors import NewsletterError
from newsletter.models import Subscription, Suppression
from recovery_network.admin_actions import RowAction, ask_then_run
from recovery_network.admin_base import OurModelAdmin

END = RowAction(
    name="end",
    question=gettext_lazy("Take these addresses off the list?"),
    explanation=gettext_lazy("As if they had unsubscribed themselves. They get no mail about it."),
    button=gettext_lazy("Yes, take them off"),
    run=lambda subscription, by: unsubscribe(subscription=subscription, by=by),
    refusals=NewsletterError,
)
LIFT = RowAction(
    name="lift",
    question=gettext_lazy("Send letters to these addresses again?"),
    explanation=gettext_lazy(
        "Do this when the owner says that the address works and that they want the letters."
    ),
    button=gettext_lazy("Yes, send again"),
    run=lambda suppression, by: lift(suppression=suppression, by=by),
    refusals=NewsletterError,
)


class ReadOnly(OurModelAdmin):
    """Rows come from what people and mail services do; verbs change them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"newsletter.change_{self.opts.model_name}")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly):
    list_display = ["email", "language", "subscribed_at"]
    list_filter = ("language", "topics")
    search_fields = ("email",)
    search_help_text = gettext_lazy("Search for an address")
    fields = ("email", "language", "topics", "subscribed_at")
    actions = ["end"]

    @admin.action(description=gettext_lazy("Take off the list"), permissions=["decide"])
    def end(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, END)


class InForceFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("stopped", gettext_lazy("stopped")), ("lifted", gettext_lazy("lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"stopped": True, "lifted": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(lifted_at__isnull=wanted)


@admin.register(Suppression)
class SuppressionAdmin(ReadOnly):
    list_display = ["email", "reason", "detail", "since", "lifted_at"]
    list_filter = (InForceFilter, "reason")
    search_fields = ("email",)
    search_help_text = gettext_lazy("Search for an address")
    fields = ("email", "reason", "detail", "since", "lifted_at", "lifted_by")
    actions = ["lift"]

    @admin.action(description=gettext_lazy("Send letters again"), permissions=["decide"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_then_run(self, request, queryset, LIFT)
