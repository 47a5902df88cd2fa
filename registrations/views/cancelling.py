"""Giving back one's place: asked once, with what it costs."""

from decimal import Decimal, InvalidOperation
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from recovery_network.i18n import in_zone
from registrations import costs, queries
from registrations.actions import cancelling
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.models.cancellation_rule import NOTHING
from registrations.views.pages import page_about, unknown_link


@secret
@patient
@require_http_methods(FORM_METHODS)
def manage_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Asks once. Where nothing is left to cancel, it shows the registration, which says so."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    status, dearer = HTTPStatus.OK, ""
    if request.method == "POST":
        try:
            registration = cancelling.cancel(registration=registration, agreed=agreed_sum(request))
        except RegistrationError as error:
            if error.code in {"too_late", "cost_changed"}:
                status = HTTPStatus.CONFLICT
            dearer = str(error) if error.code == "cost_changed" else ""
    nothing_left = not registration.is_active or registration.conference.is_called_off()
    if status == HTTPStatus.OK and (request.method == "POST" or nothing_left):
        return see_other(reverse("manage", args=[key]))
    now = timezone.now()
    page = page_about(
        request,
        registration,
        "registrations/manage_cancel.html",
        status=status,
        may_cancel=registration.may_cancel(now),
        may_hand_over=registration.may_hand_over(now),
        cost=costs.cost_for(registration, now),
        dearer=dearer,
    )
    return with_form(page)


def agreed_sum(request: HttpRequest) -> Decimal:
    """What the page said that it costs, in kr; nothing where that can't be read, so that it is asked anew."""
    try:
        agreed = Decimal(request.POST.get("cost", "0")[:12])
    except InvalidOperation:
        return NOTHING
    return agreed if agreed.is_finite() else NOTHING


@secret
@patient
@require_http_methods(FORM_METHODS)
def party_cancel(request: HttpRequest, key: str) -> HttpResponse:
    """The whole party at once, asked with what it costs all together."""
    booking = queries.whole_bookings().filter(manage_key=key).first()
    if booking is None:
        return unknown_link(request)
    status, refusal = HTTPStatus.OK, ""
    if request.method == "POST":
        try:
            cancelling.cancel_party(booking=booking, agreed=agreed_sum(request))
        except RegistrationError as error:
            if error.code == "wrong_state":
                return see_other(reverse("party", args=[key]))
            status, refusal = HTTPStatus.CONFLICT, str(error)
        else:
            return see_other(reverse("party", args=[key]))
    now = timezone.now()
    people = [each for each in queries.people_in(booking) if each.is_active]
    if not people or booking.conference.is_called_off(now):
        return see_other(reverse("party", args=[key]))
    with in_zone(booking.conference.time_zone):
        context = {
            "booking": booking,
            "conference": booking.conference,
            "people": people,
            "fee": sum((costs.fee_for(each, now) for each in people), NOTHING),
            "may_cancel": now < booking.conference.cancellable_until(),
            "refusal": refusal,
        }
        page = render(request, "registrations/party_cancel.html", context, status=status)
    return with_form(page)
