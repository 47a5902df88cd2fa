"""The page on which a whole day is written as a table, with what may clash and a drawing of it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conferences.models import Conference
from conferences.queries import rooms_for
from programme import clocks, mentions, plans
from programme.actions import days
from programme.actions.days import Row, RowTrouble, Saved
from programme.forms import BLANK_ROWS, MOST_ROWS, Around, Rows, ShiftForm
from programme.models import Session
from programme.plans import Plan
from recovery_network.admin_base import staff

PREFIX = "rows"


def plan_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    plan = plans.plan_of(conference)
    day = day_asked_for(request, plan)
    around = Around(conference, day, list(rooms_for(conference)))
    if request.method == "POST":
        if not request.user.has_perm("programme.change_session"):
            raise PermissionDenied
        if "to_time" in request.POST:
            return place_session(desk, request, conference, day, around)
        rows = Rows(request.POST, prefix=PREFIX, form_kwargs={"around": around})
        if "more" in request.POST:
            rows = with_more_rows(request.POST, around)
        elif rows.is_valid():
            answer = save(desk, request, conference, day, rows)
            if answer is not None:
                return answer
    else:
        rows = Rows(
            prefix=PREFIX,
            initial=[initial_of(session) for session in plan.of_day(day)],
            form_kwargs={"around": around},
        )
    return show(desk, request, plan, day, rows)


def day_asked_for(request: HttpRequest, plan: Plan) -> date:
    """Raises Http404 for what is no day. One beyond the gathering's may be asked for, to plan it."""
    asked = request.GET.get("day", "")
    if not asked:
        return plan.days()[0]
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        raise Http404 from None
    first, last = plan.days()[0], plan.days()[-1]
    if not first - timedelta(days=31) <= day <= last + timedelta(days=31):
        raise Http404
    return day


def initial_of(session: Session) -> dict[str, Any]:
    zone = session.conference.zone
    return {
        "number": session.pk,
        "was": days.state_of(session),
        "start": clocks.written(session.starts_at, zone),
        "end": clocks.written(session.ends_at, zone),
        "kind": session.kind,
        "title": session.title,
        "room": str(session.room_id or ""),
        "track": str(session.track_id or ""),
        "people": mentions.written(session.contributions.all()),
    }


def with_more_rows(sent: QueryDict, around: Around) -> Any:
    """The same table with what was typed in it, and more blank rows below."""
    data = sent.copy()
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    number = int(total) if total.isdecimal() and len(total) < 5 else 0
    data[f"{PREFIX}-TOTAL_FORMS"] = str(min(number + 2 * BLANK_ROWS, MOST_ROWS))
    return Rows(data, prefix=PREFIX, form_kwargs={"around": around})


def rows_of(rows: Any) -> list[Row]:
    """What the organiser changed; rows that were left alone are left alone."""
    found = []
    for index, form in enumerate(rows.forms):
        data = form.cleaned_data
        changed = set(form.changed_data) - {"was", "number"}
        if form.is_blank() or not changed:
            continue
        remove = bool(data.get("remove"))
        if remove and not data.get("number"):
            continue
        found.append(
            Row(
                index=index,
                number=data.get("number"),
                was=data.get("was", ""),
                remove=remove,
                title=data.get("title", ""),
                kind=data.get("kind", ""),
                starts_at=data.get("starts_at") or datetime.now(form.around.conference.zone),
                ends_at=data.get("ends_at"),
                room=data.get("room") or None,
                track=data.get("track") or None,
                people=data.get("mentions") if "people" in changed else None,
            )
        )
    return found


def save(
    desk: Any, request: HttpRequest, conference: Conference, day: date, rows: Any
) -> HttpResponse | None:
    """Writes the table, and then moves the row whose button was pressed; None where it was refused."""
    try:
        saved = days.save_rows(conference=conference, rows=rows_of(rows), by=staff(request))
    except RowTrouble as trouble:
        let_through_next_time(conference, rows, trouble)
        return None
    except OperationalError:
        desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
        return None
    for said in told(saved):
        desk.message_user(request, said, messages.SUCCESS)
    for name, later in (("earlier", False), ("later", True)):
        number = request.POST.get(name, "")
        if number.isdecimal() and len(number) < 18:
            return move(desk, request, conference, day, int(number), later=later)
    if not saved.total:
        desk.message_user(request, _("Nothing was changed."), messages.INFO)
    return redirect(day_address(conference, day))


def let_through_next_time(conference: Conference, rows: Any, trouble: RowTrouble) -> None:
    """Shows what is wrong in each row, and takes what the others wrote as read."""
    now = {session.pk: session for session in plans.plan_of(conference).sessions}
    rows.data = rows.data.copy()
    for index, words in trouble.errors.items():
        form = rows.forms[index]
        form.add_error(None, words)
        number = form.cleaned_data.get("number")
        session = now.get(number)
        rows.data[f"{PREFIX}-{index}-was"] = days.state_of(session) if session else ""
        rows.data[f"{PREFIX}-{index}-number"] = str(session.pk) if session else ""
        form.data = rows.data


def told(saved: Saved) -> list[str]:
    found = []
    if saved.total:
        parts = {"added": saved.added, "changed": saved.changed, "removed": saved.removed}
        found.append(_("Saved: %(added)d new, %(changed)d changed, %(removed)d taken out.") % parts)
    if saved.new_people:
        text = ngettext(
            "New among the contributors: %(names)s. Is the name spelt right?",
            "New among the contributors: %(names)s. Are the names spelt right?",
            len(saved.new_people),
        )
        found.append(text % {"names": ", ".join(saved.new_people)})
    return found


def move(
    desk: Any, request: HttpRequest, conference: Conference, day: date, number: int, *, later: bool
) -> HttpResponse:
    moved = days.swap(conference=conference, number=number, later=later, by=staff(request))
    if moved is None:
        desk.message_user(
            request, _("There is nothing in its room to change places with."), messages.WARNING
        )
    else:
        start = clocks.written(moved.starts_at, conference.zone)
        said = _("“%(title)s” now begins %(start)s.") % {"title": moved.title, "start": start}
        desk.message_user(request, said, messages.SUCCESS)
    return redirect(f"{day_address(conference, day)}#row-{number}")


def place_session(
    desk: Any, request: HttpRequest, conference: Conference, day: date, around: Around
) -> HttpResponse:
    """One session to another time and room, as chosen below the drawing or dragged in it."""
    sent = request.POST
    number, room = sent.get("session", ""), sent.get("to_room", "")
    try:
        starts_at = clocks.read(sent.get("to_time", "")[:20], day, conference.zone)
        if not (number.isdecimal() and len(number) < 18):
            raise RowTrouble({0: _("Choose a session.")})
        if room and room not in around.rooms:
            raise RowTrouble({0: _("Choose a room.")})
        session = days.place(
            conference=conference,
            number=int(number),
            starts_at=starts_at,
            room=around.rooms.get(room),
            was=sent.get(f"was-{number}", "")[:64],
            by=staff(request),
        )
    except clocks.NoTime as refusal:
        desk.message_user(request, str(refusal), messages.ERROR)
    except RowTrouble as trouble:
        desk.message_user(request, " ".join(trouble.errors.values()), messages.ERROR)
    except OperationalError:
        desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
    else:
        start = clocks.written(session.starts_at, conference.zone)
        said = _("“%(title)s” now begins %(start)s.") % {"title": session.title, "start": start}
        desk.message_user(request, said, messages.SUCCESS)
    return redirect(f"{day_address(conference, day)}#day-drawing")


def day_address(conference: Conference, day: date) -> str:
    page = reverse("admin:conferences_conference_programme", args=[conference.pk])
    return f"{page}?day={day.isoformat()}"


def show(desk: Any, request: HttpRequest, plan: Plan, day: date, rows: Any) -> HttpResponse:
    sessions = plan.of_day(day)
    conference = plan.conference
    zone = conference.zone
    context = {
        **desk.programme_context(request, conference),
        "title": _("Programme"),
        "page": "plan",
        "day": day,
        "days": [
            (each, datetime(each.year, each.month, each.day, 12, tzinfo=zone))
            for each in plan.days()
        ],
        "noon": datetime(day.year, day.month, day.day, 12, tzinfo=zone),
        "clocks_change": clocks_change(day, conference),
        "rows": rows,
        "sessions": {session.pk: session for session in sessions},
        "movable": [(session, days.state_of(session)) for session in sessions],
        "room_choices": Around(conference, day, list(rooms_for(conference))).room_choices(),
        "warnings": plans.warnings(plan),
        "grid": plan.grid(day),
    }
    return TemplateResponse(request, "admin/programme/plan.html", context)


def clocks_change(day: date, conference: Conference) -> bool:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=conference.zone)
    return noon.utcoffset() != (noon - timedelta(days=1)).utcoffset()


def shift_page(desk: Any, request: HttpRequest, conference: Conference) -> HttpResponse:
    """Everything from a time on, some minutes later: shown first, done when it is said yes to."""
    plan = plans.plan_of(conference)
    day = day_asked_for(request, plan)
    asked = (
        request.POST
        if request.method == "POST"
        else (request.GET if "minutes" in request.GET else None)
    )
    form = ShiftForm(asked, conference=conference, day=day)
    preview: list[tuple[Session, datetime, datetime | None]] = []
    if form.is_valid():
        after, by = form.cleaned_data["after"], timedelta(minutes=form.cleaned_data["minutes"])
        later = [session for session in plan.of_day(day) if session.starts_at >= after]
        if request.method == "POST" and "confirmed" in request.POST:
            return shift(desk, request, conference, day, later, form)
        preview = [
            (each, each.starts_at + by, each.ends_at + by if each.ends_at else None)
            for each in later
        ]
    context = {
        **desk.programme_context(request, conference),
        "title": _("Move everything after a time"),
        "page": "plan",
        "day": day,
        "noon": datetime(day.year, day.month, day.day, 12, tzinfo=conference.zone),
        "form": form,
        "preview": preview,
        "back": day_address(conference, day),
    }
    return TemplateResponse(request, "admin/programme/shift.html", context)


def shift(
    desk: Any,
    request: HttpRequest,
    conference: Conference,
    day: date,
    later: list[Session],
    form: ShiftForm,
) -> HttpResponse:
    if later:
        try:
            moved = days.shift(
                conference=conference,
                after=form.cleaned_data["after"],
                until=max(session.starts_at for session in later) + timedelta(seconds=1),
                minutes=form.cleaned_data["minutes"],
                by=staff(request),
            )
        except OperationalError:
            desk.message_user(request, _("The database was busy. Try again."), messages.ERROR)
            return redirect(day_address(conference, day))
        text = ngettext("%(count)d session is moved.", "%(count)d sessions are moved.", moved)
        desk.message_user(request, text % {"count": moved}, messages.SUCCESS)
    return redirect(day_address(conference, day))
