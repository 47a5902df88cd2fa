"""What happens when an organiser moves a gathering: nobody is written to before they say so."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from conferences.models import Conference
from recovery_network.admin_base import OurModelAdmin, staff
from registrations.actions.moving import note_move, tell_move, to_be_told, untold
from registrations.errors import RegistrationError
from registrations.forms.organisers import CallOffForm

TELL_RIGHTS = ("conferences.change_conference", "registrations.change_registration")


class MovePages(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.tell_move_view)
        return [
            path(
                "<path:object_id>/tell-move/",
                self.admin_site.admin_view(view),
                name="conferences_conference_tell_move",
            ),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Conference, form: Any, change: bool) -> None:
        before = Conference.objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        if before is None:
            return
        move = note_move(before=before, after=obj)
        if move is not None:
            self.message_user(request, self.warning(move, obj), messages.WARNING)

    def warning(self, move: Any, conference: Conference) -> str:
        people = to_be_told(move).count()
        text = ngettext(
            "%(count)d person is registered and hasn't been told of the new time or place.",
            "%(count)d people are registered and haven't been told of the new time or place.",
            people,
        )
        address = reverse("admin:conferences_conference_tell_move", args=[conference.pk])
        return format_html(
            '{} <a href="{}">{}</a>', text % {"count": people}, address, _("Tell them")
        )

    def tell_move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Shows what was and what is, says how many are told, and asks for the organiser's own words."""
        if not request.user.has_perms(TELL_RIGHTS):
            raise PermissionDenied
        conference: Conference | None = self.get_object(request, unquote(object_id))
        if conference is None:
            raise Http404
        move = untold(conference)
        form = CallOffForm(request.POST if request.method == "POST" else None)
        if move is None:
            nothing = _("There is nothing to tell: nothing was moved, or everyone knows.")
            self.message_user(request, nothing, messages.INFO)
        elif not form.is_valid() or not self.tell(request, conference, form):
            context = {
                **self.admin_site.each_context(request),
                "title": _("Tell of the new time or place"),
                "subtitle": conference.title,
                "opts": self.opts,
                "conference": conference,
                "move": move,
                "people": to_be_told(move).count(),
                "form": form,
            }
            return TemplateResponse(request, "admin/conferences/conference/tell_move.html", context)
        return redirect("admin:conferences_conference_overview", conference.pk)

    def tell(self, request: HttpRequest, conference: Conference, form: CallOffForm) -> bool:
        try:
            told = tell_move(conference=conference, by=staff(request), **form.cleaned_data)
        except RegistrationError as refusal:
            form.add_error(None, str(refusal))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
        else:
            text = ngettext(
                "%(count)d mail is on its way.", "%(count)d mails are on their way.", told
            )
            self.message_user(request, text % {"count": told}, messages.SUCCESS)
            return True
        return False
