"""What people fill in about their own registration, with their own link."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from conferences.models import Conference
from registrations.actions.changing import Details
from registrations.forms.fields import LineField
from registrations.forms.registering import terms_link
from registrations.models import Consent, Registration
from registrations.validators import validate_line


class DetailsForm(forms.Form):
    """Asks for what belongs to a booking only where nobody else is in it, and for the terms only once."""

    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        help_text=gettext_lazy("Only to mend the spelling. Does someone else come? Hand it over."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    badge_name = LineField(
        label=gettext_lazy("Name on the badge"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only if it should say something else than your name."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=gettext_lazy(
            "We write to a new address first. It is used when you press the link in that mail."
        ),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our mails to you"), choices=Conference.Language
    )
    invoice_reference = LineField(
        label=gettext_lazy("Invoice reference"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only if those who pay want one. For instance an order number."),
    )
    terms = forms.BooleanField(
        label=gettext_lazy("I agree to the terms for registering"),
        error_messages={
            "required": gettext_lazy("You can come when you have agreed to the terms.")
        },
    )

    def __init__(self, data: QueryDict | None = None, *, registration: Registration) -> None:
        booking = registration.booking
        shown: dict[str, Any] = {
            "name": registration.name,
            "badge_name": registration.badge_name,
            "email": registration.email,
            "language": booking.language,
            "invoice_reference": booking.invoice_reference,
        }
        super().__init__(data, initial=shown)
        self.fields["email"].required = bool(registration.email)
        alone = registration.is_own_contact
        if not alone:
            del self.fields["language"]
        if not alone or not registration.price:
            del self.fields["invoice_reference"]
        if registration.consents.filter(purpose=Consent.Purpose.TERMS).exists():
            del self.fields["terms"]
        else:
            self.fields["terms"].help_text = terms_link()

    def details(self) -> Details:
        """What the verb is told. Only for a form that is valid."""
        cleaned = self.cleaned_data
        return Details(
            name=cleaned["name"],
            badge_name=cleaned["badge_name"],
            language=cleaned.get("language"),
            invoice_reference=cleaned.get("invoice_reference"),
            agrees_to_terms=cleaned.get("terms", False),
        )


class HandOverForm(forms.Form):
    name = LineField(label=gettext_lazy("Your colleague's name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("Your colleague's e-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=gettext_lazy("Their ticket and their link come here. Read it once more."),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("My colleague wants to come, and knows that I give you this"),
        error_messages={"required": gettext_lazy("Ask them first. Then tick this box.")},
    )
