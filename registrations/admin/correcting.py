"""The page on which a mistyped name or address is put right, and whoever had no name gets one."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recovery_network.admin_base import OurModelAdmin, staff
from registrations.actions.correcting import correct
from registrations.actions.naming_seats import Guest, name_seat
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError
from registrations.forms.organisers import CorrectionForm
from registrations.models import Registration


class CorrectionPage(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.correct_view)
        return [
            path(
                "<path:object_id>/correct/",
                self.admin_site.admin_view(view),
                name="registrations_registration_correct",
            ),
            *super().get_urls(),
        ]

    def correct_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Name, badge and address of one person, where they were mistyped."""
        if not may_run(request):
            raise PermissionDenied
        registration = self.get_object(request, unquote(object_id))
        if registration is None:
            raise Http404
        typed = request.POST if request.method == "POST" else None
        form = CorrectionForm(typed, registration=registration)
        if form.is_valid() and self.correct(request, registration, form):
            return redirect("admin:registrations_registration_change", registration.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Name whoever comes")
            if registration.is_unnamed
            else _("Correct name or address"),
            "subtitle": registration.shown_name,
            "opts": self.opts,
            "registration": registration,
            "form": form,
        }
        return TemplateResponse(request, "admin/registrations/registration/correct.html", context)

    def correct(
        self, request: HttpRequest, registration: Registration, form: CorrectionForm
    ) -> bool:
        """Whether it was done; a refusal stands at its field."""
        try:
            if registration.is_unnamed:
                guest = Guest(**form.cleaned_data)
                name_seat(registration=registration, guest=guest, by=staff(request))
            else:
                correct(registration=registration, by=staff(request), **form.cleaned_data)
        except RegistrationError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            self.message_user(request, _("Saved."), messages.SUCCESS)
            return True
        return False
