"""The last change of many registrations can be undone from their list for a few minutes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recovery_network.admin_base import OurModelAdmin, staff
from registrations.actions.undoing import last_change, undo
from registrations.errors import RegistrationError
from registrations.models import BulkChange

TOLD = 20


class UndoPage(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "undo/<int:number>/",
                self.admin_site.admin_view(require_POST(self.undo_view)),
                name="registrations_registration_undo",
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        change = None
        if request.user.has_perm("registrations.change_registration"):
            change = last_change(by=staff(request))
        context = {"undoable": change, "touched": len(change.before) if change else 0}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def undo_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Only who did it may undo it."""
        if not request.user.has_perm("registrations.change_registration"):
            raise PermissionDenied
        change = BulkChange.objects.filter(pk=number, done_by=staff(request)).first()
        if change is None:
            raise Http404
        try:
            undone = undo(change=change, by=staff(request))
        except RegistrationError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except OperationalError:
            self.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            if undone.restored:
                text = ngettext(
                    "%(count)d is as before, and no mail was sent about it.",
                    "%(count)d are as before, and no mail was sent about them.",
                    undone.restored,
                )
                self.message_user(request, text % {"count": undone.restored}, messages.SUCCESS)
            if undone.skipped:
                text = _("Not put back: %(each)s") % {"each": " ".join(undone.skipped[:TOLD])}
                self.message_user(request, text, messages.WARNING)
        return redirect("admin:registrations_registration_changelist")
