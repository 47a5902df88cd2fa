"""The page with the links for those invited, one for each kind of place that only they see."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conferences import calendars
from conferences.models import Conference
from recovery_network.admin_base import OurModelAdmin, staff
from recovery_network.secret_pages import secret, with_form
from registrations.actions.invitation_links import replace_link
from registrations.admin.filters import as_number
from registrations.admin.places import PlacesPages
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError


class InvitationLinksPage(PlacesPages, OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        page = secret(require_http_methods(["GET", "HEAD", "POST"])(self.invitation_links_view))
        return [
            path(
                "<path:object_id>/invitation-links/",
                self.admin_site.admin_view(page),
                name="conferences_conference_invitation_links",
            ),
            *super().get_urls(),
        ]

    def invitation_links_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not may_run(request):
            raise PermissionDenied
        conference = self.known_conference(request, object_id)
        if request.method == "POST":
            return self.replace(request, conference)
        tiers = conference.tiers.filter(invitation_only=True)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Links for those invited"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "links": [
                (
                    tier,
                    calendars.absolute(
                        reverse("register_invited", args=[conference.slug, tier.invitation_key])
                    ),
                )
                for tier in tiers
            ],
        }
        template = "admin/conferences/conference/invitation_links.html"
        return with_form(TemplateResponse(request, template, context))

    def replace(self, request: HttpRequest, conference: Conference) -> HttpResponse:
        tier = conference.tiers.filter(pk=as_number(request.POST.get("tier")) or 0).first()
        if tier is None:
            raise Http404
        try:
            replace_link(tier=tier, by=staff(request))
        except RegistrationError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        except OperationalError:
            self.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            text = _("%(tier)s has a new link. The one before no longer works.")
            self.message_user(request, text % {"tier": tier.name}, messages.SUCCESS)
        return redirect("admin:conferences_conference_invitation_links", conference.pk)
