from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programme.forms import PublishForm


class PublishAndTellForm(PublishForm):
    everyone = forms.BooleanField(
        label=_("Tell everyone who is registered"),
        required=False,
        help_text=_(
            "Those who have chosen a session that changes are told in any case. Tick this where the whole "
            "programme matters to all."
        ),
    )

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "everyone": self.cleaned_data["everyone"]}
