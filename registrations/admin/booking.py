from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from recovery_network.admin_base import OurModelAdmin
from registrations.models import Booking


@admin.register(Booking)
class BookingAdmin(OurModelAdmin):
    """Who pays and who is written to. The organisation decides places, so only a merge moves it."""

    list_display = ("key", "contact_name", "organisation", "conference", "invoice_reference")
    list_filter = ("conference", "source")
    list_select_related = ("organisation", "conference")
    search_fields = ("contact_name", "contact_email", "organisation__name", "invoice_reference")
    fields = (
        "conference",
        "organisation",
        "contact_name",
        "contact_email",
        "language",
        "invoice_reference",
        "code",
        "together",
        "people",
        "source",
        "created_at",
    )
    readonly_fields = (
        "conference",
        "organisation",
        "code",
        "together",
        "people",
        "source",
        "created_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in {"conference__id__exact", "source__exact"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return super().get_queryset(request).select_related("conference", "organisation")

    @admin.display(description=gettext_lazy("people"))
    def people(self, booking: Booking) -> SafeString:
        """Everyone with kind of place, state and code, each a link to their registration."""
        rows = [
            (
                reverse("admin:registrations_registration_change", args=[each.pk]),
                each.shown_name,
                each.tier.name,
                each.get_state_display(),
                each.code,
            )
            for each in booking.registrations.select_related("tier", "companion_of").order_by("pk")
        ]
        return format_html_join("", '<p><a href="{}">{}</a>: {}, {}, {}</p>', rows)
