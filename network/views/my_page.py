from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from network import actions, my_page
from network.forms import LanguageForm
from network.models import User
from recovery_network.privacy.knowing import person_of
from recovery_network.secret_pages import secret, see_other, with_form


def signed_in(request: HttpRequest) -> User:
    """Who has signed in; for views that ask for it."""
    assert isinstance(request.user, User)
    return request.user


@secret
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    keys = Authenticator.objects.filter(user=user).order_by("created_at")
    context = {
        "sections": my_page.sections_of(person_of(user.pk)),
        "passkeys": [key for key in keys if key.type == Authenticator.Type.WEBAUTHN],
        "code_app": any(key.type == Authenticator.Type.TOTP for key in keys),
        "sign_ins": user.sign_ins.order_by("-began_at"),
        "this_one": request.session.session_key,
        "form": LanguageForm(initial={"language": user.language}),
    }
    return with_form(render(request, "network/my_page.html", context))


@secret
@login_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    form = LanguageForm(request.POST)
    if form.is_valid():
        actions.change_language(user=signed_in(request), language=form.cleaned_data["language"])
        messages.success(request, _("We write to you in this language from now on."))
    else:
        messages.error(request, _("Choose one of the languages."))
    return see_other(f"{reverse('my_page')}#language")


@secret
@login_required
@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    ended = actions.end_sign_ins(user=signed_in(request), but=request.session.session_key or "")
    told = ngettext(
        "You are signed out on %(n)d device.", "You are signed out on %(n)d devices.", ended
    )
    messages.success(request, told % {"n": ended})
    return see_other(f"{reverse('my_page')}#sign-ins")


@secret
@login_required
@require_POST
def remove_key(request: HttpRequest, number: int) -> HttpResponse:
    if actions.remove_key(user=signed_in(request), number=number):
        messages.success(request, _("The passkey is removed. It opens nothing here any more."))
    else:
        messages.info(request, _("That passkey was removed already."))
    return see_other(f"{reverse('my_page')}#passkeys")


class AddKey(AddWebAuthnView):  # type: ignore[misc]
    """allauth's page, which leads back here; staff go on to their recovery codes, which they may need."""

    def get_success_url(self) -> str:
        if signed_in(self.request).is_staff:
            return str(super().get_success_url())
        return f"{reverse('my_page')}#passkeys"
