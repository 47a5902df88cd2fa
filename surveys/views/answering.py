"""Answering a survey. None of these pages sets or reads a cookie, and they know nobody who is signed in."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from recovery_network.pages import render_for_everyone
from registrations.answers import secret, with_form
from surveys import guards, queries
from surveys.actions import answering, drafts
from surveys.errors import SurveyError
from surveys.models import Invitation, Survey
from surveys.pages import Desk, told_page
from surveys.sheets import Sheet
from surveys.walking import answer, not_open
from surveys.words import say

State = Survey.State
FORM_METHODS = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponse]


def unlogged(view: View) -> View:
    """Leaves no line in the log: its time would be the time of an answer."""

    @wraps(view)
    def quietly(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.unlogged = True  # type: ignore[attr-defined]
        return response

    return quietly


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
