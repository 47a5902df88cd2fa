"""What people fill in to join, and to change what they said."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from membership import consents
from membership.actions.joining import Application, Changes
from membership.models import ConsentRecord, Membership
from network.languages import Language
from network.models import Organisation, Topic
from network.validators import (
    country_of_number,
    looks_like_number,
    name_key,
    validate_line,
    validate_number,
)
from recovery_network.rows_field import RowsField, rows_field

Purpose = ConsentRecord.Purpose


def name_field(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=120,
        validators=[validate_line],
        widget=forms.TextInput({"autocomplete": "name"}),
        **options,
    )


def interests_field() -> RowsField:
    return rows_field(Topic.objects.all(), label=_("What interests you most?"))


class JoinForm(forms.Form):
    """Joining as a person."""

    kind = Membership.Kind.PERSON

    name = name_field(_("Your name"))
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=_("We send a link there. You are a member when you have pressed it."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    interests = interests_field()
    named = forms.BooleanField(required=False)
    agree = forms.BooleanField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "nb"
        self.fields["agree"].label = consents.words(Purpose.MEMBERSHIP, language)
        self.fields["agree"].error_messages["required"] = _(
            "Tick here, else we may not keep what you write."
        )
        if "named" in self.fields:
            self.fields["named"].label = consents.words(Purpose.NAMED, language)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def application(self) -> Application:
        said = self.cleaned_data
        return Application(
            kind=self.kind,
            name=said["name"],
            email=said["email"],
            language=get_language() or "nb",
            interests=list(said["interests"]),
            named=said.get("named", False),
            organisation_name=said.get("organisation", ""),
            organisation_kind=said.get("organisation_kind", ""),
            organisation_number=said.get("number", ""),
        )


class JoinOrganisationForm(JoinForm):
    """Joining for an organisation; the person is its contact."""

    kind = Membership.Kind.ORGANISATION

    field_order = ["organisation", "organisation_kind", "number", "name", "email", "interests"]

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        validators=[validate_line],
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    organisation_kind = forms.ChoiceField(
        label=_("What kind of organisation is it?"),
        choices=[("", _("Choose")), *Organisation.Kind.choices],
    )
    number = forms.CharField(
        label=_("Organisation number, if you know it"),
        max_length=40,
        required=False,
        validators=[validate_line],
        help_text=_("Nine digits in Norway, eight (CVR) in Denmark."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    name = name_field(_("Contact person"))
    named = None  # type: ignore[assignment]  # organisations stand in the directory when organisers say so

    def clean_organisation(self) -> str:
        name: str = self.cleaned_data["organisation"]
        if not name_key(name) or looks_like_number(name):
            raise forms.ValidationError(_("Write the name with letters or digits."))
        return name

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        return validate_number(number, country_of_number(number)) if number else ""


class MembershipForm(forms.Form):
    """What a member may change."""

    name = name_field(_("Your name"))
    language = forms.ChoiceField(label=_("We write to you in"), choices=Language.choices)
    interests = interests_field()
    named = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, membership: Membership) -> None:
        initial = {
            "name": membership.name,
            "language": membership.language,
            "interests": list(membership.interests.all()),
            "named": membership.is_named,
        }
        super().__init__(data, initial=initial)
        if membership.kind == Membership.Kind.PERSON:
            self.fields["named"].label = consents.words(Purpose.NAMED, get_language() or "nb")
        else:
            self.fields["name"].label = _("Contact person")
            del self.fields["named"]

    def changes(self) -> Changes:
        said = self.cleaned_data
        return Changes(
            name=said["name"],
            language=said["language"],
            interests=list(said["interests"]),
            named=said.get("named", False),
        )
