"""Answering a survey. None of these pages sets or reads a cookie, and they know nobody who is signed in."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from recovery_network.pages import render_for_everyone
from registrations.answers import later, secret, see_other, with_form
from surveys import guards, queries
from surveys.actions import answering, drafts
from surveys.errors import SurveyError
from surveys.models import Invitation, Survey
from surveys.sheets import Sheet, Typed, read
from surveys.views.pages import Desk, review_page, step_page, told_page
from surveys.words import say

State = Survey.State
FORM_METHODS = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponse]
Send = Callable[[Desk, Sheet], str]


def unlogged(view: View) -> View:
    """Leaves no line in the log: its time would be the time of an answer."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.unlogged = True  # type: ignore[attr-defined]
        return response

    return answer


@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    rows = [
        (survey, say(survey.title), say(survey.introduction), survey.state())
        for survey in queries.listed()
    ]
    return render_for_everyone(request, "surveys/survey_list.html", {"rows": rows})


@unlogged
@never_cache
@csrf_exempt
@require_http_methods(FORM_METHODS)
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.find(slug)
    if found.state() != State.OPEN:
        return not_open(request, found)
    if found.by_link:
        return told_page(request, "surveys/link_needed.html", found)
    sent = request.POST.get("page", "")
    number = guards.page_number(slug, sent)
    page = sent if number else guards.new_page_number(slug)
    desk = Desk(found, queries.questionnaire_of(found), page=page, number=number)
    return answer(request, desk, {}, send_anonymously)


@unlogged
@never_cache
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    found = queries.find(slug)
    return told_page(request, "surveys/thanks.html", found, next=say(found.thanks))


@secret
@csrf_exempt
@require_http_methods(FORM_METHODS)
def link(request: HttpRequest, key: str) -> HttpResponse:
    """A personal link: it holds what was written so far, and is used up when the answer is sent."""
    invitation = find_invitation(key)
    if invitation is None:
        return render_for_everyone(
            request, "surveys/unknown_link.html", {}, status=HTTPStatus.NOT_FOUND
        )
    found = invitation.survey
    if invitation.answered:
        return told_page(request, "surveys/answered.html", found)
    if found.state() != State.OPEN:
        return not_open(request, found)
    desk = Desk(found, queries.questionnaire_of(found), invitation=invitation)
    kept = drafts.draft_of(invitation) if request.method != "POST" else {}
    return with_form(answer(request, desk, kept, send_by_link))


@secret
@require_safe
def link_thanks(request: HttpRequest, key: str) -> HttpResponse:
    invitation = find_invitation(key)
    if invitation is None or not invitation.answered:
        return redirect("survey_link", key)
    found = invitation.survey
    return told_page(request, "surveys/thanks.html", found, next=say(found.thanks))


def find_invitation(key: str) -> Invitation | None:
    """The invitation with its survey; links of anonymous surveys lead to the page that all share."""
    found = Invitation.objects.select_related("survey__conference").filter(key=key).first()
    return found if found and found.survey.by_link and found.survey.opening() else None


def not_open(request: HttpRequest, found: Survey) -> HttpResponse:
    coming = found.state() == State.COMING
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


def send_anonymously(desk: Desk, sheet: Sheet) -> str:
    if desk.number is None:
        raise SurveyError(_("Look it over, and press “Send” once more."), code="page")
    answering.put_in_the_box(
        survey=desk.survey,
        questionnaire=desk.questionnaire,
        answers=sheet.given(),
        number=desk.number,
    )
    return reverse("survey_thanks", args=[desk.survey.slug])


def send_by_link(desk: Desk, sheet: Sheet) -> str:
    assert desk.invitation is not None
    answering.answer_by_link(
        invitation=desk.invitation, questionnaire=desk.questionnaire, answers=sheet.given()
    )
    return reverse("survey_link_thanks", args=[desk.invitation.key])
