from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from registrations.actions import links
from registrations.answers import FORM_METHODS, patient, see_other
from registrations.forms.links import LostLinkForm


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
