"""What organisers fill in to write to participants."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.models import Conference
from network.models import Organisation
from programme.models import Session
from recovery_network import i18n
from recovery_network.mail import wording
from registrations.forms.fields import LineField
from registrations.letters import IN_SUBJECTS, PLACEHOLDERS
from registrations.models import Message, Registration, Tier
from registrations.segments import ARRIVED, Segment
from registrations.validators import validate_text

State = Registration.State


class SegmentForm(forms.Form):
    """Some of those registered for one conference; each part narrows, an empty one takes all."""

    states = forms.MultipleChoiceField(
        label=gettext_lazy("State"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=State.choices,
    )
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Ticket type"), required=False, widget=forms.CheckboxSelectMultiple
    )
    arrived = forms.ChoiceField(
        label=gettext_lazy("At the door"),
        required=False,
        choices=ARRIVED,
        widget=forms.RadioSelect,
    )
    workshops = forms.MultipleChoiceField(
        label=gettext_lazy("Has a seat in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Organisation"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, conference: Conference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = Tier.objects.filter(conference=conference)
        self.choose("tiers", [(str(tier.pk), tier.name) for tier in tiers])
        sessions = Session.objects.filter(block__conference=conference).order_by("starts_at", "pk")
        self.choose("workshops", [(str(each.pk), workshop_name(each)) for each in sessions])
        coming = Organisation.objects.filter(bookings__conference=conference).distinct()
        names = coming.order_by("name_key").values_list("pk", "name")
        self.choose("organisations", [(str(pk), name) for pk, name in names])

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def parts(self) -> list[forms.BoundField]:
        """The fields that leave something to choose."""
        names = [
            name
            for name in ("states", "tiers", "arrived", "workshops", "organisations")
            if name in self.fields
        ]
        return [self[name] for name in names if len(list(self[name])) > (name != "workshops")]

    @property
    def segment(self) -> Segment:
        return Segment.of(self.cleaned_data)


def workshop_name(session: Session) -> str:
    return f"{i18n.time_range(session.starts_at, session.ends_at)} {session.title}"


class MessageForm(SegmentForm):
    """Whom it is for, and the words in one language or several."""

    states = forms.MultipleChoiceField(
        label=gettext_lazy("State"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(state.value, state.label) for state in Registration.ACTIVE],
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        conference: Conference,
        message: Message | None = None,
    ) -> None:
        initial: dict[str, Any] = {"states": [State.CONFIRMED]}
        if message:
            initial = Segment.of(message.segment).stored()
            for text in message.texts.all():
                initial[f"subject_{text.language}"] = text.subject
                initial[f"body_{text.language}"] = text.body
        super().__init__(data, initial=initial, conference=conference)
        for code, _name in settings.LANGUAGES:
            self.fields[f"subject_{code}"] = LineField(
                label=gettext_lazy("Subject"),
                max_length=120,
                required=False,
                widget=forms.TextInput({"lang": code}),
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=gettext_lazy("Text"),
                max_length=8000,
                required=False,
                validators=[validate_text],
                widget=forms.Textarea({"rows": 10, "lang": code}),
            )

    def languages(self) -> Iterator[Mapping[str, Any]]:
        for code, name in settings.LANGUAGES:
            subject, body = self[f"subject_{code}"], self[f"body_{code}"]
            used = bool(subject.value() or body.value() or subject.errors or body.errors)
            yield {"code": code, "name": name, "subject": subject, "body": body, "used": used}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for code, _name in settings.LANGUAGES:
            subject, body = f"subject_{code}", f"body_{code}"
            if found.get(subject) and body in found and not found[body]:
                self.add_error(body, _("Write the text too, or take the subject away."))
            if found.get(body) and subject in found and not found[subject]:
                self.add_error(subject, _("Write a subject too, or take the text away."))
            self.check_braces(subject, IN_SUBJECTS)
            self.check_braces(body, PLACEHOLDERS)
        if not self.texts and not self.errors:
            self.add_error(None, _("Write a subject and a text in at least one language."))
        return found

    def check_braces(self, name: str, allowed: tuple[str, ...]) -> None:
        if wrong := wording.unknown(self.cleaned_data.get(name) or "", allowed):
            text = _("These can't be filled in: %(wrong)s. You may use: %(allowed)s.") % {
                "wrong": ", ".join(wrong[:5]),
                "allowed": ", ".join(f"{{{each}}}" for each in allowed),
            }
            self.add_error(name, text)

    @property
    def texts(self) -> dict[str, tuple[str, str]]:
        """Subject and text by language, of those that are written."""
        pairs = {
            code: (
                self.cleaned_data.get(f"subject_{code}") or "",
                self.cleaned_data.get(f"body_{code}") or "",
            )
            for code, _name in settings.LANGUAGES
        }
        return {code: pair for code, pair in pairs.items() if all(pair)}
