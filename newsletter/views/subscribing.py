"""Subscribing, confirming, choosing and unsubscribing: without an account, by links of one's own."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.actions.subscribing import (
    ask_to_subscribe,
    change_choices,
    confirm_subscription,
    open_request,
)
from newsletter.actions.subscribing import unsubscribe as end_subscription
from newsletter.errors import NewsletterError
from newsletter.forms import ChoicesForm, SubscribeForm
from newsletter.models import Letter, Subscription
from recovery_network.limits import Limit, limited
from recovery_network.secret_pages import secret, see_other, with_form

FORM_METHODS = ["GET", "HEAD", "POST"]
SUBSCRIBING = Limit("subscribing")
NEWEST = 10


@never_cache
@limited(SUBSCRIBING)
@require_http_methods(FORM_METHODS)
def newsletter(request: HttpRequest) -> HttpResponse:
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        ask_to_subscribe(
            email=said["email"], language=said["language"], topics=list(said["topics"])
        )
        return see_other(reverse("newsletter_sent"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    letters = Letter.objects.in_archive().prefetch_related("texts")[:NEWEST]
    context = {"form": form, "letters": list(letters)}
    return render(request, "newsletter/newsletter.html", context, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletter/sent.html")


@secret
@require_http_methods(FORM_METHODS)
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Asks for a press of the button: programs that look into mails follow links, and subscribe nobody."""
    wish = open_request(key)
    if wish is None:
        return link_is_over(request)
    if request.method == "POST":
        try:
            subscription = confirm_subscription(request=wish)
        except NewsletterError:
            return link_is_over(request)
        return see_other(f"{subscription.get_absolute_url()}?ny=1")
    return with_form(render(request, "newsletter/confirm.html", {"wish": wish}))


def link_is_over(request: HttpRequest) -> HttpResponse:
    return render(request, "newsletter/link_is_over.html", status=HTTPStatus.NOT_FOUND)


@secret
@require_http_methods(FORM_METHODS)
def choices(request: HttpRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Subscription, key=key)
    form = ChoicesForm(request.POST if request.method == "POST" else None, subscription=found)
    if form.is_valid():
        said = form.cleaned_data
        change_choices(subscription=found, language=said["language"], topics=list(said["topics"]))
        return see_other(f"{found.get_absolute_url()}?lagret=1")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {
        "subscription": found,
        "form": form,
        "is_new": request.GET.get("ny") == "1",
        "saved": request.GET.get("lagret") == "1",
    }
    return with_form(render(request, "newsletter/choices.html", context, status=status))


@csrf_exempt
@secret
@require_http_methods(FORM_METHODS)
def unsubscribe(request: HttpRequest, key: str) -> HttpResponse:
    """A page with one button for people, and the address to which mail programs post (RFC 8058).

    They come without cookies and follow no redirect. The key is all it takes, and a key that is gone is
    answered as one that is going: the reader gets no more letters either way.
    """
    if request.method == "POST":
        found = Subscription.objects.filter(key=key).first()
        if found is not None:
            end_subscription(subscription=found)
        return render(request, "newsletter/unsubscribed.html")
    return with_form(render(request, "newsletter/unsubscribe.html", {"key": key}))
