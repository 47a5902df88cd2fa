from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferences.models import Conference
from recovery_network.i18n import in_zone
from registrations import line, queries
from registrations.actions.adding import number_in
from registrations.answers import secret
from registrations.models import Booking, Registration
from registrations.views.pages import unknown_link


@secret
@require_safe
def party(request: HttpRequest, key: str) -> HttpResponse:
    """The coordinator's page: everyone in the booking, how each stands and why."""
    return page_of_party(request, key, "registrations/party.html")


@secret
@require_safe
def slips(request: HttpRequest, key: str) -> HttpResponse:
    """On paper, a slip with the code for each who has a place: for those without an e-mail."""
    return page_of_party(request, key, "registrations/slips.html")


def page_of_party(request: HttpRequest, key: str, template: str) -> HttpResponse:
    booking = queries.whole_bookings().filter(manage_key=key).first()
    if booking is None:
        return unknown_link(request)
    with in_zone(booking.conference.time_zone):
        return render(request, template, context(booking), status=HTTPStatus.OK)


def context(booking: Booking) -> dict[str, object]:
    people = queries.people_in(booking)
    waits = any(each.shown_state == Registration.State.WAITING for each in people)
    now = timezone.now()
    standings = line.standings(booking.conference, people) if waits else {}
    return {
        "booking": booking,
        "conference": booking.conference,
        "people": [(each, standings.get(each.pk)) for each in people],
        "may_add": booking.conference.state() == Conference.State.OPEN
        and number_in(people) < Booking.MOST_PEOPLE,
        "unnamed": sum(each.may_name(now) for each in people),
        "has_slips": any(
            each.shown_state == Registration.State.CONFIRMED and not each.is_unnamed
            for each in people
        ),
        "offered": next(
            (each for each in people if each.state == Registration.State.OFFERED), None
        ),
    }
