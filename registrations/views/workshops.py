"""One's own workshops: the whole day, and one press for each change."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

import conferences.calendars
from programme.models import Session
from recovery_network.i18n import in_zone
from registrations import own_programme, queries, workshops
from registrations.actions.workshops import (
    Desk,
    Outcome,
    change_workshop,
    leave_workshop,
    outcome_of,
    seat_to_leave,
)
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.views.pages import page_about, unknown_link

WITH_OWN_DAY = {Registration.State.CONFIRMED, Registration.State.OFFERED}


@dataclass(frozen=True)
class Option:
    """One workshop as it is open to one person; `refusal` says in words why it isn't."""

    session: Session
    left: int | None
    waiting: int
    outcome: Outcome | None
    refusal: str


@dataclass(frozen=True)
class BlockPage:
    mine: workshops.BlockOfSeats
    options: list[Option]


@secret
@require_safe
def workshops_page(request: HttpRequest, key: str) -> HttpResponse:
    """Every block with what one has there and what else there is."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    desk = Desk.seen(registration)
    mine = {each.block: each for each in workshops.chosen(registration, desk.seats)}
    if not mine or not registration.is_active:
        return see_other(reverse("manage", args=[key]))
    blocks = [
        BlockPage(mine[block], [option(desk, session) for session in sessions])
        for block, sessions in desk.ledger.blocks.items()
    ]
    return page_about(request, registration, "registrations/workshops.html", blocks=blocks)


def option(desk: Desk, session: Session) -> Option:
    outcome, refusal = None, ""
    try:
        outcome = outcome_of(desk, session)
    except RegistrationError as error:
        refusal = "" if error.code == "chosen_already" else str(error)
    waiting = desk.ledger.waiting[session.pk]
    return Option(session, desk.ledger.left(session), waiting, outcome, refusal)


@secret
@patient
@require_http_methods(FORM_METHODS)
def change(request: HttpRequest, key: str, workshop: str) -> HttpResponse:
    """Says what happens, and does it when the one button is pressed."""

    def show(registration: Registration, session: Session, refusal: str, status: int) -> object:
        desk = Desk.seen(registration)
        outcome: Outcome | None = None
        try:
            outcome = outcome_of(desk, session)
        except RegistrationError as error:
            refusal = refusal or str(error)
        mine = {each.block.pk: each for each in workshops.chosen(registration, desk.seats)}
        return page_about(
            request,
            registration,
            "registrations/workshop_change.html",
            status=status,
            session=session,
            outcome=outcome,
            refusal=refusal,
            mine=mine[session.block_id or 0],
            waiting=desk.ledger.waiting[session.pk],
        )

    def do(registration: Registration, session: Session) -> None:
        wait = request.POST.get("wait") == "yes"
        change_workshop(registration=registration, session=session, wait=wait)

    return confirmed(request, key, workshop, show=show, do=do)


@secret
@patient
@require_http_methods(FORM_METHODS)
def leave(request: HttpRequest, key: str, workshop: str) -> HttpResponse:
    """Asks once before a seat, a turn in line or a wish is given up."""

    def show(registration: Registration, session: Session, refusal: str, status: int) -> object:
        seat = None
        try:
            seat = seat_to_leave(Desk.seen(registration), session)
        except RegistrationError as error:
            refusal = refusal or str(error)
        return page_about(
            request,
            registration,
            "registrations/workshop_leave.html",
            status=status,
            session=session,
            seat=seat,
            refusal=refusal,
        )

    def do(registration: Registration, session: Session) -> None:
        leave_workshop(registration=registration, session=session)

    return confirmed(request, key, workshop, show=show, do=do)


def confirmed(
    request: HttpRequest,
    key: str,
    workshop: str,
    *,
    show: Callable[[Registration, Session, str, int], object],
    do: Callable[[Registration, Session], None],
) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    if registration.is_unnamed or registration.companion_of_id is not None:
        return see_other(reverse("manage", args=[key]))
    session = (
        Session.objects.filter(block__conference=registration.conference_id, key=workshop)
        .select_related("block")
        .first()
    )
    if session is None:
        raise Http404
    refusal, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            do(registration, session)
        except RegistrationError as error:
            refusal, status = str(error), HTTPStatus.CONFLICT
        else:
            return see_other(reverse("workshops", args=[key]))
    page = show(registration, session, refusal, status)
    assert isinstance(page, HttpResponse)
    return with_form(page)


@secret
@require_safe
def my_programme(request: HttpRequest, key: str) -> HttpResponse:
    """The whole day with one's own workshops in place, for the screen and for paper."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    if registration.state not in WITH_OWN_DAY or registration.is_unnamed:
        return see_other(reverse("manage", args=[key]))
    days = own_programme.days(registration)
    return page_about(request, registration, "registrations/my_programme.html", days=days)


@secret
@require_safe
def my_programme_ics(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None or registration.is_unnamed or registration.state not in WITH_OWN_DAY:
        raise Http404
    conference = registration.conference
    with in_zone(conference.time_zone):
        events = own_programme.events(registration)
    name = conferences.calendars.neutral_title(conference)
    return conferences.calendars.response(events, name=name, filename="program")
