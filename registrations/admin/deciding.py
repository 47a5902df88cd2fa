"""Pages on which an organiser moves one person to another kind of place, or puts them first in line."""

from collections.abc import Callable

from django import forms
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
from registrations.actions.deciding import move, put_first
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError
from registrations.forms.places import MoveForm, NeededReasonForm
from registrations.models import Registration
from registrations.queries import places


class DecidingPages(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        asked = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path(
                "<path:object_id>/move/",
                wrap(asked(self.move_view)),
                name="registrations_registration_move",
            ),
            path(
                "<path:object_id>/put-first/",
                wrap(asked(self.put_first_view)),
                name="registrations_registration_put_first",
            ),
            *super().get_urls(),
        ]

    def registration_or_404(self, request: HttpRequest, object_id: str) -> Registration:
        if not may_run(request):
            raise PermissionDenied
        found: Registration | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        registration = self.registration_or_404(request, object_id)
        form = MoveForm(
            request.POST if request.method == "POST" else None,
            registration=registration,
            places=places(registration.conference),
        )
        return self.decide(
            request,
            registration,
            form,
            lambda: move(registration=registration, tier=form.chosen, by=staff(request)),
            title=_("Move to another kind of place"),
            explanation=_(
                "The rules of the new kind hold, and the price becomes its price. One mail tells "
                "them how they stand now. A place that comes free goes to the first in line."
            ),
            button=_("Move"),
        )

    def put_first_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        registration = self.registration_or_404(request, object_id)
        form = NeededReasonForm(request.POST if request.method == "POST" else None)
        return self.decide(
            request,
            registration,
            form,
            lambda: put_first(
                registration=registration, reason=form.cleaned_data["reason"], by=staff(request)
            ),
            title=_("Offer the next place out of turn"),
            explanation=_(
                "They come before all who have waited longer and get the next place that comes "
                "free for them. Limits hold for them too. The log keeps who decided it and why."
            ),
            button=_("Put first in line"),
        )

    def decide(
        self,
        request: HttpRequest,
        registration: Registration,
        form: forms.Form,
        verb: Callable[[], Registration],
        **words: str,
    ) -> HttpResponse:
        """The page with one form; what the verb refuses stands at its field."""
        if form.is_valid():
            try:
                changed = verb()
            except RegistrationError as refusal:
                field = refusal.field if refusal.field in form.fields else None
                form.add_error(field, str(refusal))
            except OperationalError:
                form.add_error(None, _("The database was busy. Try again."))
            else:
                text = _("Done. %(name)s: %(state)s, %(tier)s.") % {
                    "name": changed.shown_name,
                    "state": changed.get_state_display(),
                    "tier": changed.tier.name,
                }
                self.message_user(request, text, messages.SUCCESS)
                return redirect("admin:registrations_registration_change", registration.pk)
        context = {
            **self.admin_site.each_context(request),
            "subtitle": registration.shown_name,
            "opts": self.opts,
            "registration": registration,
            "form": form,
            **words,
        }
        return TemplateResponse(request, "admin/registrations/registration/decide.html", context)
