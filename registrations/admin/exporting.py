"""The list of registrations as a file: some of them or all, without needs; the log keeps who took it."""

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from conferences.models import Conference
from recovery_network.admin_base import OurModelAdmin, staff
from recovery_network.audit.actions import record
from recovery_network.spreadsheets import csv_response, xlsx_response
from registrations import exports
from registrations.forms.messages import SegmentForm
from registrations.overview import OVERVIEW_RIGHTS

MAKE = {"csv": csv_response, "xlsx": xlsx_response}


class ExportForm(SegmentForm):
    with_tiers = forms.BooleanField(
        label=gettext_lazy("With ticket type, price and invoice reference"),
        required=False,
        help_text=gettext_lazy("A list without them does not tell who has a free place."),
    )


class ExportPage(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.export_view)
        return [
            path(
                "<path:object_id>/export/",
                self.admin_site.admin_view(view),
                name="conferences_conference_export",
            ),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        if not request.user.has_perms(("conferences.view_conference", *OVERVIEW_RIGHTS)):
            raise PermissionDenied
        conference: Conference | None = self.get_object(request, unquote(object_id))
        if conference is None:
            raise Http404
        form = ExportForm(request.POST if request.method == "POST" else None, conference=conference)
        may_see_tiers = request.user.has_perm("registrations.view_tier")
        if not may_see_tiers:
            del form.fields["with_tiers"]
            del form.fields["tiers"]
        kind = request.POST.get("format", "")
        if request.method == "POST" and kind not in MAKE:
            raise Http404
        if form.is_valid():
            return self.file(request, conference, form, kind)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take the list with you"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "form": form,
            "people": conference.registrations.count(),
        }
        return TemplateResponse(request, "admin/conferences/conference/export.html", context)

    def file(
        self, request: HttpRequest, conference: Conference, form: ExportForm, kind: str
    ) -> HttpResponseBase:
        tiers = bool(form.cleaned_data.get("with_tiers"))
        record(
            action="registrations.exported",
            by=staff(request),
            object=conference,
            conference_id=conference.pk,
            format=kind,
            tiers=tiers,
            segment=form.segment.stored(),
        )
        name = f"{conference.slug}-{_('registrations')}"
        rows = exports.rows(conference, form.segment, tiers=tiers)
        return MAKE[kind](name, exports.header(tiers=tiers), rows)
