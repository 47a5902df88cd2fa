"""The table of what cancelling costs, as a part of the conference's page in the admin."""

from django import forms
from django.core.exceptions import ValidationError

from recovery_network.admin_base import LabelledFormSet, OurTabularInline
from registrations import costs
from registrations.models import CancellationRule, Tier


class CancellationRuleFormSet(LabelledFormSet):
    def clean(self) -> None:
        """Refuses a table that would make it cheaper to wait."""
        super().clean()
        kept = [form for form in self.forms if not self.is_left_out(form)]
        if any(form.errors for form in kept):
            return
        rules = [form.instance for form in kept]
        prices = Tier.objects.filter(conference=self.instance.pk).values_list("price", flat=True)
        if problem := costs.contradiction(rules, prices):
            raise ValidationError(problem)

    def is_left_out(self, form: forms.BaseForm) -> bool:
        deleted = getattr(form, "cleaned_data", {}).get("DELETE", False)
        return deleted or (form.empty_permitted and not form.has_changed())


class CancellationRuleInline(OurTabularInline):
    model = CancellationRule
    formset = CancellationRuleFormSet
    fields = ("days_before", "percent", "amount")
