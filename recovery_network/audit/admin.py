from django.contrib import admin
from django.http import HttpRequest

from recovery_network.admin_base import OurModelAdmin
from recovery_network.audit.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(OurModelAdmin):
    list_display = ["at", "action", "object_text", "object_label", "actor_label", "reason"]
    list_filter = ["at", "action", "actor_label"]
    search_fields = ["action", "object_label", "object_text"]
    search_help_text = "registrations.registration:5"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False
