from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from registrations import mails, queries
from registrations.actions import cancelling
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.views.pages import page_about, unknown_link

State = Registration.State


@secret
@require_safe
def manage(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    waits = registration.state == State.WAITING and not registration.conference.is_called_off()
    return page_about(
        request,
        registration,
        "registrations/manage.html",
        needs=list(registration.needs.order_by("pk")),
        may_cancel=registration.may_cancel(timezone.now()),
        place_in_line=queries.place_in_line(registration) if waits else None,
    )


@secret
@require_safe
def manage_calendar(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None or registration.state not in {State.CONFIRMED, State.CANCELLED}:
        raise Http404
    return HttpResponse(
        mails.personal_calendar(registration),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="kalender.ics"'},
    )


@secret
@patient
@require_http_methods(FORM_METHODS)
def manage_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Asks once. Where nothing is left to cancel, it shows the registration, which says so."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            registration = cancelling.cancel(registration=registration)
        except RegistrationError as error:
            status = HTTPStatus.CONFLICT if error.code == "too_late" else HTTPStatus.OK
    nothing_left = not registration.is_active or registration.conference.is_called_off()
    if status == HTTPStatus.OK and (request.method == "POST" or nothing_left):
        return see_other(reverse("manage", args=[key]))
    may_cancel = registration.may_cancel(timezone.now())
    page = page_about(
        request,
        registration,
        "registrations/manage_cancel.html",
        status=status,
        may_cancel=may_cancel,
    )
    return with_form(page)
