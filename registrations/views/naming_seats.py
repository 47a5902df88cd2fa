"""Saying who comes, for a place that was reserved without a name."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registrations import queries, workshops
from registrations.actions.naming_seats import name_seat
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms.naming_seats import GuestForm
from registrations.models import Registration
from registrations.views.pages import page_about, unknown_link


@secret
@patient
@require_http_methods(FORM_METHODS)
def manage_name(request: HttpRequest, key: str) -> HttpResponse:
    """Once there is a name, the address leads to the page of whoever has the place."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    if request.method != "POST" and not registration.is_unnamed:
        return see_other(reverse("manage", args=[key]))
    form = GuestForm(request.POST if request.method == "POST" else None)
    status, refusal = HTTPStatus.OK, ""
    if form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            named = name_seat(registration=registration, guest=form.guest())
        except RegistrationError as error:
            if error.code == "handed_over":
                return see_other(reverse("manage", args=[key]))
            status, refusal = HTTPStatus.CONFLICT, str(error)
        else:
            messages.success(request, _("It is saved."))
            return see_other(where_to_go_on(named))
    page = page_about(
        request,
        registration,
        "registrations/manage_name.html",
        status=status,
        form=form,
        refusal=refusal,
        may_name=registration.may_name(timezone.now()) and not refusal,
    )
    return with_form(page)


def where_to_go_on(registration: Registration) -> str:
    """Where they choose, as long as there is something that everyone must choose."""
    now = timezone.now()
    blocks = workshops.chosen(registration)
    must_choose = any(each.is_missing and each.block.open_until() > now for each in blocks)
    return reverse("workshops" if must_choose else "manage", args=[registration.manage_key])
