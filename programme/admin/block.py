from typing import Any

from django.utils.translation import gettext_lazy

from programme.models import ChoiceBlock
from recovery_network.admin_base import LabelledFormSet, OurTabularInline
from recovery_network.slugs import free_slug


class BlockFormSet(LabelledFormSet):
    """New blocks get their key from their title."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        taken = ChoiceBlock.objects.filter(conference=self.instance)
        form.instance.key = free_slug(form.instance.title, taken, "key", most=40)
        return super().save_new(form, commit=commit)


class BlockInline(OurTabularInline):
    """The blocks of workshops of which people take one; each session says which block it is in."""

    model = ChoiceBlock
    formset = BlockFormSet
    fields = ("title", "rule", "closes_at", "position")
    verbose_name_plural = gettext_lazy("choice blocks")
