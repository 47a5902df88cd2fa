"""Several rows ticked in a form, by their numbers."""

from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
# No row has a number that the database can't hold.
MOST_DIGITS = 18


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        for each in value or ():
            if len(str(each)) > MOST_DIGITS:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": each},
                )
        return super().clean(value)


def rows_field(rows: QuerySet[Row], *, label: Any, help_text: Any = "") -> RowsField:
    return RowsField(rows, label=label, help_text=help_text, required=False)
