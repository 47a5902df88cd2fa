from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recovery_network.i18n import in_zone
from registrations import queries
from registrations.actions import adding
from registrations.answers import FORM_METHODS, later, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms.adding import adding_form
from registrations.forms.party import changes_party
from registrations.forms.registering import RegistrationForm, new_submission
from registrations.models import Booking
from registrations.views.desk import Desk
from registrations.views.pages import unknown_link
from registrations.views.registering import SEATS_GONE


@secret
@require_http_methods(FORM_METHODS)
def party_add(request: HttpRequest, key: str) -> HttpResponse:
    """More people for a party, as long as registration is open and there is room in the booking."""
    booking = queries.whole_bookings().filter(manage_key=key).first()
    if booking is None:
        return unknown_link(request)
    already = adding.number_in(queries.people_in(booking))
    with in_zone(booking.conference.time_zone):
        desk = Desk.of(booking.conference, booking.invitation)
        if not desk.is_open or already >= Booking.MOST_PEOPLE:
            status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
            return page(request, booking, desk, None, status=status)
        kind = adding_form(booking, already)
        if request.method == "POST":
            return with_form(submit(request, booking, desk, kind))
        form = desk.typed_form(QueryDict("person=1"), kind)
        form.initial["submission"] = new_submission(booking.conference.slug)
        return with_form(page(request, booking, desk, form))


def submit(
    request: HttpRequest, booking: Booking, desk: Desk, kind: type[RegistrationForm]
) -> HttpResponse:
    if changes_party(request.POST):
        return page(request, booking, desk, desk.changed_form(request.POST, kind))
    form = desk.form(request.POST, kind)
    if not form.is_valid():
        return page(request, booking, desk, form, status=form.status)
    wanted = form.application(language=booking.language)
    try:
        sent = adding.add_people(
            booking=booking,
            submission=wanted.submission,
            people=wanted.people,
            invoice_reference=wanted.invoice_reference,
        )
    except RegistrationError as error:
        if error.code in SEATS_GONE:
            desk = desk.anew()
            form = desk.form(request.POST, kind)
        if form.is_valid():
            form.refuse(error)
        return page(request, booking, desk, form, status=form.status)
    except OperationalError:
        form.add_error(None, _("Very many are registering just now. Send it again in a moment."))
        return later(page(request, booking, desk, form))
    if not form.tells_of(sent):
        form.ask_about_another(sent)
        return page(request, booking, desk, form, status=HTTPStatus.CONFLICT)
    return see_other(reverse("party", args=[booking.manage_key]))


def page(
    request: HttpRequest,
    booking: Booking,
    desk: Desk,
    form: RegistrationForm | None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {"booking": booking, "conference": desk.conference, "form": form}
    return render(request, "registrations/party_add.html", context, status=status)
