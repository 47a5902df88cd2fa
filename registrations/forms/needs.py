"""What people tick and write about what they need, and what organisers answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from registrations.actions.applying import NeedReport
from registrations.models import Consent, Need, Registration
from registrations.needs import OfferedNeed, ToldNeed
from registrations.validators import validate_text

LONGEST = 500


@dataclass(frozen=True)
class Row:
    """One need: a box to tick, and room for words."""

    ticked: BoundField
    note: BoundField


class NeedsForm(forms.Form):
    """Every kind that the gathering offers, and what the person has told already though it is no longer offered."""

    needs_consent = forms.BooleanField(
        label=gettext_lazy("You may store what I need until 14 days after the day"), required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        registration: Registration,
        kinds: Sequence[OfferedNeed],
        told: Sequence[ToldNeed],
    ) -> None:
        known = {each.need.kind: each for each in told}
        labels = {each.need.kind: each.label for each in told} | {k.value: k.label for k in kinds}
        self.values = list(dict.fromkeys([*(kind.value for kind in kinds), *known]))
        initial: dict[str, Any] = {}
        for value in self.values:
            initial[f"need-{value}"] = value in known
            initial[f"note-{value}"] = known[value].need.note if value in known else ""
        super().__init__(data, initial=initial)
        for value in self.values:
            self.fields[f"need-{value}"] = forms.BooleanField(
                label=capfirst(labels[value]), required=False
            )
            self.fields[f"note-{value}"] = forms.CharField(
                label=gettext_lazy("Tell us more (optional)"),
                max_length=LONGEST,
                required=False,
                validators=[validate_text],
                widget=forms.Textarea({"rows": 2}),
            )
        if registration.consents.filter(purpose=Consent.Purpose.NEEDS).exists():
            del self.fields["needs_consent"]

    @property
    def rows(self) -> list[Row]:
        return [Row(self[f"need-{value}"], self[f"note-{value}"]) for value in self.values]

    def reports(self) -> list[NeedReport]:
        """What is ticked, or has words though it isn't. Only for a form that is valid."""
        cleaned = self.cleaned_data
        return [
            NeedReport(value, cleaned[f"note-{value}"])
            for value in self.values
            if cleaned[f"need-{value}"]
        ]


class AnswerForm(forms.Form):
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=Need.Status)
    words = forms.CharField(
        label=gettext_lazy("Your own words to them (optional)"),
        max_length=LONGEST,
        required=False,
        validators=[validate_text],
        help_text=gettext_lazy(
            "They stand on the person's own page, encrypted. The mail says only that there is an answer."
        ),
        widget=forms.Textarea({"rows": 4}),
    )
