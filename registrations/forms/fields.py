from typing import Any

from django import forms

from registrations.validators import validate_line


class LineField(forms.CharField):
    default_validators = [validate_line]


class ChosenLater(forms.CharField):
    """A choice whose options follow from the other answers, so the form checks it."""

    widget = forms.RadioSelect

    def offer(self, options: list[tuple[str, Any]]) -> None:
        self.widget.choices = options

    @property
    def options(self) -> list[tuple[str, Any]]:
        return list(self.widget.choices)
