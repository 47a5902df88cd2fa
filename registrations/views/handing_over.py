"""Handing one's place to a colleague, and taking back what one has just cancelled."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registrations import queries
from registrations.actions.handing_over import hand_over
from registrations.actions.taking_back import take_back
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms.own import HandOverForm
from registrations.views.pages import page_about, unknown_link

FINAL = {"wrong_state", "too_late", "no_organisation"}


@secret
@patient
@require_http_methods(FORM_METHODS)
def manage_hand_over(request: HttpRequest, key: str) -> HttpResponse:
    """Afterwards the address of this page is dead, and says so."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    if registration.is_unnamed:
        return see_other(reverse("manage", args=[key]))
    form = HandOverForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        name, email = form.cleaned_data["name"], form.cleaned_data["email"]
        try:
            hand_over(registration=registration, name=name, email=email)
        except RegistrationError as error:
            if error.code == "handed_over":
                return see_other(reverse("manage", args=[key]))
            if error.code in FINAL:
                status = HTTPStatus.CONFLICT
            else:
                form.add_error(error.field or None, str(error))
        else:
            return see_other(reverse("manage", args=[key]))
    page = page_about(
        request,
        registration,
        "registrations/manage_hand_over.html",
        status=status,
        form=form,
        may_hand_over=registration.may_hand_over(timezone.now()),
    )
    return with_form(page)


@secret
@patient
@require_POST
def manage_take_back(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    try:
        take_back(registration=registration)
    except RegistrationError as error:
        if not registration.is_active:
            messages.error(request, str(error))
    else:
        messages.success(request, _("It is taken back. You have your place again."))
    return see_other(reverse("manage", args=[key]))
