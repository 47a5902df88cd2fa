"""Organisers register people who phoned, through the same verb as everyone, and see at once how it went."""

from uuid import UUID

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from network.queries import listed_names
from recovery_network.admin_base import OurModelAdmin, staff
from registrations.actions.checking_in import check_in
from registrations.actions.registering import register
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError
from registrations.explaining import why_waiting
from registrations.forms.phoning import PhonedForm
from registrations.models import Submission
from registrations.models.registration import RegistrationQuerySet
from registrations.queries import whole_registrations


class PhoningPages(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/register/",
                wrap(require_http_methods(["GET", "HEAD", "POST"])(self.register_view)),
                name="conferences_conference_register",
            ),
            path(
                "<path:object_id>/registered/<uuid:key>/",
                wrap(require_safe(self.registered_view)),
                name="conferences_conference_registered",
            ),
            *super().get_urls(),
        ]

    def run_conference(self, request: HttpRequest, object_id: str) -> Conference:
        if not may_run(request):
            raise PermissionDenied
        found: Conference | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def register_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        conference = self.run_conference(request, object_id)
        form = PhonedForm(request.POST if request.method == "POST" else None, conference=conference)
        asked_for_rows = "more" in request.POST
        if request.method == "POST" and not asked_for_rows and form.is_valid():
            sent = self.register(request, conference, form)
            if sent is not None:
                return redirect("admin:conferences_conference_registered", conference.pk, sent.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Register people who phoned"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "form": form,
            "organisation_names": listed_names(),
            "show_errors": not asked_for_rows,
        }
        return TemplateResponse(request, "admin/conferences/conference/register.html", context)

    def register(
        self, request: HttpRequest, conference: Conference, form: PhonedForm
    ) -> Submission | None:
        by = staff(request)
        try:
            with transaction.atomic():
                sent = register(conference=conference, application=form.application(), by=by)
                if form.cleaned_data["arrived"]:
                    for registration in registrations_of(sent).confirmed():
                        check_in(registration=registration, by=by)
        except RegistrationError as refusal:
            named = [person for person in form.people if person.cleaned_data.get("name")]
            for number in refusal.people:
                named[number].refuse(refusal)
            if not refusal.people:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, str(refusal)
                )
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            return sent
        return None

    def registered_view(self, request: HttpRequest, object_id: str, key: UUID) -> HttpResponse:
        conference = self.run_conference(request, object_id)
        sent = Submission.objects.filter(pk=key, conference=conference).first()
        if sent is None:
            raise Http404
        people = [
            {"registration": registration, "waiting": why_waiting(registration)}
            for registration in registrations_of(sent)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("How it went"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "sent": sent,
            "people": people,
        }
        return TemplateResponse(request, "admin/conferences/conference/registered.html", context)


def registrations_of(sent: Submission) -> RegistrationQuerySet:
    """What was written by one sending: none where the person was registered already."""
    return (
        whole_registrations()
        .filter(
            conference=sent.conference_id,
            created_at=sent.created_at,
            booking__contact_email=sent.email,
        )
        .order_by("pk")
    )
