from http import HTTPStatus

from django.core.cache import caches
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from conferences.models import Conference
from network.queries import listed_names
from recovery_network.i18n import in_zone
from recovery_network.pages import KEPT_SECONDS, render_for_everyone
from recovery_network.privacy.fields import Clock
from registrations import queries
from registrations.actions import registering
from registrations.answers import FORM_METHODS, later, secret, see_other, with_form
from registrations.errors import RegistrationError
from registrations.forms.party import changes_party
from registrations.forms.registering import RegistrationForm, new_submission
from registrations.views.desk import Desk

SEATS_GONE = {"workshop_full", "second_full", "unknown_workshop"}
TOKEN_GAP, KEY_GAP = "gap-for-a-token", "gap-for-a-key"


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


@secret
@require_http_methods(FORM_METHODS)
def register_invited(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The same form with one kind of place more. It is sent to the address it came from, and so keeps the key."""
    desk = Desk.at(slug, by=request.user)
    invited = desk.invited(key)
    if invited is None:
        context = {"conference": desk.conference}
        return render(
            request, "registrations/invitation_gone.html", context, status=HTTPStatus.NOT_FOUND
        )
    with in_zone(desk.conference.time_zone):
        if not invited.is_open:
            return closed_page(request, invited)
        if request.method == "POST":
            return with_form(submit(request, invited))
        form = invited.form()
        form.initial["submission"] = new_submission(slug)
        return with_form(form_page(request, invited, form))


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
    if changes_party(request.POST):
        return form_page(request, desk, desk.changed_form(request.POST))
    form = desk.form(request.POST)
    if not form.is_valid():
        return form_page(request, desk, form, status=form.status)
    application = form.application(language=get_language() or "nb", invitation=desk.invitation)
    try:
        sent = registering.register(conference=desk.conference, application=application)
    except RegistrationError as error:
        if error.code == "closed":
            return closed_page(request, desk.anew())
        if error.code in SEATS_GONE:
            desk = desk.anew()
            form = desk.form(request.POST)
        if form.is_valid():
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
        people = queries.people_of(submission)
        unnamed = any(not each.name for each in people)
        context = {
            "submission": submission,
            "conference": conference,
            "people": people,
            "names_until": conference.nameable_until() if unnamed else None,
            "is_party": submission.is_party,
        }
        return render(request, "registrations/receipt.html", context)
