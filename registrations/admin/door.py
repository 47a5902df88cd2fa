"""The page for those at the door: find someone, one press, they are in. Tiers and needs are never on it."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from conferences.models import Conference
from recovery_network.admin_base import OurModelAdmin, staff
from registrations.actions.checking_in import EARLIEST, check_in, undo_check_in
from registrations.admin.filters import as_number
from registrations.admin.seeing import may_run
from registrations.errors import RegistrationError
from registrations.finding import matching
from registrations.models import Registration
from registrations.models.registration import RegistrationQuerySet
from registrations.overview import DOOR_RIGHTS

MOST_SHOWN = 50
LATEST_SHOWN = 5
LONGEST_SEARCH = 100
VERBS = {"arrived": check_in, "undo": undo_check_in}


class DoorPage(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(self.door_view)
        return [
            path(
                "<path:object_id>/door/",
                self.admin_site.admin_view(view),
                name="conferences_conference_door",
            ),
            *super().get_urls(),
        ]

    def door_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not request.user.has_perms(DOOR_RIGHTS):
            raise PermissionDenied
        conference: Conference | None = self.get_object(request, unquote(object_id))
        if conference is None:
            raise Http404
        if request.method == "POST":
            return self.mark(request, conference)
        people = Registration.objects.filter(conference=conference).select_related(
            "booking__organisation", "companion_of"
        )
        text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
        found: QuerySet[Registration] = matching(people, text) if text else people.expected()
        rows = list(found.order_by("name_key", "pk")[: MOST_SHOWN + 1])
        context = {
            **self.admin_site.each_context(request),
            "title": _("At the door"),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
            "text": text,
            "rows": rows[:MOST_SHOWN],
            "more": len(rows) > MOST_SHOWN,
            "latest": [] if text else people.attended().order_by("-checked_in_at")[:LATEST_SHOWN],
            "counts": counts(people),
            "too_early": timezone.now() < conference.starts_at - EARLIEST,
            "called_off": conference.is_called_off(),
            "may_run": may_run(request),
        }
        return TemplateResponse(request, "admin/conferences/conference/door.html", context)

    def mark(self, request: HttpRequest, conference: Conference) -> HttpResponse:
        verb = VERBS.get(request.POST.get("do", ""))
        number = as_number(request.POST.get("registration"))
        registration = conference.registrations.filter(pk=number).first() if number else None
        if verb is None or registration is None:
            raise Http404
        try:
            verb(registration=registration, by=staff(request))
        except RegistrationError as refusal:
            self.message_user(request, f"{registration}: {refusal}", messages.ERROR)
        except OperationalError:
            self.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        else:
            said = _("%(name)s has arrived.") if verb is check_in else _("%(name)s is unmarked.")
            self.message_user(request, said % {"name": registration}, messages.SUCCESS)
        return redirect(request.path)


def counts(people: RegistrationQuerySet) -> dict[str, Any]:
    found = people.confirmed().aggregate(
        arrived=Count("pk", filter=Q(checked_in_at__isnull=False)), places=Count("pk")
    )
    return {**found, "missing": found["places"] - found["arrived"]}
