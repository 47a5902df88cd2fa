"""What organisers fill in: a survey, a section, a question with its choices, a list of addresses."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery_network.admin_base import Form
from surveys import files
from surveys.actions.building import plan_of
from surveys.actions.inviting import addresses_in
from surveys.errors import SurveyError
from surveys.files import ChoicePlan, QuestionPlan, SectionPlan
from surveys.library import LIBRARY
from surveys.models import Option, QuestionVersion, Section, Survey
from surveys.words import MOST_CHARACTERS, Words, tidied, validate_words

Kind = QuestionVersion.Kind
LANGUAGES = tuple(settings.LANGUAGE_NAMES)
ONE_LINE = 300


def line(label: str | Promise, language: str) -> forms.CharField:
    return forms.CharField(
        label=in_language(label, language),
        required=False,
        max_length=ONE_LINE,
        widget=forms.TextInput(attrs={"lang": language, "class": "vTextField"}),
    )


def area(label: str | Promise, language: str) -> forms.CharField:
    return forms.CharField(
        label=in_language(label, language),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"lang": language, "rows": 3}),
    )


def in_language(label: str | Promise, language: str) -> Any:
    return format_lazy("{} – {}", label, settings.LANGUAGE_NAMES[language])


def words_in(cleaned: dict[str, Any], name: str) -> Words:
    return tidied({code: cleaned.get(f"{name}_{code}") or "" for code in LANGUAGES})


def initial_words(words: Words, name: str) -> dict[str, str]:
    return {f"{name}_{code}": words.get(code, "") for code in LANGUAGES}


def check_words(form: forms.BaseForm, cleaned: dict[str, Any], *names: str) -> None:
    for name in names:
        try:
            validate_words(words_in(cleaned, name))
        except ValidationError as error:
            form.add_error(f"{name}_nb", error)


class SurveyForm(Form):
    """A survey's frame. Its questions have pages of their own."""

    WORDS = ("title", "introduction", "thanks")

    title_nb = line(gettext_lazy("Title"), "nb")
    title_nn = line(gettext_lazy("Title"), "nn")
    title_da = line(gettext_lazy("Title"), "da")
    title_en = line(gettext_lazy("Title"), "en")
    introduction_nb = area(gettext_lazy("Introduction"), "nb")
    introduction_nn = area(gettext_lazy("Introduction"), "nn")
    introduction_da = area(gettext_lazy("Introduction"), "da")
    introduction_en = area(gettext_lazy("Introduction"), "en")
    thanks_nb = area(gettext_lazy("What happens next"), "nb")
    thanks_nn = area(gettext_lazy("What happens next"), "nn")
    thanks_da = area(gettext_lazy("What happens next"), "da")
    thanks_en = area(gettext_lazy("What happens next"), "en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.WORDS:
            for field, text in initial_words(getattr(self.instance, name), name).items():
                self.initial.setdefault(field, text)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        check_words(self, cleaned, *self.WORDS)
        for name in self.WORDS:
            if f"{name}_nb" in self.fields:
                setattr(self.instance, name, words_in(cleaned, name))
        return cleaned


class NewSurveyForm(SurveyForm):
    """A new one may begin as a ready questionnaire or as a copy; what is left empty then comes from there."""

    start = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        required=False,
        help_text=gettext_lazy(
            "Texts that you leave empty come from there. You can change everything afterwards."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)
        start.choices = [
            ("", _("An empty questionnaire")),
            (
                _("Ready questionnaires"),
                [(f"library:{name}", plan.title_in_words()) for name, plan in LIBRARY.items()],
            ),
            (
                _("Earlier surveys"),
                [(f"survey:{each.pk}", str(each)) for each in Survey.objects.all()[:50]],
            ),
        ]
        self.fields["slug"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.plan = self.find_plan(cleaned.get("start") or "")
        if self.plan is not None:
            for name in self.WORDS:
                if not getattr(self.instance, name):
                    setattr(self.instance, name, getattr(self.plan, name))
            self.instance.layout = self.plan.layout
        return cleaned

    def find_plan(self, start: str) -> files.Plan | None:
        kind, _colon, name = start.partition(":")
        if kind == "library":
            return LIBRARY[name].plan()
        if kind == "survey":
            return plan_of(Survey.objects.get(pk=name))
        return None


class SectionForm(forms.Form):
    title_nb = line(gettext_lazy("Title"), "nb")
    title_nn = line(gettext_lazy("Title"), "nn")
    title_da = line(gettext_lazy("Title"), "da")
    title_en = line(gettext_lazy("Title"), "en")
    introduction_nb = area(gettext_lazy("Introduction"), "nb")
    introduction_nn = area(gettext_lazy("Introduction"), "nn")
    introduction_da = area(gettext_lazy("Introduction"), "da")
    introduction_en = area(gettext_lazy("Introduction"), "en")

    def clean(self) -> dict[str, Any]:
        check_words(self, self.cleaned_data, "title", "introduction")
        return self.cleaned_data

    def plan(self) -> SectionPlan:
        return SectionPlan(
            words_in(self.cleaned_data, "title"), words_in(self.cleaned_data, "introduction"), ()
        )

    @staticmethod
    def initial_of(section: Section) -> dict[str, str]:
        return {
            **initial_words(section.title, "title"),
            **initial_words(section.introduction, "introduction"),
        }


class QuestionForm(forms.Form):
    """What one question asks; which of the fields are there depends on its kind."""

    text_nb = line(gettext_lazy("Question"), "nb")
    text_nn = line(gettext_lazy("Question"), "nn")
    text_da = line(gettext_lazy("Question"), "da")
    text_en = line(gettext_lazy("Question"), "en")
    help_nb = line(gettext_lazy("Help"), "nb")
    help_nn = line(gettext_lazy("Help"), "nn")
    help_da = line(gettext_lazy("Help"), "da")
    help_en = line(gettext_lazy("Help"), "en")
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    dont_know = forms.BooleanField(label=gettext_lazy("With “don't know”"), required=False)
    low = forms.IntegerField(label=gettext_lazy("Lowest"), required=False)
    high = forms.IntegerField(label=gettext_lazy("Highest"), required=False)
    low_label_nb = line(gettext_lazy("What the lowest means"), "nb")
    low_label_nn = line(gettext_lazy("What the lowest means"), "nn")
    low_label_da = line(gettext_lazy("What the lowest means"), "da")
    low_label_en = line(gettext_lazy("What the lowest means"), "en")
    high_label_nb = line(gettext_lazy("What the highest means"), "nb")
    high_label_nn = line(gettext_lazy("What the highest means"), "nn")
    high_label_da = line(gettext_lazy("What the highest means"), "da")
    high_label_en = line(gettext_lazy("What the highest means"), "en")
    show_if = forms.ModelMultipleChoiceField(
        queryset=Option.objects.none(),
        label=gettext_lazy("Ask only those who answered"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any of them. None means that everyone is asked."),
    )

    def __init__(self, *args: Any, kind: str, before: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        kept = self.kept()
        for field in list(self.fields):
            if field.removesuffix(field[-3:] if field[-2:] in LANGUAGES else "") not in kept:
                del self.fields[field]
        if before:
            conditions = self.fields["show_if"]
            assert isinstance(conditions, forms.ModelMultipleChoiceField)
            conditions.queryset = Option.objects.filter(pk__in=[option.pk for option in before])
            conditions.choices = [(option.pk, f"{option.version}: {option}") for option in before]
        else:
            del self.fields["show_if"]

    def kept(self) -> set[str]:
        """The fields that a question of this kind has; a recommendation always goes from 0 to 10."""
        names = {"text", "help", "required", "show_if"}
        if self.kind in {*QuestionVersion.CHOICES, *QuestionVersion.SCALES}:
            names.add("dont_know")
        if self.kind in {Kind.SCALE, Kind.NUMBER}:
            names |= {"low", "high"}
        if self.kind in QuestionVersion.SCALES:
            names |= {"low_label", "high_label"}
        return names

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        check_words(self, cleaned, "text", "help")
        if not words_in(cleaned, "text"):
            self.add_error("text_nb", _("Write the question in at least one language."))
        low, high = cleaned.get("low"), cleaned.get("high")
        if self.kind == Kind.SCALE and not (
            low is not None
            and high is not None
            and files.LOWEST_STEP <= low < high <= files.HIGHEST_STEP
        ):
            self.add_error("low", _("A scale goes from 0 or more up to 10 at most."))
        if self.kind == Kind.NUMBER:
            if any(end is not None and abs(end) > files.MOST_END for end in (low, high)):
                self.add_error("low", _("The number has too many digits."))
            elif low is not None and high is not None and low >= high:
                self.add_error("high", _("The highest must be above the lowest."))
        return cleaned

    def plan(self, options: tuple[ChoicePlan, ...]) -> QuestionPlan:
        cleaned = self.cleaned_data
        fixed = self.kind == Kind.RECOMMEND
        return QuestionPlan(
            id="",
            kind=self.kind,
            text=words_in(cleaned, "text"),
            help=words_in(cleaned, "help"),
            required=cleaned["required"],
            low=0 if fixed else cleaned.get("low"),
            high=10 if fixed else cleaned.get("high"),
            low_label=words_in(cleaned, "low_label"),
            high_label=words_in(cleaned, "high_label"),
            dont_know=bool(cleaned.get("dont_know")),
            options=options,
        )

    @staticmethod
    def initial_of(plan: QuestionPlan, conditions: list[int]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "required": plan.required,
            "dont_know": plan.dont_know,
            "low": plan.low,
            "high": plan.high,
            "show_if": conditions,
        }
        for name in ("text", "help", "low_label", "high_label"):
            told |= initial_words(getattr(plan, name), name)
        return told


class OptionForm(forms.Form):
    """One choice, or one row of a table, in all languages; an empty one is none."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)
    label_nb = line(gettext_lazy("Text"), "nb")
    label_nn = line(gettext_lazy("Text"), "nn")
    label_da = line(gettext_lazy("Text"), "da")
    label_en = line(gettext_lazy("Text"), "en")

    def clean(self) -> dict[str, Any]:
        check_words(self, self.cleaned_data, "label")
        return self.cleaned_data


class OptionFormSet(forms.BaseFormSet[OptionForm]):
    """Choices in their order; each input says which row and language it is."""

    def add_fields(self, form: OptionForm, index: int | None) -> None:
        super().add_fields(form, index)
        number = "" if index is None else f" {index + 1}"
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = f"{field.label}{number}"

    def plans(self, role: str) -> tuple[ChoicePlan, ...]:
        found = []
        for number, form in enumerate(self.ordered()):
            label = words_in(form.cleaned_data, "label")
            if label and not form.cleaned_data.get("DELETE"):
                key = form.cleaned_data.get("key") or f"new-{role}-{number}"
                found.append(ChoicePlan(key, label, role))
        return tuple(found)

    def ordered(self) -> list[OptionForm]:
        """By the numbers given for their order; those without one last, as they stand."""
        numbered = list(enumerate(self.forms))
        return [
            form
            for _place, form in sorted(
                numbered,
                key=lambda pair: (pair[1].cleaned_data.get("ORDER") or pair[0] + 1, pair[0]),
            )
        ]


OptionForms = forms.formset_factory(
    OptionForm,
    formset=OptionFormSet,
    extra=3,
    max_num=files.MOST_CHOICES,
    absolute_max=files.MOST_CHOICES,
    can_order=True,
    can_delete=True,
)


def option_forms(data: Any, prefix: str, plans: list[ChoicePlan]) -> Any:
    initial = [{"key": each.id, **initial_words(each.label, "label")} for each in plans]
    return OptionForms(data, prefix=prefix, initial=initial)


class FileForm(forms.Form):
    """A questionnaire from another site, or one that was taken out of this."""

    file = forms.FileField(label=gettext_lazy("Questionnaire (a file that ends in .json)"))

    def clean_file(self) -> files.Plan:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        if (upload.size or 0) > files.MOST_BYTES:
            raise ValidationError(_("The file is too large to be a questionnaire."))
        try:
            return files.from_bytes(upload.read())
        except SurveyError as error:
            raise ValidationError(str(error)) from error


class ListForm(forms.Form):
    """Addresses as people paste them from a mail program or a spreadsheet."""

    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("One on each line, or with commas between."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"),
        choices=[(code, settings.LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )

    def clean_emails(self) -> list[str]:
        good, bad = addresses_in(self.cleaned_data["emails"])
        if bad:
            raise ValidationError(
                _("These are no e-mail addresses: %(which)s.") % {"which": ", ".join(bad[:5])}
            )
        if not good:
            raise ValidationError(_("There is no e-mail address in it."))
        return good
