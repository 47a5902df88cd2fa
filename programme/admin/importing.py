"""The page on which a schedule from another system is looked through and brought into the draft."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conferences.models import Conference
from programme import imports
from programme.actions.importing import Result, import_schedule
from programme.errors import ProgrammeError
from programme.frab.model import Schedule
from programme.frab.reading import MOST_BYTES, Found, Problem, read
from recovery_network.admin_base import staff

# How long a file that was looked through waits to be brought in.
WAITS_SECONDS = 3600
MOST_PROBLEMS = 100


class ScheduleForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Schedule"),
        help_text=gettext_lazy(
            "A file in the frab format, XML or JSON. You see what it would do first."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": most})
        return file


def import_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    """Choose a file, see what it would change or what is wrong with it, bring it in."""
    context = {
        **desk.programme_context(request, conference),
        "title": _("Import a schedule"),
        "page": "import",
        "form": ScheduleForm(),
    }
    if request.method == "POST" and "upload" in request.POST:
        content = cache.get(key_of(request, conference, request.POST["upload"]))
        if content is None:
            desk.message_user(
                request, _("The file has waited too long. Choose it again."), messages.WARNING
            )
            return redirect(request.path)
        done = bring_in(desk, request, conference, read(content, conference.zone).schedule)
        return done or looked_through(request, conference, content, context)
    if request.method == "POST":
        form = ScheduleForm(request.POST, request.FILES)
        context["form"] = form
        if form.is_valid():
            content = form.cleaned_data["file"].read()
            return looked_through(request, conference, content, context)
        return answered(request, context, status=400)
    return answered(request, context)


def answered(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return TemplateResponse(request, "admin/programme/import.html", context, status=status)


def looked_through(
    request: HttpRequest, conference: Conference, content: bytes, context: dict[str, Any]
) -> HttpResponse:
    """What is wrong with the file; or what it would do, with the file kept until that is confirmed."""
    found = read(content, conference.zone)
    plan = None
    if not found.problems:
        plan = imports.plan(imports.Desk(conference, found.schedule))
        found.problems.extend(doubles(plan))
    if found.problems or plan is None:
        return answered(request, context | shown(found), status=400)
    upload = uuid.uuid4().hex
    cache.set(key_of(request, conference, upload), content, WAITS_SECONDS)
    return answered(request, context | {"plan": plan, "upload": upload})


def shown(found: Found) -> dict[str, Any]:
    return {
        "problems": found.problems[:MOST_PROBLEMS],
        "more": max(0, len(found.problems) - MOST_PROBLEMS),
    }


def doubles(plan: imports.Plan) -> list[Problem]:
    reason = _("Another session of the file is the same one of ours.")
    return [Problem(event.title, reason) for event in plan.doubles]


def key_of(request: HttpRequest, conference: Conference, upload: str) -> str:
    """Nobody brings in what somebody else has looked through."""
    name = upload if upload.isalnum() and len(upload) == 32 else "-"
    return f"schedule:{staff(request).pk}:{conference.pk}:{name}"


def bring_in(
    desk: Any, request: HttpRequest, conference: Conference, schedule: Schedule
) -> HttpResponse | None:
    """None where it was refused."""
    remove = {guid for guid in map(as_guid, request.POST.getlist("remove")) if guid}
    try:
        result = import_schedule(
            conference=conference, schedule=schedule, remove=remove, by=staff(request)
        )
    except ProgrammeError as refusal:
        desk.message_user(request, str(refusal), messages.ERROR)
        return None
    except (IntegrityError, OperationalError):
        desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        return None
    desk.message_user(request, in_words(result), messages.SUCCESS)
    return redirect("admin:conferences_conference_programme", conference.pk)


def as_guid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def in_words(result: Result) -> str:
    parts = [
        ngettext("%(n)d session added.", "%(n)d sessions added.", result.added)
        % {"n": result.added},
        ngettext("%(n)d changed.", "%(n)d changed.", result.changed) % {"n": result.changed},
        ngettext("%(n)d as before.", "%(n)d as before.", result.same) % {"n": result.same},
        ngettext("%(n)d taken out.", "%(n)d taken out.", result.removed) % {"n": result.removed},
    ]
    return " ".join([*parts, _("Readers see it when you publish the programme.")])
