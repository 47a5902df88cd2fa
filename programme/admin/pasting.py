"""The page on which a programme is pasted, looked through row by row, and put in."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from conferences.models import Conference
from conferences.queries import rooms_for
from programme import clocks, pasting, plans
from programme.actions import days
from programme.actions.days import Row, RowTrouble
from programme.admin.plan import day_address, told
from programme.forms import Around, PastedRows, PasteForm
from programme.pasting import Found
from recovery_network.admin_base import staff

PREFIX = "pasted"


def paste_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    plan = plans.plan_of(conference)
    sent = request.POST if request.method == "POST" else None
    form = PasteForm(sent, days=plan.days())
    context = {
        **desk.programme_context(request, conference),
        "title": _("Paste a programme"),
        "page": "paste",
        "form": form,
    }
    if form.is_valid():
        day: date = form.cleaned_data["day"]
        around = Around(conference, day, list(rooms_for(conference)))
        if "write" in request.POST:
            rows = PastedRows(request.POST, prefix=PREFIX, form_kwargs={"around": around})
            if rows.is_valid() and write(desk, request, conference, rows):
                return redirect(day_address(conference, day))
            context |= {"rows": rows, "day": day}
        else:
            context |= preview(plan, day, around, form.cleaned_data["text"])
    return TemplateResponse(request, "admin/programme/paste.html", context)


def preview(plan: plans.Plan, day: date, around: Around, text: str) -> dict[str, Any]:
    """Each row as it was understood, those that are in the day already, and the lines that meant nothing."""
    pasted = pasting.read(text)
    zone = plan.conference.zone
    there = {
        (clocks.written(session.starts_at, zone), session.title.casefold())
        for session in plan.of_day(day)
    }
    new = [found for found in pasted.rows if key_of(found, day, plan) not in there]
    rows = PastedRows(
        prefix=PREFIX,
        initial=[initial_of(found, around) for found in new],
        form_kwargs={"around": around},
    )
    return {
        "rows": rows,
        "day": day,
        "number": len(new),
        "already": [found.title for found in pasted.rows if key_of(found, day, plan) in there],
        "unread": pasted.unread,
    }


def key_of(found: Found, day: date, plan: plans.Plan) -> tuple[str, str]:
    zone = plan.conference.zone
    try:
        start = clocks.written(clocks.read(found.start, day, zone), zone)
    except clocks.NoTime:
        start = found.start
    return start, found.title.casefold()


def initial_of(found: Found, around: Around) -> dict[str, str]:
    named = {room.name.casefold(): pk for pk, room in reversed(around.rooms.items())}
    return {
        "start": found.start.replace(":", "."),
        "end": found.end.replace(":", "."),
        "title": found.title,
        "kind": found.kind,
        "people": found.people,
        "room": named.get(found.room.casefold(), ""),
        "location": "" if found.room.casefold() in named else found.room,
        "abstract": found.abstract,
    }


def write(desk: Any, request: HttpRequest, conference: Conference, rows: Any) -> bool:
    """Whether all rows were put in; what is wrong stands in the rows."""
    wanted = [
        Row(
            index=index,
            title=form.cleaned_data["title"],
            kind=form.cleaned_data["kind"],
            starts_at=form.cleaned_data["starts_at"],
            ends_at=form.cleaned_data["ends_at"],
            room=form.cleaned_data["room"],
            track=form.cleaned_data["track"],
            location=form.cleaned_data["location"],
            people=form.cleaned_data["mentions"],
            abstract=form.cleaned_data["abstract"],
        )
        for index, form in enumerate(rows.forms)
        if not form.is_blank() and not form.cleaned_data.get("remove")
    ]
    try:
        saved = days.save_rows(conference=conference, rows=wanted, by=staff(request))
    except RowTrouble as trouble:
        for index, words in trouble.errors.items():
            rows.forms[index].add_error(None, words)
        return False
    except OperationalError:
        desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        return False
    for said in told(saved):
        desk.message_user(request, said, messages.SUCCESS)
    return True
