"""Walking through a survey: one step after the other, back again, the review, and sending.

Respondents walk by it, and organisers in the preview; only what sending does is different.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from registrations.answers import later, see_other
from surveys import guards
from surveys.actions import drafts
from surveys.errors import SurveyError
from surveys.models import Survey
from surveys.pages import Desk, review_page, step_page, told_page
from surveys.sheets import Sheet, Typed, read

# Sends the sheet, and returns the address to go to.
Send = Callable[[Desk, Sheet], str]


def not_open(request: HttpRequest, found: Survey) -> HttpResponse:
    coming = found.state() == Survey.State.COMING
    template = "surveys/coming.html" if coming else "surveys/closed.html"
    # Whoever sends an answer too late must not believe that it has come.
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return told_page(request, template, found, status=status, late=request.method == "POST")


def typed_in(data: QueryDict) -> Typed:
    return {name: data.getlist(name) for name in data}


def answer(request: HttpRequest, desk: Desk, kept: Typed, send: Send) -> HttpResponse:
    """One step of answering: shows the form, goes on or back, lets the person look it over, or sends."""
    if not desk.steps or not desk.questionnaire.questions:
        return told_page(request, "surveys/empty.html", desk.survey)
    if request.method != "POST":
        sheet = read(desk.questionnaire, kept)
        sheet.forget_errors()
        notice = _("This is what you had written. You can go on.") if kept else ""
        return step_page(request, desk, desk.step(0), sheet, notice=notice)
    if not guards.comes_from_us(request):
        return told_page(
            request, "surveys/from_elsewhere.html", desk.survey, status=HTTPStatus.FORBIDDEN
        )
    sheet = read(desk.questionnaire, typed_in(request.POST))
    go, step = request.POST.get("go", ""), desk.step(request.POST.get("step", "0"))
    if desk.invitation is not None and go != "send":
        kept_now = drafts.save_draft(
            invitation=desk.invitation, questionnaire=desk.questionnaire, typed=sheet.typed()
        )
        if go == "save":
            sheet.forget_errors()
            told = _("Saved. You can close the page and come back by the same link.")
            lost = _("It could not be saved: the texts are too long together.")
            return step_page(request, desk, step, sheet, notice=told if kept_now else lost)
    if sheet.outdated:
        sheet.forget_errors()
        changed = _("The questions were changed while you wrote. Please look through your answers.")
        return step_page(
            request, desk, desk.step(0), sheet, notice=changed, status=HTTPStatus.CONFLICT
        )
    if go == "back" or go.startswith("step-"):
        wanted = desk.neighbour(step, sheet, -1) if go == "back" else desk.step(go[5:])
        sheet.forget_errors()
        return step_page(request, desk, wanted or step, sheet)
    if go == "next" and (following := desk.neighbour(step, sheet, 1)):
        if sheet.errors_on(step.parts):
            return step_page(request, desk, step, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        sheet.forget_errors()
        return step_page(request, desk, following, sheet)
    for each in desk.steps:
        if sheet.errors_on(each.parts):
            return step_page(request, desk, each, sheet, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not sheet.answered:
        empty = _("You haven't answered any question yet.")
        return step_page(
            request, desk, desk.step(0), sheet, notice=empty, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    if go != "send":
        return review_page(request, desk, sheet)
    return sent(request, desk, sheet, send)


def sent(request: HttpRequest, desk: Desk, sheet: Sheet, send: Send) -> HttpResponse:
    if guards.fell_into_the_trap(request):
        return see_other(reverse("survey_thanks", args=[desk.survey.slug]))
    try:
        return see_other(send(desk, sheet))
    except SurveyError as refusal:
        if refusal.code == "answered":
            return told_page(request, "surveys/answered.html", desk.survey)
        if refusal.code == "closed":
            return not_open(request, desk.survey)
        return review_page(
            request, desk, sheet, notice=str(refusal), status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    except OperationalError:
        busy = _("Very many are answering just now. Press “Send” once more in a moment.")
        return later(review_page(request, desk, sheet, notice=busy))
