from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registrations import needs, queries
from registrations.actions.needing import report_needs
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms.needs import NeedsForm
from registrations.views.pages import page_about, unknown_link

FINAL = {"wrong_state", "too_late"}


@secret
@patient
@require_http_methods(FORM_METHODS)
def manage_needs(request: HttpRequest, key: str) -> HttpResponse:
    """After the deadline one can still take back what one told, by sending the form with nothing ticked."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request, key=key)
    if registration.is_unnamed:
        return see_other(reverse("manage", args=[key]))
    told = needs.needs_of(registration)
    form = NeedsForm(
        request.POST if request.method == "POST" else None,
        registration=registration,
        kinds=needs.offered_at(registration.conference),
        told=told,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        try:
            changed = report_needs(
                registration=registration,
                reports=form.reports(),
                consents=form.cleaned_data.get("needs_consent", False),
            )
        except RegistrationError as error:
            if error.code == "handed_over":
                return see_other(reverse("manage", args=[key]))
            if error.code in FINAL:
                status = HTTPStatus.CONFLICT
            else:
                form.add_error(error.field or None, str(error))
        else:
            if changed:
                messages.success(request, _("It is saved."))
            return see_other(reverse("manage", args=[key]))
    page = page_about(
        request,
        registration,
        "registrations/manage_needs.html",
        status=status,
        form=form,
        told=told,
        may_change=registration.may_change(timezone.now()),
    )
    return with_form(page)
