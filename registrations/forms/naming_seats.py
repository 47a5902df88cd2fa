"""What is filled in about whoever gets a place that was reserved without a name."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from registrations.actions.naming_seats import Guest
from registrations.forms.fields import LineField
from registrations.forms.registering import terms_link
from registrations.validators import validate_line


class GuestForm(forms.Form):
    """Filled in by the contact person, or by whoever comes and got the link from them."""

    name = LineField(label=gettext_lazy("Name of whoever comes"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Their e-mail"),
        max_length=254,
        required=False,
        validators=[validate_line],
        help_text=gettext_lazy(
            "Their ticket and their link come here. Without one they are reached through the contact person."
        ),
    )
    badge_name = LineField(
        label=gettext_lazy("Name on the badge"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only if it should say something else than the name."),
    )
    terms = forms.BooleanField(
        label=gettext_lazy("Whoever comes agrees to the terms for registering"),
        error_messages={
            "required": gettext_lazy("They can come when they have agreed to the terms.")
        },
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["terms"].help_text = terms_link()

    def guest(self) -> Guest:
        """What the verb is told. Only for a form that is valid."""
        cleaned = self.cleaned_data
        return Guest(cleaned["name"], cleaned["email"], cleaned["badge_name"])
