"""What people at one conference need: a board to answer from, and lists without names for those who arrange it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from conferences.models import Conference
from recovery_network.admin_base import (
    Form,
    LabelledFormSet,
    OurModelAdmin,
    OurTabularInline,
    staff,
)
from recovery_network.audit.actions import record
from recovery_network.i18n import in_zone
from recovery_network.spreadsheets import csv_response, xlsx_response
from registrations import interpreting, needs
from registrations.actions.needing import Answer, answer_needs
from registrations.admin.filters import as_number
from registrations.forms.needs import AnswerForm
from registrations.models import Need, NeedKind

BOARD_RIGHTS = ("conferences.view_conference", "registrations.see_needs")
SHEETS = {
    "kitchen": gettext_lazy("Kitchen list"),
    "interpreters": gettext_lazy("Interpreters' list"),
}
BY_SESSION = "interpreters-by-session"
FILES = {"csv": csv_response, "xlsx": xlsx_response}
NAMES = ("name_nb", "name_nn", "name_da", "name_en")


class NeedKindForm(Form):
    """One of the known kinds, or one of the organiser's own with a name in one language at least."""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        named = any(found.get(name) for name in NAMES)
        if not found.get("kind") and not named:
            self.add_error("kind", _("Choose a kind, or write the name of one of your own."))
        if found.get("kind") and named:
            self.add_error("kind", _("The known kinds have names already. Leave this empty."))
        return found


class NeedKindInline(OurTabularInline):
    model = NeedKind
    form = NeedKindForm
    formset = LabelledFormSet
    fields = ("kind", *NAMES, "sheet", "position")
    extra = 1


class NeedsBoard(OurModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        asked = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path(
                "<path:object_id>/needs/",
                wrap(asked(self.board_view)),
                name="conferences_conference_needs",
            ),
            path(
                "<path:object_id>/needs/interpreters/sessions/",
                wrap(asked(self.sessions_view)),
                name="conferences_conference_interpreters_by_session",
            ),
            path(
                "<path:object_id>/needs/<slug:sheet>/",
                wrap(asked(self.sheet_view)),
                name="conferences_conference_needs_sheet",
            ),
            *super().get_urls(),
        ]

    def conference_with_needs(self, request: HttpRequest, object_id: str) -> Conference:
        if not request.user.has_perms(BOARD_RIGHTS):
            raise PermissionDenied
        found: Conference | None = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def log_reading(self, request: HttpRequest, conference: Conference, **what: str) -> None:
        with transaction.atomic():
            record(
                action="needs.opened",
                by=staff(request),
                object=conference,
                conference_id=conference.pk,
                **what,
            )

    def base_context(self, request: HttpRequest, conference: Conference) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "subtitle": conference.title,
            "opts": self.opts,
            "conference": conference,
        }

    # The board

    def board_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Everyone's needs, to be answered one by one or many at once; opening it is logged."""
        conference = self.conference_with_needs(request, object_id)
        if request.method == "POST":
            return self.answer(request, conference)
        self.log_reading(request, conference)
        status = request.GET.get("status", "")
        kind = request.GET.get("kind", "")
        kinds = needs.kinds_of(conference)
        reported = needs.reported_at(conference)
        rows = [
            needs.ToldNeed(each, needs.label_in(kinds, each.kind))
            for each in reported
            if status in {"", each.status} and kind in {"", each.kind}
        ]
        there = {each.kind for each in reported}
        context = {
            **self.base_context(request, conference),
            "title": _("Needs"),
            "rows": rows,
            "statuses": Need.Status.choices,
            "kinds": [(value, needs.label_in(kinds, value)) for value in sorted(there)],
            "status": status,
            "kind": kind,
            "may_answer": request.user.has_perm("registrations.change_need"),
        }
        return TemplateResponse(request, "admin/conferences/conference/needs.html", context)

    def answer(self, request: HttpRequest, conference: Conference) -> HttpResponse:
        """Asks for the answer and says how many get a mail, then does it."""
        if not request.user.has_perm("registrations.change_need"):
            raise PermissionDenied
        wanted = {as_number(each) for each in request.POST.getlist("need")}
        chosen = [each for each in needs.reported_at(conference) if each.pk in wanted]
        if not chosen:
            self.message_user(request, _("Choose at least one need."), messages.WARNING)
            return redirect(request.get_full_path())
        form = AnswerForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid() and self.write(request, conference, chosen, form):
            return redirect(request.path)
        kinds = needs.kinds_of(conference)
        context = {
            **self.base_context(request, conference),
            "title": _("Answer"),
            "rows": [needs.ToldNeed(each, needs.label_in(kinds, each.kind)) for each in chosen],
            "people": len({each.registration_id for each in chosen}),
            "form": form,
        }
        return TemplateResponse(request, "admin/conferences/conference/needs_answer.html", context)

    def write(
        self,
        request: HttpRequest,
        conference: Conference,
        chosen: Sequence[Need],
        form: AnswerForm,
    ) -> bool:
        answers = [Answer(each.pk, **form.cleaned_data) for each in chosen]
        try:
            told = answer_needs(conference=conference, answers=answers, by=staff(request))
        except OperationalError:
            form.add_error(None, _("The database was busy. Try again."))
            return False
        text = ngettext(
            "Saved. %(count)d person is told by mail that there is an answer.",
            "Saved. %(count)d people are told by mail that there is an answer.",
            told,
        )
        self.message_user(request, text % {"count": told}, messages.SUCCESS)
        return True

    # The lists

    def sheet_view(self, request: HttpRequest, object_id: str, sheet: str) -> HttpResponseBase:
        """On paper or as a file: how many need what, without names. Taking it is logged."""
        conference = self.conference_with_needs(request, object_id)
        if sheet not in SHEETS:
            raise Http404
        lines = needs.sheet_of(conference, sheet)
        if request.method == "POST":
            make = FILES.get(request.POST.get("format", ""))
            if make is None:
                raise Http404
            self.log_reading(request, conference, sheet=sheet, format=request.POST["format"])
            name = f"{conference.slug}-{sheet}"
            return make(name, needs.sheet_header(), needs.sheet_rows(lines))
        self.log_reading(request, conference, sheet=sheet)
        context = {
            **self.base_context(request, conference),
            "title": SHEETS[sheet],
            "lines": lines,
            "totals": needs.totals(lines),
            "by_session": sheet == NeedKind.Sheet.INTERPRETERS,
        }
        return TemplateResponse(request, "admin/conferences/conference/needs_sheet.html", context)

    def sessions_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """In which session how many need an interpreter, without names. Taking it is logged."""
        conference = self.conference_with_needs(request, object_id)
        with in_zone(conference.time_zone):
            lines = interpreting.by_session(conference)
            if request.method == "POST":
                make = FILES.get(request.POST.get("format", ""))
                if make is None:
                    raise Http404
                self.log_reading(
                    request, conference, sheet=BY_SESSION, format=request.POST["format"]
                )
                rows = interpreting.rows(lines)
                return make(f"{conference.slug}-{BY_SESSION}", interpreting.header(), rows)
            self.log_reading(request, conference, sheet=BY_SESSION)
            context = {
                **self.base_context(request, conference),
                "title": _("Interpreters by session"),
                "lines": [(line, interpreting.time_of(line.session)) for line in lines],
            }
            template = "admin/conferences/conference/interpreters.html"
            return TemplateResponse(request, template, context).render()
