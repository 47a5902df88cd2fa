"""The board of scarce things, and the page on which an organisation's limit is raised."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from network.models import Organisation
from recovery_network.admin_base import OurModelAdmin, staff
from registrations.actions.overriding import raise_limit, restore_limit
from registrations.admin.filters import as_number
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError
from registrations.forms.places import LimitForm
from registrations.models import LimitOverride, Tier
from registrations.overview import OVERVIEW_RIGHTS
from registrations.scarce import board_of


class PlacesPages(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/board/",
                wrap(require_safe(self.places_view)),
                name="conferences_conference_board",
            ),
            path(
                "<path:object_id>/raise-limit/",
                wrap(require_http_methods(["GET", "HEAD", "POST"])(self.raise_limit_view)),
                name="conferences_conference_raise_limit",
            ),
            *super().get_urls(),
        ]

    def places_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not request.user.has_perms(("conferences.view_conference", *OVERVIEW_RIGHTS)):
            raise PermissionDenied
        conference = self.known_conference(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Places"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "board": board_of(conference),
            "may_run": may_run(request),
        }
        return TemplateResponse(request, "admin/conferences/conference/board.html", context)

    def known_conference(self, request: HttpRequest, object_id: str) -> Conference:
        found: Conference | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def raise_limit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not may_run(request):
            raise PermissionDenied
        conference = self.known_conference(request, object_id)
        tier, organisation = self.chosen(request, conference)
        override = LimitOverride.objects.filter(tier=tier, organisation=organisation).first()
        if request.method == "POST" and "restore" in request.POST and override:
            return self.restore(request, conference, override)
        typed = request.POST if request.method == "POST" else None
        form = LimitForm(typed, tier=tier, override=override)
        if form.is_valid() and self.raise_limit(request, tier, organisation, form):
            return redirect("admin:conferences_conference_board", conference.pk)
        held = tier.registrations.holding().filter(booking__organisation=organisation)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Raise the limit of one organisation"),
            "subtitle": organisation.name,
            "opts": self.opts,
            "conference": conference,
            "tier": tier,
            "organisation": organisation,
            "override": override,
            "taken": held.count(),
            "form": form,
        }
        return TemplateResponse(request, "admin/conferences/conference/raise_limit.html", context)

    def chosen(self, request: HttpRequest, conference: Conference) -> tuple[Tier, Organisation]:
        """Of the limited kinds of place, and of the organisations that are current."""
        tier = as_number(request.GET.get("tier")) or 0
        organisation = as_number(request.GET.get("organisation")) or 0
        limited = conference.tiers.exclude(limit_per_organisation=None)
        found = (
            limited.filter(pk=tier).first(),
            Organisation.objects.current().filter(pk=organisation).first(),
        )
        if found[0] is None or found[1] is None:
            raise Http404
        return found[0], found[1]

    def raise_limit(
        self, request: HttpRequest, tier: Tier, organisation: Organisation, form: LimitForm
    ) -> bool:
        try:
            raise_limit(
                tier=tier, organisation=organisation, by=staff(request), **form.cleaned_data
            )
        except RegistrationError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            text = _("The limit of %(organisation)s is raised.") % {"organisation": organisation}
            self.message_user(request, text, messages.SUCCESS)
            return True
        return False

    def restore(
        self, request: HttpRequest, conference: Conference, override: LimitOverride
    ) -> HttpResponse:
        try:
            restore_limit(override=override, by=staff(request))
        except OperationalError:
            self.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            text = _("The common limit holds again. Nobody loses a place.")
            self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:conferences_conference_board", conference.pk)
