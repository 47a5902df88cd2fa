from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from conferences.models import Conference
from recovery_network.i18n import in_zone
from registrations import queries
from registrations.models import Registration


def page_about(
    request: HttpRequest,
    registration: Registration,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    **context: object,
) -> HttpResponse:
    conference = registration.conference
    with in_zone(conference.time_zone):
        again = not registration.is_active and conference.state() == Conference.State.OPEN
        everything = {
            "registration": registration,
            "conference": conference,
            "may_register": again,
            **context,
        }
        return render(request, template, everything, status=status)


def unknown_link(request: HttpRequest, *, key: str = "", offer: bool = False) -> HttpResponse:
    """Says kindly that a link is dead, and never to whom the place went."""
    if key and queries.was_handed_over(key):
        return render(request, "registrations/handed_over.html", status=HTTPStatus.GONE)
    context = {"offer": offer}
    return render(request, "registrations/unknown_link.html", context, status=HTTPStatus.NOT_FOUND)
