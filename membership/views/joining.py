"""Joining, confirming the address, and one's own page behind a secret link."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from membership import queries
from membership.actions.joining import (
    ask_to_join,
    change_membership,
    confirm_joining,
    open_request,
)
from membership.actions.leaving import leave
from membership.errors import MembershipError
from membership.forms import JoinForm, JoinOrganisationForm, MembershipForm
from membership.models import Membership
from recovery_network.limits import Limit, limited
from recovery_network.secret_pages import secret, see_other, with_form

FORM_METHODS = ["GET", "HEAD", "POST"]
JOINING = Limit("joining")


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    return render(request, "membership/choose.html")


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Who has agreed to be named, and which organisations of the directory are members."""
    context = {"people": queries.named_members(), "organisations": queries.member_organisations()}
    return render(request, "membership/members.html", context)


@never_cache
@limited(JOINING)
@require_http_methods(FORM_METHODS)
def join(request: HttpRequest, *, form_class: type[JoinForm] = JoinForm) -> HttpResponse:
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ask_to_join(form.application())
        return see_other(reverse("join_sent"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "for_organisation": form_class is JoinOrganisationForm}
    return render(request, "membership/join.html", context, status=status)


@never_cache
@require_safe
def join_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "membership/join_sent.html")


@secret
@require_http_methods(FORM_METHODS)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Asks for a press of the button: programs that look into mails follow links, and join nobody."""
    wish = open_request(key)
    if wish is None:
        return link_is_over(request)
    if request.method == "POST":
        try:
            membership = confirm_joining(request=wish)
        except MembershipError:
            return link_is_over(request)
        return see_other(membership.get_absolute_url())
    return with_form(render(request, "membership/confirm.html", {"wish": wish}))


def link_is_over(request: HttpRequest) -> HttpResponse:
    return render(request, "membership/link_is_over.html", status=HTTPStatus.NOT_FOUND)


@secret
@require_http_methods(FORM_METHODS)
def membership(request: HttpRequest, key: str) -> HttpResponse:
    found = by_key(key)
    form = MembershipForm(request.POST if request.method == "POST" else None, membership=found)
    if form.is_valid():
        change_membership(membership=found, changes=form.changes())
        return see_other(f"{found.get_absolute_url()}?lagret=1")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"membership": found, "form": form, "saved": request.GET.get("lagret") == "1"}
    return with_form(render(request, "membership/membership.html", context, status=status))


@secret
@require_http_methods(FORM_METHODS)
def membership_leave(request: HttpRequest, key: str) -> HttpResponse:
    found = by_key(key)
    if request.method == "POST":
        leave(membership=found)
        return see_other(reverse("membership_left"))
    return with_form(render(request, "membership/leave.html", {"membership": found}))


@require_safe
def membership_left(request: HttpRequest) -> HttpResponse:
    return render(request, "membership/left.html")


def by_key(key: str) -> Membership:
    return get_object_or_404(Membership.objects.select_related("organisation"), manage_key=key)
