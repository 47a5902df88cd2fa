from typing import Any

from allauth.account.forms import AddEmailForm, RequestLoginCodeForm
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


class NewAddressForm(AddEmailForm):  # type: ignore[misc]
    """The same answer for addresses that have an account here and for those that have none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")
        self.fields["email"].widget.attrs = {"autocomplete": "email"}


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
