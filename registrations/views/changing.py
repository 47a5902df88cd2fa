"""Changing one's own registration: details, and the address that mails go to."""

from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registrations import addresses, queries
from registrations.actions import changing
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms.own import DetailsForm
from registrations.models import Registration
from registrations.views.pages import page_about, unknown_link

FINAL = {"wrong_state", "too_late"}


@secret
@patient
@require_http_methods(FORM_METHODS)
def manage_change(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    if registration.is_unnamed:
        return see_other(reverse("manage", args=[key]))
    form = DetailsForm(
        request.POST if request.method == "POST" else None, registration=registration
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        try:
            save(request, registration, form)
        except RegistrationError as error:
            if error.code == "handed_over":
                return see_other(reverse("manage", args=[key]))
            if error.code in FINAL:
                status = HTTPStatus.CONFLICT
            else:
                form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return see_other(reverse("manage", args=[key]))
    page = page_about(
        request,
        registration,
        "registrations/manage_change.html",
        status=status,
        form=form,
        may_change=registration.may_change(timezone.now()),
        may_hand_over=registration.may_hand_over(timezone.now()),
    )
    return with_form(page)


def save(request: HttpRequest, registration: Registration, form: DetailsForm) -> None:
    """All of it or nothing."""
    email = form.cleaned_data["email"]
    moves = email.casefold() != registration.email.casefold()
    with transaction.atomic():
        changed = changing.change(registration=registration, details=form.details())
        if moves:
            changing.ask_for_address(registration=registration, email=email)
    if moves:
        sentence = _(
            "We have written to %(email)s. Press the link in that mail within two days. "
            "Until then we write to the address you had."
        )
        messages.info(request, sentence % {"email": email})
    if changed or not moves:
        messages.success(request, _("It is saved."))


@secret
@patient
@require_http_methods(FORM_METHODS)
def use_address(request: HttpRequest, token: str) -> HttpResponse:
    """Only a press uses the address: programs that look through mails fetch every link in them."""
    try:
        if request.method == "POST":
            registration = changing.use_address(token=token)
            messages.success(request, _("From now on we write to this address."))
            return see_other(reverse("manage", args=[registration.manage_key]))
        wish = addresses.read(token)
    except RegistrationError as error:
        if error.code == "unknown_link":
            return unknown_link(request)
        status = HTTPStatus.GONE if error.code == "expired" else HTTPStatus.CONFLICT
        context = {"refusal": str(error)}
        return render(request, "registrations/use_address.html", context, status=status)
    found = Registration.objects.filter(pk=wish.registration).first()
    if found is None or not wish.still_holds(found):
        context = {"refusal": _("This link has been used, or another came after it.")}
        return render(request, "registrations/use_address.html", context, status=HTTPStatus.GONE)
    return with_form(render(request, "registrations/use_address.html", {"email": wish.email}))
