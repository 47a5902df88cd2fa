"""What an organiser fills in for people who phoned, or who came to the door without a place."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conferences.models import Conference
from network.models import Organisation
from network.queries import organisations_resembling
from network.validators import name_key
from registrations.actions.applying import (
    Application,
    Choice,
    NewOrganisation,
    PersonApplication,
)
from registrations.errors import RegistrationError
from registrations.forms.choosing import block_fields
from registrations.forms.fields import ChosenLater, LineField
from registrations.models import Booking, Tier
from registrations.naming import read_organisation
from registrations.validators import validate_line
from registrations.workshops import BlockOffer, block_offers

SALT = "registrations.phoned"
FEW_ROWS, MORE_ROWS = 2, 3


class PhonedPersonForm(forms.Form):
    """One of those who come. A row without a name is nobody."""

    name = LineField(label=gettext_lazy("Name"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail (optional)"),
        max_length=254,
        required=False,
        validators=[validate_line],
    )
    badge_name = LineField(
        label=gettext_lazy("Name on the badge (optional)"), max_length=60, required=False
    )
    tier = forms.ChoiceField(label=gettext_lazy("Ticket type"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        tiers: list[Tier],
        blocks: Sequence[BlockOffer],
        prefix: str,
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.blocks = block_fields(blocks, self, data if data is not None else {})
        for block in self.blocks:
            self.fields[block.name].required = False  # organisers may leave it open
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(tier.key, tier.name) for tier in tiers]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        written = ("email", "badge_name", *(block.name for block in self.blocks))
        if not found.get("name") and any(found.get(each) for each in written):
            self.add_error("name", _("Write the name too."))
        if found.get("name") and not found.get("tier") and "tier" not in self.errors:
            self.add_error("tier", _("Choose one of the kinds of place."))
        return found

    def refuse(self, error: RegistrationError) -> None:
        """Shows what the verb said; a workshop that is full by now can be waited for."""
        block = next((each for each in self.blocks if each.name == error.field), None)
        if error.code == "workshop_full" and block is not None:
            assert isinstance(self.data, QueryDict)
            data = self.data.copy()
            data[self.add_prefix(block.name)] = block.became_full(block.typed)
            self.data = data
        self.add_error(error.field if error.field in self.fields else None, str(error))

    def workshops(self) -> tuple[Choice, ...]:
        choices = (block.choice(self.cleaned_data) for block in self.blocks)
        return tuple(choice for choice in choices if choice is not None)


class PhonedForm(forms.Form):
    submission = forms.CharField(widget=forms.HiddenInput, required=False)
    contact_name = LineField(label=gettext_lazy("Contact person"), max_length=120)
    contact_email = forms.EmailField(
        label=gettext_lazy("Contact e-mail"),
        max_length=254,
        validators=[validate_line],
        help_text=gettext_lazy("Mails come here for those without an e-mail of their own."),
    )
    organisation = LineField(
        label=gettext_lazy("Organisation"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Name or organisation number. Empty for people on their own."),
        widget=forms.TextInput({"list": "organisation-names"}),
    )
    organisation_choice = ChosenLater(
        label=gettext_lazy("Did you mean one of these?"), required=False
    )
    invoice_reference = LineField(
        label=gettext_lazy("Invoice reference (optional)"), max_length=60, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the mails"), choices=Conference.Language.choices
    )
    together = forms.BooleanField(
        label=gettext_lazy("All together or not at all, where there isn't room for everyone"),
        required=False,
    )
    arrived = forms.BooleanField(
        label=gettext_lazy("They are here now: mark those who get a place as arrived"),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None, *, conference: Conference) -> None:
        initial = {"language": conference.language, "submission": new_key()}
        super().__init__(data, initial=initial)
        self.comes_from: Organisation | NewOrganisation | None = None
        tiers = list(conference.tiers.all())
        blocks = block_offers(conference, timezone.now(), closed_too=True)
        rows = row_count(data)
        self.people = [
            PhonedPersonForm(data, tiers=tiers, blocks=blocks, prefix=f"person-{number}")
            for number in range(1, rows + 1)
        ]

    def is_valid(self) -> bool:
        people_valid = [person.is_valid() for person in self.people]
        return super().is_valid() and all(people_valid)

    def shown(self) -> list[forms.BoundField]:
        """The fields outside the rows; the question about similar names only when there is one."""
        asked = bool(self["organisation_choice"].errors) or bool(
            self.data.get("organisation_choice")
        )
        hidden = {"submission"} | (set() if asked else {"organisation_choice"})
        return [field for field in self if field.name not in hidden]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.key is None:
            raise ValidationError(_("Load the page again, and write it once more."))
        if found.get("organisation"):
            self.find_organisation(found["organisation"])
        if not any(
            person.data.get(person.add_prefix("name"), "").strip() for person in self.people
        ):
            self.people[0].add_error("name", _("Write who comes."))
        return found

    def find_organisation(self, text: str) -> None:
        try:
            known = read_organisation(text)
        except ValidationError as error:
            self.add_error("organisation", error)
            return
        self.comes_from = known
        if not isinstance(known, NewOrganisation):
            return
        similar = {each.name_key: each for each in organisations_resembling(known.name)}
        if not similar:
            return
        add = f"+{name_key(known.name)}"
        field = self.fields["organisation_choice"]
        assert isinstance(field, ChosenLater)
        question = _("No, add “%(name)s” as a new organisation") % {"name": known.name}
        field.offer([*((key, each.name) for key, each in similar.items()), (add, question)])
        chosen = self.cleaned_data.get("organisation_choice", "")
        if chosen != add and chosen not in similar:
            self.add_error(
                "organisation_choice", _("We know organisations with nearly the same name. Choose.")
            )
        self.comes_from = similar.get(chosen, known)

    @property
    def key(self) -> uuid.UUID | None:
        """The idempotency key of this form; None for one that we didn't make."""
        try:
            return uuid.UUID(signing.loads(str(self["submission"].value() or ""), salt=SALT))
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def application(self) -> Application:
        """Only for a form that is valid. Whoever finds no place free waits: the organiser sees it at once."""
        cleaned, key = self.cleaned_data, self.key
        assert key is not None
        people = [person for person in self.people if person.cleaned_data.get("name")]
        return Application(
            submission=key,
            contact_name=cleaned["contact_name"],
            contact_email=cleaned["contact_email"],
            people=tuple(
                PersonApplication(
                    tier=each.cleaned_data["tier"],
                    name=each.cleaned_data["name"],
                    email=each.cleaned_data["email"],
                    badge_name=each.cleaned_data["badge_name"],
                    workshops=each.workshops(),
                    accept_waiting=True,
                )
                for each in people
            ),
            organisation=self.comes_from,
            invoice_reference=cleaned["invoice_reference"],
            language=cleaned["language"],
            together=cleaned["together"],
        )


def new_key() -> str:
    return signing.dumps(str(uuid.uuid4()), salt=SALT)


def row_count(data: QueryDict | None) -> int:
    """How many rows the form has: those that were sent, and three more where they are asked for."""
    if data is None:
        return FEW_ROWS
    sent = data.get("rows", "")
    rows = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 3 else FEW_ROWS
    more = MORE_ROWS if "more" in data else 0
    return max(1, min(rows + more, Booking.MOST_PEOPLE))
