import secrets

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt

from tooling.benchmark.bare.models import Answer, Booking, Mail, Registration


class RegistrationForm(forms.Form):
    name = forms.CharField(max_length=200)
    email = forms.EmailField()
    organisation = forms.CharField(max_length=200, required=False)
    terms = forms.BooleanField()


def page(request: HttpRequest) -> HttpResponse:
    lines = [f"Line {number} of the programme" for number in range(12)]
    return render(request, "page.html", {"title": "A conference", "lines": lines})


def register(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(request.POST or None)
    if not form.is_valid():
        return render(request, "form.html", {"form": form})
    with transaction.atomic():
        booking = Booking.objects.create(email=form.cleaned_data["email"])
        registration = Registration.objects.create(
            booking=booking,
            name=form.cleaned_data["name"],
            organisation=form.cleaned_data["organisation"],
            key=secrets.token_urlsafe(20),
        )
        Mail.objects.create(registration=registration, subject="Welcome", text="You have a place.")
    return redirect("receipt", key=registration.key)


def receipt(request: HttpRequest, key: str) -> HttpResponse:
    registration = get_object_or_404(Registration.objects.select_related("booking"), key=key)
    return render(request, "receipt.html", {"registration": registration})


@csrf_exempt
def answer(request: HttpRequest) -> HttpResponse:
    """Takes what a survey's form sends and writes as many rows as the site does, of the same size."""
    content = request.POST.urlencode().encode().ljust(int(request.GET["size"]), b" ")
    Answer.objects.create(content=content)
    return redirect("thanks")


def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html", {"title": "Thank you", "lines": []})
