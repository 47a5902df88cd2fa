from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from registrations import queries
from registrations.actions import places
from registrations.answers import FORM_METHODS, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.views.pages import page_about, unknown_link

State = Registration.State


@secret
@patient
@require_http_methods(FORM_METHODS)
def offer(request: HttpRequest, key: str) -> HttpResponse:
    """Only a press answers an offer: programs that look through mails fetch every link in them."""
    registration = queries.whole_registrations().filter(offer_key=key).first()
    if registration is None:
        return unknown_link(request, offer=True)
    if registration.conference.is_called_off():
        return see_other(reverse("manage", args=[registration.manage_key]))
    if request.method == "POST":
        return answer_offer(request, registration)
    return offer_page(request, registration)


def answer_offer(request: HttpRequest, registration: Registration) -> HttpResponse:
    verbs = {"accept": places.accept_offer, "decline": places.decline_offer}
    verb = verbs.get(request.POST.get("answer", ""))
    if verb is None:
        return offer_page(request, registration, status=HTTPStatus.BAD_REQUEST)
    try:
        verb(registration=registration)
    except RegistrationError as error:
        if error.code == "expired":
            return offer_page(request, registration)
    return see_other(reverse("manage", args=[registration.manage_key]))


def offer_page(
    request: HttpRequest, registration: Registration, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    expires = registration.offer_expires_at
    lapsed = registration.state == State.LAPSED or (
        registration.state == State.OFFERED and expires is not None and expires <= timezone.now()
    )
    page = page_about(
        request,
        registration,
        "registrations/offer.html",
        status=HTTPStatus.GONE if lapsed else status,
        fellows=queries.offered_with(registration),
        open_offer=registration.state == State.OFFERED and not lapsed,
        unanswered=status == HTTPStatus.BAD_REQUEST,
    )
    return with_form(page)
