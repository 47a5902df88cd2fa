"""Organisations in the admin, with the merging of two records of one: it moves bookings and places."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conferences.admin import ShownOnConferences
from conferences.models import Conference
from network.admin import organisations
from network.errors import NetworkError
from network.models import Organisation
from recovery_network.admin_base import staff
from registrations.actions.merging import Exceeded, merge_organisations
from registrations.overview import preview_of_merge

MOST_FOUND = 20


@admin.register(Organisation)
class OrganisationAdmin(organisations.OrganisationAdmin, ShownOnConferences):
    def conferences_showing(self, obj: Organisation) -> Iterable[Conference]:
        return Conference.objects.filter(organisers=obj)

    def may_merge(self, request: HttpRequest) -> bool:
        """Merging ends a record, and places move with it: more than correcting a name."""
        return request.user.has_perms(
            ("network.delete_organisation", "registrations.change_registration")
        )

    def get_urls(self) -> list[URLPattern]:
        merge = require_http_methods(["GET", "HEAD", "POST"])(self.merge_view)
        return [
            path(
                "<path:object_id>/merge/",
                self.admin_site.admin_view(merge),
                name="network_organisation_merge",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        original = context.get("original")
        merged = original is not None and original.merged_into_id is not None
        context["may_merge"] = self.may_merge(request) and not merged
        return super().render_change_form(request, context, *args, **kwargs)

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Choose, see what it does, confirm: three plain pages under one address."""
        if not self.may_merge(request):
            raise PermissionDenied
        source = self.get_object(request, unquote(object_id))
        if source is None or source.merged_into_id is not None:
            raise Http404
        target = self.chosen(request, source)
        if request.method == "POST":
            return self.merge(request, source, target)
        text = request.GET.get("q", "").strip()[:100]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge into another organisation"),
            "subtitle": source.name,
            "opts": self.opts,
            "source": source,
            "target": target,
            "text": text,
            "found": self.candidates(source, text) if text and target is None else [],
            "preview": preview_of_merge(source, target) if target else None,
        }
        return TemplateResponse(request, "admin/network/organisation/merge.html", context)

    def chosen(self, request: HttpRequest, source: Organisation) -> Organisation | None:
        number = (request.POST or request.GET).get("target", "")
        if not number:
            return None
        others = Organisation.objects.current().exclude(pk=source.pk)
        usable = number.isascii() and number.isdigit() and len(number) < 18
        target = others.filter(pk=int(number)).first() if usable else None
        if target is None:
            raise Http404
        return target

    def candidates(self, source: Organisation, text: str) -> list[Organisation]:
        others = Organisation.objects.current().exclude(pk=source.pk)
        return list(others.filter(organisations.matching(text)).order_by("name")[:MOST_FOUND])

    def merge(
        self, request: HttpRequest, source: Organisation, target: Organisation | None
    ) -> HttpResponse:
        if target is None:
            return redirect(request.path)
        try:
            exceeded = merge_organisations(source=source, target=target, by=staff(request))
        except (NetworkError, OperationalError) as refusal:
            busy = _("The database was busy. Try again.")
            text = str(refusal) if isinstance(refusal, NetworkError) else busy
            self.message_user(request, text, messages.ERROR)
            return redirect(request.path)
        done = _("%(source)s is merged into %(target)s.") % {"source": source, "target": target}
        self.message_user(request, done, messages.SUCCESS)
        for each in exceeded:
            self.message_user(request, beyond(each), messages.WARNING)
        return redirect("admin:network_organisation_change", target.pk)


def beyond(exceeded: Exceeded) -> str:
    return _("%(conference)s: %(over)d more than the limit in %(tier)s. Nobody loses a place.") % {
        "conference": exceeded.tier.conference.title,
        "over": exceeded.over,
        "tier": exceeded.tier.name,
    }
