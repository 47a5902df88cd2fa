"""A contributor's own page, behind a secret link and without an account."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from programme.actions import answering
from programme.errors import ProgrammeError
from programme.materials import picture_of
from programme.missing import missing_from, sessions_of
from programme.models import Material, Session, SpeakerInvitation, SpeakerNeed
from programme.portal_forms import AnswerForm, NeedForm, ProfileForm, TalkForm, VersionForm
from recovery_network.i18n import in_zone
from recovery_network.secret_pages import secret, see_other, with_form

FORM_METHODS = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponse]


def portal_page(view: View) -> View:
    """Finds the invitation of the link; whatever is wrong with a link looks the same."""

    @secret
    @wraps(view)
    def answer(request: HttpRequest, key: str, **more: Any) -> HttpResponse:
        rows = SpeakerInvitation.objects.select_related("conference__venue", "speaker")
        invitation = rows.filter(key=key).first()
        if invitation is None or not invitation.link_works(timezone.now()):
            return render(request, "programme/portal/unknown.html", status=HTTPStatus.NOT_FOUND)
        with in_zone(invitation.conference.time_zone):
            return view(request, invitation, **more)

    return answer


def show(
    request: HttpRequest,
    invitation: SpeakerInvitation,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    **context: Any,
) -> HttpResponse:
    everything = {"invitation": invitation, "conference": invitation.conference, **context}
    return with_form(
        render(request, f"programme/portal/{template}.html", everything, status=status)
    )


def refused(form: VersionForm, invitation: SpeakerInvitation, refusal: ProgrammeError) -> int:
    """Says why nothing was saved. What was typed stays, and saving again is on top of what is there now."""
    form.add_error(None, str(refusal))
    invitation.refresh_from_db(fields=["version", "state"])
    form.renew(invitation.version)
    return HTTPStatus.CONFLICT


def home_of(invitation: SpeakerInvitation) -> HttpResponse:
    return see_other(invitation.get_absolute_url())


@require_http_methods(FORM_METHODS)
@portal_page
def portal(request: HttpRequest, invitation: SpeakerInvitation) -> HttpResponse:
    """What one is asked for, what is missing, and the answer."""
    status = HTTPStatus.OK
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={"version": invitation.version},
    )
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                answering.answer(
                    invitation=invitation,
                    answer=request.POST.get("answer", ""),
                    **form.cleaned_data,
                )
            except ProgrammeError as refusal:
                status = HTTPStatus(refused(form, invitation, refusal))
            else:
                return home_of(invitation)
    sessions = sessions_of([invitation])[invitation.pk]
    return show(
        request,
        invitation,
        "home",
        status=status,
        form=form,
        sessions=sessions,
        missing=missing_from(invitation, sessions) if invitation.takes_part else [],
        need=SpeakerNeed.objects.filter(invitation=invitation).first(),
    )


@require_http_methods(FORM_METHODS)
@portal_page
def portal_profile(request: HttpRequest, invitation: SpeakerInvitation) -> HttpResponse:
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProfileForm(*data, invitation=invitation)
    status = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                answering.give_profile(invitation=invitation, **form.answers())
            except ProgrammeError as refusal:
                status = HTTPStatus(refused(form, invitation, refusal))
            else:
                return home_of(invitation)
    return show(request, invitation, "profile", status=status, form=form)


@require_http_methods(FORM_METHODS)
@portal_page
def portal_talk(request: HttpRequest, invitation: SpeakerInvitation, session: str) -> HttpResponse:
    """What one says of one's session, and the files to it."""
    found = own_session(invitation, session)
    proposal = invitation.talks.filter(session=found).first()
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = TalkForm(*data, invitation=invitation, session=found, proposal=proposal)
    status = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                answering.give_talk(
                    invitation=invitation,
                    session=found,
                    take_away=request.POST.get("remove", ""),
                    **form.answers(),
                )
            except ProgrammeError as refusal:
                status = HTTPStatus(refused(form, invitation, refusal))
            else:
                return see_other(request.path)
    files = Material.objects.filter(contributed_by=invitation, session=found)
    return show(request, invitation, "talk", status=status, form=form, session=found, files=files)


def own_session(invitation: SpeakerInvitation, key: str) -> Session:
    """Raises Http404 for a session that isn't theirs."""
    for session in sessions_of([invitation])[invitation.pk]:
        if session.key == key:
            return session
    raise Http404


@require_http_methods(FORM_METHODS)
@portal_page
def portal_need(request: HttpRequest, invitation: SpeakerInvitation) -> HttpResponse:
    need = SpeakerNeed.objects.filter(invitation=invitation).first()
    data = request.POST if request.method == "POST" else None
    form = NeedForm(data, invitation=invitation, need=need)
    status = HTTPStatus.OK
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                answering.give_need(
                    invitation=invitation,
                    version=form.cleaned_data["version"],
                    text=form.cleaned_data["text"],
                )
            except ProgrammeError as refusal:
                status = HTTPStatus(refused(form, invitation, refusal))
            else:
                return home_of(invitation)
    return show(request, invitation, "need", status=status, form=form, need=need)


@require_safe
@portal_page
def portal_picture(request: HttpRequest, invitation: SpeakerInvitation) -> HttpResponse:
    return picture_of(invitation)
