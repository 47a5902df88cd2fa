from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from recovery_network.admin_base import Form
from recovery_network.mail import kinds, wording
from recovery_network.mail.models import Wording


def kind_choices() -> list[tuple[str, Any]]:
    return [
        ("", "---------"),
        *((kind.name, kind.label) for kind in kinds.every() if not kind.secret),
    ]


class WordingForm(Form):
    kind = forms.ChoiceField(label=_("Kind of mail"), choices=kind_choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Wording
        fields = ["kind", "language", "subject", "introduction"]

    def clean(self) -> dict[str, Any]:
        """Braces hold one of the kind's placeholders, and nothing else; the subject is one line."""
        cleaned = super().clean() or self.cleaned_data
        kind = kinds.find(cleaned.get("kind", ""))
        for name in ("subject", "introduction"):
            wrong = wording.unknown(cleaned.get(name, ""), kind.placeholders) if kind else []
            if kind and wrong:
                self.add_error(name, unknown_placeholders(wrong, kind))
        cleaned["subject"] = wording.single_line(cleaned.get("subject", ""), 150)
        return cleaned


def unknown_placeholders(wrong: list[str], kind: kinds.Kind) -> forms.ValidationError:
    allowed = ", ".join(f"{{{name}}}" for name in kind.placeholders)
    if allowed:
        message = _("This mail doesn't know %(wrong)s. It knows %(allowed)s.")
    else:
        message = _("This mail doesn't know %(wrong)s. It has no placeholders.")
    return forms.ValidationError(
        message, code="placeholder", params={"wrong": ", ".join(wrong), "allowed": allowed}
    )
