"""What organisers fill in about registrations."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registrations.forms.fields import LineField
from registrations.models import Registration
from registrations.validators import validate_line, validate_text


class CorrectionForm(forms.Form):
    """What may be mistyped in one registration. An address can be changed, but not taken away."""

    name = LineField(label=gettext_lazy("Name"), max_length=120)
    badge_name = LineField(
        label=gettext_lazy("Name on the badge"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Empty means the same as the name."),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=gettext_lazy(
            "A new address gets the mail that tells how the registration stands, with its link."
        ),
    )

    def __init__(self, data: QueryDict | None = None, *, registration: Registration) -> None:
        initial = {name: getattr(registration, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.fields["email"].required = bool(registration.email)


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Your own words to everyone (optional)"),
        max_length=500,
        required=False,
        validators=[validate_text],
        help_text=gettext_lazy(
            "They stand in the mail as you write them. Say why, and whether there is a new date. "
            "Name nobody, and write nothing about anyone's health."
        ),
        widget=forms.Textarea({"rows": 5}),
    )


class ReasonForm(forms.Form):
    reason = LineField(
        label=gettext_lazy("Reason (optional)"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Kept in the log, and not sent to anyone. Write nothing about anyone's health."
        ),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Your own words to them (optional)"),
        max_length=500,
        required=False,
        validators=[validate_text],
        help_text=gettext_lazy(
            "They stand in the mail as you write them, and in the log. Name nobody, and write nothing "
            "about anyone's health."
        ),
        widget=forms.Textarea({"rows": 4}),
    )


class CancelForm(ReasonForm):
    charge = forms.BooleanField(
        label=gettext_lazy("It costs what the table of the conference says"),
        required=False,
        help_text=gettext_lazy("Otherwise nobody pays anything. Free places never cost anything."),
    )


class MoveForm(forms.Form):
    """One person of a workshop, where they go, and why. An empty workshop means out of the block."""

    person = forms.ChoiceField(label=gettext_lazy("Who"))
    workshop = forms.ChoiceField(
        label=gettext_lazy("To"),
        required=False,
        help_text=gettext_lazy("Only into free seats: raise the number of seats first if need be."),
    )
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy(
            "Kept in the log, and not sent to anyone. Write nothing about anyone's health."
        ),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: list[tuple[str, str]],
        workshops: list[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        nowhere = ("", _("Nowhere: give up the seat or the turn in line"))
        self.fields["workshop"].choices = [*workshops, nowhere]  # type: ignore[attr-defined]
