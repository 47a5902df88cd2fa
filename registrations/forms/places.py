"""What organisers decide about places: another kind of place, a turn, a limit."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery_network.i18n import money
from registrations.forms.fields import LineField
from registrations.models import LimitOverride, Registration, Tier
from registrations.queries import Places

HIGHEST_LIMIT = 1000


class NeededReasonForm(forms.Form):
    reason = LineField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy(
            "Kept in the log, and not sent to anyone. Write nothing about anyone's health."
        ),
    )


class MoveForm(forms.Form):
    tier = forms.ChoiceField(
        label=gettext_lazy("New kind of place"), widget=forms.RadioSelect, choices=()
    )

    def __init__(
        self, data: QueryDict | None = None, *, registration: Registration, places: Places
    ) -> None:
        super().__init__(data)
        self.places = {str(row.tier.pk): row for row in places.tiers}
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (number, described(row.tier, row.left))
            for number, row in self.places.items()
            if row.tier.pk != registration.tier_id
        ]

    @property
    def chosen(self) -> Tier:
        return self.places[self.cleaned_data["tier"]].tier


def described(tier: Tier, left: int | None) -> str:
    """ "Ansatt, 500 kr, 12 places left"."""
    parts = [tier.name, capfirst(money(tier.price))]
    if left is not None:
        parts.append(_("places left: %(count)d") % {"count": left})
    return ", ".join(parts)


class LimitForm(NeededReasonForm):
    limit = forms.IntegerField(
        label=gettext_lazy("Places that this organisation may have"), max_value=HIGHEST_LIMIT
    )

    field_order = ("limit", "reason")

    def __init__(
        self, data: QueryDict | None = None, *, tier: Tier, override: LimitOverride | None
    ) -> None:
        lowest = (tier.limit_per_organisation or 0) + 1
        initial = {
            "limit": override.limit if override else lowest,
            "reason": override.reason if override else "",
        }
        super().__init__(data, initial=initial)
        field = self.fields["limit"]
        assert isinstance(field, forms.IntegerField)
        field.min_value = lowest
        field.widget.attrs["min"] = lowest


def bulk_move_form(tiers: QuerySet[Tier]) -> type[forms.Form]:
    """Asks to which of `tiers` many are moved at once."""

    class BulkMoveForm(forms.Form):
        tier = forms.ModelChoiceField(
            tiers,
            label=gettext_lazy("New kind of place"),
            widget=forms.RadioSelect,
            empty_label=None,
        )

    return BulkMoveForm
