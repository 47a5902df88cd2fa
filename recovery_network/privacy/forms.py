from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Write an e-mail address, such as name@example.org.")},
    )


class EraseForm(forms.Form):
    """`agreed` is the sum in kr that the page showed."""

    sure = forms.BooleanField(
        label=_("I understand that this can't be undone"),
        error_messages={"required": _("Tick this if you are sure.")},
    )
    agreed = forms.DecimalField(widget=forms.HiddenInput, min_value=Decimal(0), max_digits=10)
