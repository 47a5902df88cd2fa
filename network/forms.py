from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from network.actions import account_for
from network.languages import Language
from network.models import User


class SignInForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Sends a code to every address alike, known or not: nobody learns here who has an account."""

    _user: User | None

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if email and (self._user is None or self._user.email.lower() == email.lower()):
            self._user = account_for(email=email, language=get_language() or Language.BOKMAL)
        return email


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
