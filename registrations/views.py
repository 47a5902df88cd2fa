from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from conferences.queries import check_may_see, find, revision_of, with_venue
from network.models import User
from network.queries import listed_names
from recovery_network.i18n import in_zone
from recovery_network.pages import KEPT_SECONDS, render_for_everyone
from recovery_network.privacy.fields import Clock
from registrations import mails, queries
from registrations.actions import cancelling, links, places, registering
from registrations.answers import later, patient, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms import LostLinkForm, RegistrationForm, new_submission
from registrations.models import Registration

State = Registration.State
FORM_METHODS = ["GET", "HEAD", "POST"]
TOKEN_GAP, KEY_GAP = "gap-for-a-token", "gap-for-a-key"


# --- Registering -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """Where one registers for a conference, as it is at the moment of asking."""

    conference: Conference
    places: queries.Places
    rows: list[queries.TierPlaces]

    @classmethod
    def of(cls, conference: Conference) -> "Desk":
        places = queries.places(conference)
        now = timezone.now()
        return cls(conference, places, [row for row in places.tiers if row.tier.is_open(now)])

    @classmethod
    def at(cls, slug: str, *, by: User | AnonymousUser) -> "Desk":
        """As it was at most five seconds ago, or since an organiser's last change.

        That is enough to show and to read a form by: the verb looks again. Raises Http404 where there
        is no conference that this person may see.
        """
        known = revision_of(slug).first()
        if known is None:
            raise Http404
        pk, revision, _published_at = known
        name = f"desk|{pk}|{revision}"
        desk: Desk | None = caches["pages"].get(name)
        if desk is None:
            desk = cls.of(find(slug, by=by))
            caches["pages"].set(name, desk, KEPT_SECONDS)
        check_may_see(desk.conference, by=by)
        return desk

    @property
    def is_open(self) -> bool:
        return self.conference.state() == Conference.State.OPEN and bool(self.rows)

    def form(self, data: QueryDict | None = None) -> RegistrationForm:
        return RegistrationForm(data, conference=self.conference, rows=self.rows)


@never_cache
@require_http_methods(FORM_METHODS)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    desk = Desk.at(slug, by=request.user)
    with in_zone(desk.conference.time_zone):
        if not desk.is_open:
            return closed_page(request, desk)
        if request.method == "POST":
            return submit(request, desk)
        name = f"register|{request.path}|{desk.conference.pk}|{desk.conference.revision}"
        kept: bytes | None = caches["pages"].get(name)
        if kept is None:
            kept = empty_page(request, desk)
            caches["pages"].set(name, kept, KEPT_SECONDS)
        return HttpResponse(fill_gaps(request, slug, kept))


def empty_page(request: HttpRequest, desk: Desk) -> bytes:
    """The page as everyone gets it, so that it can be kept for a moment, with two gaps in the form."""
    form = desk.form()
    form.initial["submission"] = KEY_GAP
    context = {**form_context(desk, form), "csrf_token": TOKEN_GAP}
    return render_for_everyone(request, "registrations/register.html", context).content


def fill_gaps(request: HttpRequest, slug: str, page: bytes) -> bytes:
    """Gives each visitor a token and a key of their own."""
    with_token = page.replace(TOKEN_GAP.encode(), get_token(request).encode())
    return with_token.replace(KEY_GAP.encode(), new_submission(slug).encode())


def submit(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = desk.form(request.POST)
    if not form.is_valid():
        return form_page(request, desk, form, status=form.status)
    application = form.application(language=get_language() or "nb")
    try:
        sent = registering.register(conference=desk.conference, application=application)
    except RegistrationError as error:
        if error.code == "closed":
            return closed_page(request, Desk.of(with_venue(desk.conference.pk)))
        form.refuse(error)
        return form_page(request, desk, form, status=form.status)
    except OperationalError:
        form.add_error(None, _("Very many are registering just now. Send it again in a moment."))
        return later(form_page(request, desk, form))
    if not form.tells_of(sent):
        form.ask_about_another(sent)
        return form_page(request, desk, form, status=HTTPStatus.CONFLICT)
    return see_other(reverse("receipt", args=[desk.conference.slug, sent.receipt_key]))


def form_page(
    request: HttpRequest, desk: Desk, form: RegistrationForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = form_context(desk, form)
    return render(request, "registrations/register.html", context, status=status)


def form_context(desk: Desk, form: RegistrationForm) -> dict[str, object]:
    return {
        "conference": desk.conference,
        "places": desk.places,
        "form": form,
        "organisation_names": listed_names(),
    }


def closed_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What stands in place of the form; nothing can be sent to it."""
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    context = {
        "conference": desk.conference,
        "places": desk.places,
        "nothing_open": desk.conference.state() == Conference.State.OPEN,
    }
    page = render_for_everyone(request, "registrations/closed.html", context)
    page.status_code = status
    return page


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
