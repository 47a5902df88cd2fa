"""The workshops of one conference in the admin: their seats, and who is where as a file."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from conferences.models import Conference
from recovery_network.admin_base import OurModelAdmin, staff
from recovery_network.audit.actions import record
from recovery_network.i18n import in_zone
from recovery_network.spreadsheets import csv_response, xlsx_response
from registrations import exports, workshops

WORKSHOP_RIGHTS = ("conferences.view_conference", "registrations.view_sessionseat")


class WorkshopPages(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/workshops/",
                wrap(require_safe(self.workshops_view)),
                name="conferences_conference_workshops",
            ),
            path(
                "<path:object_id>/workshop-lists/",
                wrap(require_POST(self.workshop_lists_view)),
                name="conferences_conference_workshop_lists",
            ),
            *super().get_urls(),
        ]

    def conference_with_workshops(self, request: HttpRequest, object_id: str) -> Conference:
        if not request.user.has_perms(WORKSHOP_RIGHTS):
            raise PermissionDenied
        found: Conference | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def workshops_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Every workshop with its seats and its line, block by block."""
        conference = self.conference_with_workshops(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Workshops"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "blocks": workshops.board(conference),
        }
        with in_zone(conference.time_zone):
            template = "admin/conferences/conference/workshops.html"
            return TemplateResponse(request, template, context).render()

    def workshop_lists_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Who is in which workshop, as a file; the log keeps who took it and when."""
        conference = self.conference_with_workshops(request, object_id)
        kind = request.POST.get("format")
        make = {"csv": csv_response, "xlsx": xlsx_response}.get(kind or "")
        if make is None:
            raise Http404
        record(
            action="workshops.exported",
            by=staff(request),
            object=conference,
            conference_id=conference.pk,
            format=kind,
        )
        name = f"{conference.slug}-{_('workshops')}"
        return make(name, exports.workshop_header(), list(in_its_zone(conference)))


def in_its_zone(conference: Conference) -> Iterator[list[Any]]:
    with in_zone(conference.time_zone):
        yield from exports.workshop_rows(conference)
