from http import HTTPStatus
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from recovery_network.privacy import erasing, exporting, links, mails, queries
from recovery_network.privacy.forms import AskForm, EraseForm
from recovery_network.privacy.knowing import person_at, person_of
from recovery_network.privacy.person import Person
from recovery_network.secret_pages import secret, see_other, with_form

FORM_METHODS = ("GET", "HEAD", "POST")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/privacy.html", {"sections": queries.sections()})


def asking(request: HttpRequest, token: str | None) -> Person | HttpResponse:
    """Who asks, by their link or their sign-in; else the page that helps them on."""
    if token is not None:
        email = links.email_in(token)
        if email is None:
            return render(request, "privacy/old_link.html", status=HTTPStatus.GONE)
        return person_at(email)
    if request.user.is_authenticated:
        return person_of(request.user.pk)
    return redirect_to_login(request.get_full_path())


def addresses(token: str | None) -> dict[str, str]:
    """Where the pages of the one who asks lie."""
    if token is None:
        return {name: reverse(name) for name in ("own_data", "own_data_json", "erase")}
    return {
        name: reverse(f"{name}_by_link", args=[token])
        for name in ("own_data", "own_data_json", "erase")
    }


@secret
@require_safe
def own_data(request: HttpRequest, token: str | None = None) -> HttpResponse:
    person = asking(request, token)
    if isinstance(person, HttpResponse):
        return person
    context = {
        "export": exporting.export(person),
        "emails": sorted(person.emails),
        "to": addresses(token),
        "by_link": token is not None,
    }
    return render(request, "privacy/own_data.html", context)


@secret
@require_safe
def own_data_json(request: HttpRequest, token: str | None = None) -> HttpResponse:
    person = asking(request, token)
    if isinstance(person, HttpResponse):
        return person
    found = exporting.export(person).as_json(person, timezone.now())
    response = JsonResponse(
        found, encoder=ReadableEncoder, json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="opplysninger.json"'
    return response


class ReadableEncoder(DjangoJSONEncoder):
    """What JSON has no form for is written as text."""

    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


@secret
@require_http_methods(FORM_METHODS)
def erase(request: HttpRequest, token: str | None = None) -> HttpResponse:
    person = asking(request, token)
    if isinstance(person, HttpResponse):
        return person
    prospect = erasing.foresee(person, timezone.now())
    form = EraseForm(
        request.POST if request.method == "POST" else None, initial={"agreed": prospect.cost}
    )
    if form.is_valid():
        try:
            erasing.erase(
                person=person,
                agreed=form.cleaned_data["agreed"],
                language=get_language() or "nb",
            )
        except erasing.ErasingError as error:
            form.add_error(None, str(error))
        except OperationalError:
            form.add_error(None, _("Many are busy here just now. Wait a moment and try again."))
        else:
            logout(request)
            return see_other(reverse("erased"))
    context = {"form": form, "prospect": prospect, "to": addresses(token), "by_link": bool(token)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return with_form(render(request, "privacy/erase.html", context, status=status))


@secret
@require_http_methods(FORM_METHODS)
def ask(request: HttpRequest) -> HttpResponse:
    """Answers every address alike, and sends the same mail to all: nobody learns whom we know."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        mails.own_data(form.cleaned_data["email"], language=get_language() or "nb")
        return see_other(reverse("asked_own_data"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return with_form(render(request, "privacy/ask.html", {"form": form}, status=status))


@secret
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/asked.html")


@secret
@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/erased.html")
