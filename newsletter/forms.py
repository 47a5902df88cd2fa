"""What readers fill in to subscribe and to choose, and what editors fill in to write a letter."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from conferences.models import Conference
from membership import consents
from membership.models import ConsentRecord
from network.languages import Language
from network.models import Article, Topic
from network.validators import validate_line, validate_text
from newsletter import queries
from newsletter.actions.writing import Content
from newsletter.models import Letter, Subscription
from recovery_network.admin_base import MomentInput
from recovery_network.rows_field import RowsField, rows_field


def topics_field() -> RowsField:
    return rows_field(
        Topic.objects.all(),
        label=_("What do you want to read about?"),
        help_text=_("Tick nothing to get everything."),
    )


class SubscribeForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=_("We send a link there. You get the newsletter when you have pressed it."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    topics = topics_field()
    agree = forms.BooleanField()

    def __init__(self, data: QueryDict | None = None) -> None:
        language = get_language() or "nb"
        super().__init__(data, initial={"language": language})
        self.fields["agree"].label = consents.words(ConsentRecord.Purpose.NEWSLETTER, language)
        self.fields["agree"].error_messages["required"] = _(
            "Tick here, else we may not keep your address."
        )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()


class ChoicesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    topics = topics_field()

    def __init__(self, data: QueryDict | None = None, *, subscription: Subscription) -> None:
        chosen = list(subscription.topics.all())
        super().__init__(data, initial={"language": subscription.language, "topics": chosen})


class LetterForm(forms.Form):
    """A letter's words in the languages it is written in, what it points to, and whom it is for."""

    topics = rows_field(Topic.objects.all(), label=_("Only for those who chose"))
    articles = rows_field(Article.objects.none(), label=_("News"))
    gatherings = rows_field(Conference.objects.none(), label=_("Gatherings"))
    is_public = forms.BooleanField(
        label=_("Everyone can read it in the archive when it has been sent"), required=False
    )

    def __init__(self, data: QueryDict | None = None, *, letter: Letter | None = None) -> None:
        super().__init__(data, initial=self.written(letter))
        self.fields["articles"].queryset = queries.articles_to_pick(letter)  # type: ignore[attr-defined]
        self.fields["gatherings"].queryset = queries.gatherings_to_pick(letter)  # type: ignore[attr-defined]
        for code, _name in settings.LANGUAGES:
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Subject"),
                max_length=120,
                required=False,
                validators=[validate_line],
                widget=forms.TextInput({"lang": code}),
            )
            self.fields[f"body_{code}"] = forms.CharField(
                label=_("Text"),
                max_length=20000,
                required=False,
                validators=[validate_text],
                widget=forms.Textarea({"rows": 12, "lang": code}),
            )

    def parts(self) -> list[forms.BoundField]:
        return [self["articles"], self["gatherings"], self["topics"]]

    def written(self, letter: Letter | None) -> dict[str, Any]:
        if letter is None:
            return {"is_public": True}
        initial: dict[str, Any] = {
            "is_public": letter.is_public,
            "topics": list(letter.topics.all()),
            "articles": list(letter.articles.all()),
            "gatherings": list(letter.gatherings.all()),
        }
        for text in letter.texts.all():
            initial[f"subject_{text.language}"] = text.subject
            initial[f"body_{text.language}"] = text.body
        return initial

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
        if not self.content().texts and not self.errors:
            self.add_error(None, _("Write a subject and a text in at least one language."))
        return found

    def content(self) -> Content:
        said = self.cleaned_data
        pairs = {
            code: (said.get(f"subject_{code}") or "", said.get(f"body_{code}") or "")
            for code, _name in settings.LANGUAGES
        }
        return Content(
            texts={code: pair for code, pair in pairs.items() if all(pair)},
            topics=list(said.get("topics") or ()),
            articles=list(said.get("articles") or ()),
            gatherings=list(said.get("gatherings") or ()),
            is_public=bool(said.get("is_public")),
        )


class ScheduleForm(forms.Form):
    """When a letter leaves, and the number of addresses that was agreed to."""

    send_at = forms.DateTimeField(
        label=_("At a time to come"),
        required=False,
        widget=MomentInput,
        help_text=_("Leave it empty to send now."),
    )
    expected = forms.IntegerField(min_value=0, max_value=10**9, widget=forms.HiddenInput)

    def clean_send_at(self) -> Any:
        moment = self.cleaned_data["send_at"]
        if moment is not None and moment <= timezone.now():
            raise forms.ValidationError(_("Choose a time to come."))
        return moment
