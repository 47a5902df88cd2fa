from http import HTTPStatus

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from conferences.queries import find, with_venue
from network.queries import listed_names
from recovery_network.i18n import in_zone
from recovery_network.privacy.fields import Clock
from registrations import mails, queries
from registrations.actions import cancelling, links, places, registering
from registrations.answers import later, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms import LostLinkForm, RegistrationForm
from registrations.models import Registration

State = Registration.State
FORM_METHODS = ["GET", "HEAD", "POST"]


# --- Registering -----------------------------------------------------------------------------


@never_cache
@require_http_methods(FORM_METHODS)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    conference = with_venue(find(slug, by=request.user).pk)
    found = queries.places(conference)
    now = timezone.now()
    rows = [row for row in found.tiers if row.tier.is_open(now)]
    with in_zone(conference.time_zone):
        if conference.state(now) != Conference.State.OPEN or not rows:
            return closed_page(request, conference, found)
        if request.method == "POST":
            return submit(request, conference, found, rows)
        form = RegistrationForm(conference=conference, rows=rows)
        return form_page(request, conference, found, form)


def submit(
    request: HttpRequest,
    conference: Conference,
    found: queries.Places,
    rows: list[queries.TierPlaces],
) -> HttpResponse:
    form = RegistrationForm(request.POST, conference=conference, rows=rows)
    if not form.is_valid():
        return form_page(request, conference, found, form, status=form.status)
    application = form.application(language=get_language() or "nb")
    try:
        sent = registering.register(conference=conference, application=application)
    except RegistrationError as error:
        if error.code == "closed":
            return closed_page(request, with_venue(conference.pk), found)
        form.refuse(error)
        return form_page(request, conference, found, form, status=form.status)
    except OperationalError:
        form.add_error(None, _("Very many are registering just now. Send it again in a moment."))
        return later(form_page(request, conference, found, form))
    if not form.tells_of(sent):
        form.ask_about_another(sent)
        return form_page(request, conference, found, form, status=HTTPStatus.CONFLICT)
    return see_other(reverse("receipt", args=[conference.slug, sent.receipt_key]))


def form_page(
    request: HttpRequest,
    conference: Conference,
    found: queries.Places,
    form: RegistrationForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "conference": conference,
        "places": found,
        "form": form,
        "organisation_names": listed_names(),
    }
    return render(request, "registrations/register.html", context, status=status)


def closed_page(
    request: HttpRequest, conference: Conference, found: queries.Places
) -> HttpResponse:
    """What stands in place of the form; nothing can be sent to it."""
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    nothing_open = conference.state() == Conference.State.OPEN
    context = {"conference": conference, "places": found, "nothing_open": nothing_open}
    return render(request, "registrations/closed.html", context, status=status)


@secret
@require_safe
def receipt(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    since = Clock.RECEIPTS.cutoff(timezone.now())
    submission = queries.recent_submission(slug=slug, receipt_key=key, since=since)
    if submission is None:
        return render(request, "registrations/receipt_gone.html", status=HTTPStatus.NOT_FOUND)
    conference = submission.conference
    with in_zone(conference.time_zone):
        context = {"submission": submission, "conference": conference}
        return render(request, "registrations/receipt.html", context)


# --- One's own registration ------------------------------------------------------------------


@secret
@require_safe
def manage(request: HttpRequest, key: str) -> HttpResponse:
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    waits = registration.state == State.WAITING
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
    """Asks once. Sending it twice is harmless: the second time shows the cancelled registration."""
    registration = queries.whole_registrations().filter(manage_key=key).first()
    if registration is None:
        return unknown_link(request)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            registration = cancelling.cancel(registration=registration)
        except RegistrationError as error:
            status = HTTPStatus.CONFLICT if error.code == "too_late" else HTTPStatus.OK
    if status == HTTPStatus.OK and (request.method == "POST" or not registration.is_active):
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


@secret
@patient
@require_http_methods(FORM_METHODS)
def offer(request: HttpRequest, key: str) -> HttpResponse:
    """Only a press answers an offer: programs that look through mails fetch every link in them."""
    registration = queries.whole_registrations().filter(offer_key=key).first()
    if registration is None:
        return unknown_link(request, offer=True)
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
        open_offer=registration.state == State.OFFERED and not lapsed,
        unanswered=status == HTTPStatus.BAD_REQUEST,
    )
    return with_form(page)


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


def unknown_link(request: HttpRequest, *, offer: bool = False) -> HttpResponse:
    context = {"offer": offer}
    return render(request, "registrations/unknown_link.html", context, status=HTTPStatus.NOT_FOUND)


# --- Lost links ------------------------------------------------------------------------------


@never_cache
@patient
@require_http_methods(FORM_METHODS)
def lost_link(request: HttpRequest) -> HttpResponse:
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        links.send_links(email=form.cleaned_data["email"])
        return see_other(reverse("lost_link_sent"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "registrations/lost_link.html", {"form": form}, status=status)


@never_cache
@require_safe
def lost_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "registrations/lost_link_sent.html")
