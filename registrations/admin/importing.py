"""Registrations from a spreadsheet in three steps: send the file, look at each row, import."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from recovery_network.admin_base import staff
from recovery_network.spreadsheets import csv_response, xlsx_response
from recovery_network.uploaded_tables import TableRefused, read_table
from registrations import importing
from registrations.actions.importing import import_registrations
from registrations.admin.phoning import PhoningPages
from registrations.errors import RegistrationError

ROWS_SHOWN = 300
MAKE = {"csv": csv_response, "xlsx": xlsx_response}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("CSV or XLSX, at most 300 rows and 2 MB."),
        widget=forms.FileInput({"accept": ".csv,.xlsx"}),
    )


class ImportPages(PhoningPages):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/registrations/import/",
                wrap(require_http_methods(["GET", "HEAD", "POST"])(self.import_view)),
                name="conferences_conference_import",
            ),
            path(
                "<path:object_id>/registrations/import-template/",
                wrap(require_safe(self.template_view)),
                name="conferences_conference_import_template",
            ),
            *super().get_urls(),
        ]

    def template_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """An empty file with the right columns, in the reader's language, and the kinds of place there are."""
        conference = self.run_conference(request, object_id)
        make = MAKE.get(request.GET.get("format", ""), csv_response)
        examples = [
            [
                f"{_('Kari Example')} {number}",
                f"kari{number}@example.no",
                tier.name,
                _("Example municipality"),
            ]
            for number, tier in enumerate(conference.tiers.all(), start=1)
        ]
        return make(f"{conference.slug}-{_('template')}", importing.header(), examples)

    def import_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        conference = self.run_conference(request, object_id)
        if request.method != "POST":
            return self.import_page(request, conference, form=UploadForm())
        if "sealed" in request.POST:
            return self.run_import(request, conference)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.import_page(request, conference, form=form)
        try:
            table = read_table(form.cleaned_data["file"], most_rows=importing.MOST_ROWS)
            preview = importing.preview(conference, table)
        except TableRefused as refusal:
            form.add_error("file", str(refusal))
            return self.import_page(request, conference, form=form)
        return self.import_page(
            request,
            conference,
            preview=preview,
            sealed=importing.sealed(conference, table),
        )

    def import_page(
        self, request: HttpRequest, conference: Conference, **context: Any
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "title": _("Import registrations"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "columns": importing.header(),
            "needed": [_(importing.COLUMNS[name]) for name in importing.NEEDED],
        }
        return TemplateResponse(
            request, "admin/conferences/conference/import.html", {**shared, **context}
        )

    def run_import(self, request: HttpRequest, conference: Conference) -> HttpResponse:
        try:
            table = importing.unsealed(conference, request.POST["sealed"])
            done = import_registrations(conference=conference, table=table, by=staff(request))
        except (TableRefused, RegistrationError) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:conferences_conference_import", conference.pk)
        except OperationalError:
            busy = _("The database was busy, and nothing was written. Try again.")
            self.message_user(request, busy, messages.ERROR)
            return redirect("admin:conferences_conference_import", conference.pk)
        text = _(
            "%(confirmed)d got a place, %(waiting)d wait. %(known)d were registered already, and "
            "%(faulty)d rows with faults were left out."
        )
        self.message_user(request, text % vars(done), messages.SUCCESS)
        return redirect("admin:conferences_conference_overview", conference.pk)
