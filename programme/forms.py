from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.validators import validate_plain_text


class PublishForm(forms.Form):
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What is new, in a sentence (optional)"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[validate_plain_text],
        help_text=_("Stands in the list of versions, and in the mail to those who are told."),
    )

    def answers(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], "seen": self.cleaned_data["seen"]}

    def again(self, seen: str) -> "PublishForm":
        """The same answers about the draft as it is now."""
        data = {**dict(self.data.items()), "seen": seen}
        return type(self)(data)
