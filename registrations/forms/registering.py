"""The form of registering. It checks and explains; the verb in actions decides and writes."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Self

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.models import Conference
from network.models import Organisation
from network.queries import organisations_resembling
from network.validators import name_key
from registrations.actions.applying import Application, NewOrganisation
from registrations.consents import NEEDS_VERSION, TERMS_VERSION
from registrations.errors import RegistrationError
from registrations.forms.fields import ChosenLater, LineField
from registrations.forms.people import PersonForm
from registrations.models import Booking, Submission, Tier
from registrations.models.registration import person_key
from registrations.naming import read_organisation
from registrations.needs import OfferedNeed
from registrations.queries import TierPlaces
from registrations.validators import validate_line
from registrations.workshops import BlockOffer

PERSON = "person"  # the hidden field that names each person's part of the form
ASKED = "asked"  # the hidden field of those whose badge and needs are asked for
FEW_PEOPLE = 8  # of more, badge and needs are asked for one by one, so that the page stays small


class RegistrationForm(forms.Form):
    """One page for one contact person: themselves alone, or a party of up to thirty.

    It asks once more where an organisation's name is like a known one. That question is a field that
    shows only then. `people` are the parts for each person, checked together with it.
    """

    submission = forms.CharField(widget=forms.HiddenInput, required=False)
    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=gettext_lazy("Your ticket and your link come here."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    organisation = LineField(
        label=gettext_lazy("Organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization", "list": "organisation-names"}),
    )
    organisation_choice = ChosenLater(
        label=gettext_lazy("Did you mean one of these?"), required=False
    )
    invoice_reference = LineField(
        label=gettext_lazy("Invoice reference"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Only for places that cost something, and only if those who pay want one. "
            "For instance an order number."
        ),
    )
    pasted = forms.CharField(
        label=gettext_lazy("List of names"),
        required=False,
        help_text=gettext_lazy(
            "One person on each line: name, e-mail and kind of place, in any order. "
            "Copy the cells from a spreadsheet, or put a comma or a semicolon between."
        ),
        widget=forms.Textarea({"rows": 5}),
    )
    together = forms.ChoiceField(
        label=gettext_lazy("If there isn't room for all of you now"),
        choices=[
            ("", gettext_lazy("Take the places there are. The others wait.")),
            ("yes", gettext_lazy("All together or not at all: then everyone waits.")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    needs_consent = forms.BooleanField(
        label=gettext_lazy("You may store what I need until 14 days after the day"),
        required=False,
    )
    terms = forms.BooleanField(
        label=gettext_lazy("I agree to the terms for registering"),
        error_messages={
            "required": gettext_lazy("You can register when you have agreed to the terms.")
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        conference: Conference,
        rows: list[TierPlaces],
        kinds: Sequence[OfferedNeed] = (),
        blocks: Sequence[BlockOffer] = (),
    ) -> None:
        super().__init__(data)
        self.kinds = kinds
        self.blocks = blocks
        self.rows = {row.tier.key: row for row in rows}
        self.status = HTTPStatus.UNPROCESSABLE_ENTITY
        self.comes_from: Organisation | NewOrganisation | None = None
        self.slug = conference.slug
        self.names_until = conference.unnamed_until if self.takes_unnamed(conference) else None
        self.notice = ""
        self.row_mistakes: list[str] = []
        self.people = self.seat(data)
        self.is_party = self.people[0].prefix is not None
        self.unfold(data)
        self.dress()

    @classmethod
    def as_typed(
        cls,
        typed: QueryDict,
        *,
        conference: Conference,
        rows: list[TierPlaces],
        kinds: Sequence[OfferedNeed] = (),
        blocks: Sequence[BlockOffer] = (),
    ) -> Self:
        """The form with what has been typed so far, which nobody has asked to be checked."""
        form = cls(conference=conference, rows=rows, kinds=kinds, blocks=blocks)
        form.people = [form.person(each, typed=typed) for each in prefixes(typed)]
        form.is_party = True
        form.unfold(typed)
        form.dress()
        parts: list[forms.Form] = [form, *form.people]
        for part in parts:
            part.initial = {
                name: field.widget.value_from_datadict(typed, {}, part.add_prefix(name))
                for name, field in part.fields.items()
            }
        return form

    def seat(self, data: QueryDict | None) -> list[PersonForm]:
        found: list[str | None] = [*prefixes(data)] if data else []
        return [self.person(each, data) for each in found or [None]]

    def person(
        self, prefix: str | None, data: QueryDict | None = None, *, typed: QueryDict | None = None
    ) -> PersonForm:
        return PersonForm(
            data,
            rows=self.rows,
            prefix=prefix,
            kinds=self.kinds,
            blocks=self.blocks,
            typed=typed,
            may_come_unnamed=self.names_until is not None,
        )

    def takes_unnamed(self, conference: Conference) -> bool:
        """Whether people may be named later; by whom is checked with the rest."""
        return conference.takes_unnamed()

    def unfold(self, data: QueryDict | None) -> None:
        asked = data.getlist(ASKED) if data else []
        for person in self.people:
            person.is_one_of_many = len(self.people) > FEW_PEOPLE
            person.is_asked_more = not person.is_one_of_many or person.prefix in asked
            for block in person.blocks if len(self.people) > FEW_PEOPLE else []:
                block.shorten()

    def dress(self) -> None:
        """Fit the fields to what this gathering offers, and to one person or several."""
        offered = [row.tier for row in self.rows.values()]
        self.dress_consents()
        self.dress_costs()
        organisation = self.fields["organisation"]
        organisation.required = all(tier.organisation_required for tier in offered)
        organisation.help_text = (
            _("Name or organisation number. Is yours not in the list? Write its name.")
            if organisation.required
            else _("Name or organisation number. Leave it empty if you come on your own.")
        )
        if self.is_party:
            self.fields["email"].help_text = _(
                "The overview of all of you comes here, and everything for those without an e-mail."
            )

    def dress_consents(self) -> None:
        self.fields["terms"].help_text = terms_link()
        self.fields["needs_consent"].help_text = _("Version %(version)s of this text.") % {
            "version": NEEDS_VERSION
        }
        if self.is_party:
            self.fields["needs_consent"].label = _(
                "They agree that you store what they need until 14 days after the day"
            )

    def dress_costs(self) -> None:
        if not any(row.tier.costs for row in self.rows.values()):
            self.fields.pop("invoice_reference", None)

    # --- Checking ---------------------------------------------------------------------------

    def is_valid(self) -> bool:
        return super().is_valid() and not any(person.errors for person in self.people)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for person in self.people:
            person.full_clean()
        self.check_wholeness()
        self.check_list()
        self.check_party()
        tiers = [tier for person in self.people if (tier := person.final_tier)]
        if tiers and not any(tier.costs for tier in tiers):
            self.errors.pop("invoice_reference", None)
            cleaned["invoice_reference"] = ""
        organisation = cleaned.get("organisation")
        if organisation is not None:
            self.check_unnamed(organisation)
            self.check_organisation(organisation, tiers)
        reported = any(person.reported_needs() for person in self.people)
        if reported and not cleaned.get("needs_consent"):
            self.add_error(
                "needs_consent",
                _("We can store what you need only if you say yes here. Or leave it all empty."),
            )
        return cleaned

    def check_wholeness(self) -> None:
        """Refuses a form that isn't ours: a key that we didn't make, or one field sent several times."""
        assert isinstance(self.data, QueryDict)
        several = {PERSON, ASKED, *(person.add_prefix("needs") for person in self.people)}
        repeated = any(len(values) > 1 for name, values in self.data.lists() if name not in several)
        if repeated or self.submission_key is None:
            self.errors.pop("submission", None)
            self.renew()
            self.status = HTTPStatus.BAD_REQUEST
            self.add_error(
                None, _("The form was damaged on its way. Check what you wrote, and send it again.")
            )

    def check_list(self) -> None:
        if self.cleaned_data.get("pasted", "").strip():
            self.add_error(
                "pasted",
                _("The list has not been read yet. Press “Fill in from the list”, or empty it."),
            )

    def check_party(self) -> None:
        """Not too many, and nobody twice."""
        if len(self.people) > Booking.MOST_PEOPLE:
            message = _("Register at most %(most)s people at a time.")
            self.add_error(None, message % {"most": Booking.MOST_PEOPLE})
        seen: set[tuple[str, str]] = set()
        contact = self.contact.get("email", "")
        for person in self.people if self.is_party else []:
            name = person.cleaned_data.get("name", "")
            known_by = person_key(name), (person.cleaned_data.get("email") or contact).lower()
            if name and known_by in seen:
                person.add_error(
                    "name",
                    _("This person stands here twice. Are they two? Write their e-mail addresses."),
                )
            seen.add(known_by)

    def check_organisation(self, text: str, tiers: list[Tier]) -> None:
        if not text:
            if any(tier.organisation_required for tier in tiers) and not self.has_error(
                "organisation"
            ):
                self.add_error(
                    "organisation", _("This kind of place needs an organisation. Write yours.")
                )
            return
        try:
            found = read_organisation(text)
        except ValidationError as error:
            self.add_error("organisation", error)
            return
        self.comes_from = (
            self.one_of_similar(found) if isinstance(found, NewOrganisation) else found
        )

    def check_unnamed(self, organisation: str) -> None:
        """A place of someone without an organisation is theirs alone: it goes to the next in line."""
        if not organisation and any(person.is_unnamed for person in self.people):
            message = _("Only an organisation can reserve places without names. Write yours.")
            self.add_error("organisation", message)

    def one_of_similar(self, new: NewOrganisation) -> Organisation | NewOrganisation | None:
        """Asks which one is meant, so that spelling variants don't become organisations of their own."""
        similar = {each.name_key: each for each in organisations_resembling(new.name)}
        if not similar:
            return new
        add = f"+{name_key(new.name)}"
        options = [(key, each.name) for key, each in similar.items()]
        question = _("No, add “%(name)s” as a new organisation") % {"name": new.name}
        field = self.fields["organisation_choice"]
        assert isinstance(field, ChosenLater)
        field.offer([*options, (add, question)])
        chosen = self.cleaned_data.get("organisation_choice", "")
        if chosen == add:
            return new
        if chosen not in similar:
            self.add_error(
                "organisation_choice", _("We know organisations with nearly the same name. Choose.")
            )
        return similar.get(chosen)

    def refuse(self, error: RegistrationError) -> None:
        """Shows what the verb said, at the people whom it is about."""
        for number in error.people:
            self.people[number].refuse(error)
        if not error.people:
            self.add_error(error.field if error.field in self.fields else None, str(error))

    # --- What was said ----------------------------------------------------------------------

    @property
    def contact(self) -> Mapping[str, Any]:
        """Name and e-mail of whoever sends it in, as far as they can be read."""
        return self.cleaned_data

    @property
    def submission_key(self) -> uuid.UUID | None:
        try:
            return uuid.UUID(signer(self.slug).unsign(self.data.get("submission", "")))
        except (signing.BadSignature, ValueError):
            return None

    def application(self, *, language: str, invitation: str = "") -> Application:
        """What the verb is told. Only for a form that is valid."""
        cleaned, submission = self.cleaned_data, self.submission_key
        assert submission is not None
        return Application(
            submission=submission,
            contact_name=cleaned["name"],
            contact_email=cleaned["email"],
            people=tuple(person.application(contact=cleaned) for person in self.people),
            organisation=self.comes_from,
            invoice_reference=cleaned.get("invoice_reference", ""),
            language=language,
            together=self.is_party and cleaned["together"] == "yes",
            invitation=invitation,
        )

    def ask_about_another(self, sent: Submission) -> None:
        """The form was sent before, for someone else: it keeps what is written now, under a new key."""
        self.renew()
        self.add_error(
            None,
            _(
                "You have sent this form already, for %(name)s (%(email)s). Do you want to register "
                "one more person? Then send it again."
            )
            % {"name": sent.name, "email": sent.email},
        )

    def tells_of(self, submission: Submission) -> bool:
        application = self.application(language="")
        said = (application.contact_name, application.contact_email)
        people = [[each.name, each.email] for each in application.people]
        return said == (submission.name, submission.email) and people == [
            [each["name"], each["email"]] for each in submission.people
        ]

    @property
    def has_mistakes(self) -> bool:
        return self.is_bound and any(person.errors for person in self.people)

    @property
    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What must be mended in the parts of each person: the id of the field, and the sentence."""
        for number, person in enumerate(self.people, start=1):
            for name, errors in person.errors.items():
                if name not in person.fields:
                    continue
                field = person[name]
                who = _("Person %(number)s") % {"number": number}
                words = f"{who}, {field.label}" if self.is_party else str(field.label)
                target = field.id_for_label or f"{field.auto_id}_0"
                yield from ((target, f"{words} – {error}") for error in errors)

    # --- Small things -----------------------------------------------------------------------

    def renew(self) -> None:
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data["submission"] = new_submission(self.slug)
        self.data = data


def prefixes(data: QueryDict) -> list[str]:
    """The parts of the form that were sent, each once; only numbers as we write them."""
    known = [each for each in data.getlist(PERSON) if each.isascii() and each.isdigit()]
    return list(dict.fromkeys(each for each in known if len(each) <= 4))[: Booking.MOST_PEOPLE + 1]


def signer(slug: str) -> signing.Signer:
    return signing.Signer(salt=f"registrations.form.{slug}")


def new_submission(slug: str) -> str:
    """The idempotency key of one form, signed: only keys that we made for this conference count."""
    return signer(slug).sign(str(uuid.uuid4()))


def terms_link() -> SafeString:
    words = _("Read the terms (version %(version)s, opens in a new window)")
    return format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a>',
        reverse("terms"),
        words % {"version": TERMS_VERSION},
    )
