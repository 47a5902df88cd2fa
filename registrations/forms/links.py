from django import forms
from django.utils.translation import gettext_lazy

from registrations.validators import validate_line


class LostLinkForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=gettext_lazy("The address you registered with."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
