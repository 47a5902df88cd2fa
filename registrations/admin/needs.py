"""The page that tells what one person needs, for those with the permission; opening it is logged."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recovery_network.admin_base import OurModelAdmin, staff
from recovery_network.audit.actions import record
from registrations.actions.needing import Answer, answer_needs
from registrations.admin.seeing import sees_needs
from registrations.errors import RegistrationError
from registrations.forms.needs import LONGEST
from registrations.models import Need, Registration
from registrations.needs import needs_of


class NeedsPage(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.needs_view)
        return [
            path(
                "<path:object_id>/needs/",
                self.admin_site.admin_view(view),
                name="registrations_registration_needs",
            ),
            *super().get_urls(),
        ]

    def needs_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What someone needs; that it was opened, and by whom, is in the audit log."""
        if not (sees_needs(request) and self.has_view_permission(request)):
            raise PermissionDenied
        registration = self.get_object(request, unquote(object_id))
        if registration is None:
            raise Http404
        if request.method == "POST":
            return self.answer(request, registration)
        with transaction.atomic():
            record(
                action="needs.opened",
                by=staff(request),
                object=registration,
                conference_id=registration.conference_id,
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("What %(name)s needs") % {"name": registration.shown_name},
            "opts": self.opts,
            "registration": registration,
            "needs": needs_of(registration),
            "statuses": Need.Status.choices,
            "may_answer": request.user.has_perm("registrations.change_need"),
        }
        return TemplateResponse(request, "admin/registrations/registration/needs.html", context)

    def answer(self, request: HttpRequest, registration: Registration) -> HttpResponse:
        if not request.user.has_perm("registrations.change_need"):
            raise PermissionDenied
        answers = [
            Answer(
                need.pk,
                request.POST.get(f"status-{need.pk}", need.status),
                request.POST.get(f"words-{need.pk}", need.answer).replace("\0", "")[:LONGEST],
            )
            for need in registration.needs.all()
        ]
        try:
            answer_needs(conference=registration.conference, answers=answers, by=staff(request))
        except RegistrationError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except OperationalError:
            self.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            self.message_user(request, _("Saved."), messages.SUCCESS)
        return redirect(request.path)
