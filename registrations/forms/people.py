"""The part of the form that is there once for each person."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery_network import i18n
from registrations.actions.applying import NeedReport, PersonApplication
from registrations.actions.seating import full
from registrations.errors import RegistrationError
from registrations.forms.choosing import WAIT as IN_LINE
from registrations.forms.choosing import BlockFields, block_fields
from registrations.forms.fields import ChosenLater, LineField
from registrations.forms.tiers import tier_label, tier_line
from registrations.models import Need, Tier
from registrations.needs import OfferedNeed
from registrations.queries import TierPlaces
from registrations.validators import validate_line, validate_text
from registrations.workshops import BlockOffer

WAIT = "+"  # no tier has it as its key
DETAILS = ("badge_name", "needs", "needs_note", "brings_companion", "companion_name")
# What is asked of someone who is named, and of nobody else.
OF_THE_NAMED = ("name", "email", *DETAILS)
LIMITS = {"organisation_limit", "no_organisation_full"}


class PersonForm(forms.Form):
    """One of those who come.

    Alone on the page, without a prefix, it has neither name nor e-mail: the contact's are theirs. Where
    the organisation has taken all its places, it asks what they would like instead. Where the organiser
    allows, who it is may be said later; then only the kind of place is read.
    """

    later = forms.BooleanField(label=gettext_lazy("We name this person later"), required=False)

    name = LineField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254, required=False, validators=[validate_line]
    )
    badge_name = LineField(
        label=gettext_lazy("Name on the badge"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only if it should say something else than your name."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
    )
    tier = forms.ChoiceField(
        label=gettext_lazy("Kind of place"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the kinds of place."),
            "invalid_choice": gettext_lazy("Choose one of the kinds of place."),
        },
    )
    beyond = ChosenLater(label=gettext_lazy("What would you like instead?"), required=False)
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("I need"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs_note = forms.CharField(
        label=gettext_lazy("Tell us more"),
        max_length=500,
        required=False,
        validators=[validate_text],
        help_text=gettext_lazy("What we must know to arrange it, and no more."),
        widget=forms.Textarea({"rows": 3}),
    )

    brings_companion = forms.BooleanField(
        label=gettext_lazy("A companion comes along"),
        required=False,
        help_text=gettext_lazy(
            "Someone you need with you. The companion's place costs nothing and counts for nobody else."
        ),
    )
    companion_name = LineField(
        label=gettext_lazy("Name of the companion"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("You may leave it empty."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        rows: Mapping[str, TierPlaces],
        prefix: str | None = None,
        kinds: Sequence[OfferedNeed] = (),
        blocks: Sequence[BlockOffer] = (),
        typed: QueryDict | None = None,
        may_come_unnamed: bool = False,
    ) -> None:
        super().__init__(data, prefix=prefix)
        if not may_come_unnamed or prefix is None:
            del self.fields["later"]
        self.rows = rows
        known = data if data is not None else typed
        self.blocks = block_fields(blocks, self, known if known is not None else {})
        self.is_asked_more = True
        self.is_one_of_many = False
        needs = self.fields["needs"]
        assert isinstance(needs, forms.MultipleChoiceField)
        needs.choices = [(kind.value, capfirst(kind.label)) for kind in kinds]
        if prefix is None:
            self.dress_alone()
        else:
            self.dress_for_company()

    def dress_alone(self) -> None:
        del self.fields["name"], self.fields["email"]
        self.tier_field.choices = [(key, tier_label(row)) for key, row in self.rows.items()]

    def dress_for_company(self) -> None:
        """Short, because there may be thirty of them on the page."""
        for name in ("badge_name", "needs_note", "companion_name"):
            self.fields[name].help_text = ""
            self.fields[name].widget = forms.TextInput({"maxlength": self.fields[name].max_length})  # type: ignore[attr-defined]
        for name in ("name", "email", "badge_name", "needs_note", "companion_name"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["needs"].label = _("Needs")
        self.tier_field.widget = forms.Select()
        choices = [(key, tier_line(row)) for key, row in self.rows.items()]
        self.tier_field.choices = choices if len(choices) == 1 else [("", _("Choose")), *choices]

    # --- Checking ---------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        if self.is_unnamed:
            self.leave_unread()
        if self.chosen is not None:
            options = self.beyond_options(self.chosen)
            if self.cleaned_data.get("beyond") in dict(options):
                self.beyond_field.offer(options)
        for block in [] if self.is_unnamed else self.blocks:
            self.check_became_full(block)
        return self.cleaned_data

    def leave_unread(self) -> None:
        """What was typed stays in its field, in case they are named after all."""
        chosen = [name for block in self.blocks for name in (block.name, block.second_name)]
        for name in (*OF_THE_NAMED, *chosen):
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)

    def check_became_full(self, block: BlockFields) -> None:
        """The page may have been a few minutes old: what was free then may be full by now."""
        if block.typed in block.full:
            self.say_full(block, block.typed)

    def say_full(self, block: BlockFields, value: str) -> None:
        """Asks whether they would rather wait, with that chosen; a second choice is asked for as well."""
        self.errors.pop(block.name, None)
        self.retype(block.name, block.became_full(value))
        self.add_error(block.name, str(full(block.session_of(value))))

    def retype(self, name: str, value: str) -> None:
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data[self.add_prefix(name)] = value
        self.data = data

    def refuse(self, error: RegistrationError) -> None:
        """Shows what the verb said; where an organisation's places are taken, with what the tier offers."""
        block = next((each for each in self.blocks if each.name == error.field), None)
        if error.code == "workshop_full" and block is not None:
            self.say_full(block, block.typed.removesuffix(IN_LINE))
            return
        if error.code not in LIMITS or self.chosen is None:
            self.add_error(error.field if error.field in self.fields else None, str(error))
            return
        self.retype("beyond", WAIT)
        self.beyond_field.offer(self.beyond_options(self.chosen))
        self.add_error("beyond", str(error))

    def beyond_options(self, tier: Tier) -> list[tuple[str, str]]:
        wait = _(
            "Wait for a place of the kind %(tier)s. The first in line gets the first free one."
        )
        options = [(WAIT, wait % {"tier": tier.name})]
        other = self.overflow_of(tier)
        if other is not None:
            instead = _("Take a place of the kind %(tier)s instead: %(price)s")
            price = i18n.money(other.price)
            options.append((other.key, instead % {"tier": other.name, "price": price}))
        return options

    def overflow_of(self, tier: Tier) -> Tier | None:
        """The other kind of place that the organiser allows beyond the limit, where it is open."""
        if tier.beyond_limit != Tier.BeyondLimit.OTHER_TIER:
            return None
        open_rows = (row.tier for row in self.rows.values())
        return next((each for each in open_rows if each.pk == tier.overflow_tier_id), None)

    # --- What was said ----------------------------------------------------------------------

    @property
    def is_unnamed(self) -> bool:
        return bool(self.cleaned_data.get("later"))

    @property
    def chosen(self) -> Tier | None:
        row = self.rows.get(self.cleaned_data.get("tier", ""))
        return row.tier if row else None

    @property
    def final_tier(self) -> Tier | None:
        """The kind of place they end up with: the one chosen, or the one taken instead."""
        if self.chosen is None:
            return None
        other = self.overflow_of(self.chosen)
        takes_other = other is not None and self.cleaned_data.get("beyond") == other.key
        return other if takes_other else self.chosen

    @property
    def companion(self) -> str | None:
        """A name tells as well as a tick that somebody comes along."""
        name: str = self.cleaned_data.get("companion_name", "")
        return name if name or self.cleaned_data.get("brings_companion") else None

    def reported_needs(self) -> tuple[NeedReport, ...]:
        """A note belongs to the only need that is ticked; beside several, or none, it is one of its own."""
        kinds = self.cleaned_data.get("needs", [])
        note = self.cleaned_data.get("needs_note", "")
        if len(kinds) == 1:
            return (NeedReport(kinds[0], note),)
        reports = [NeedReport(kind) for kind in kinds if kind != Need.Kind.OTHER or not note]
        return (*reports, NeedReport(Need.Kind.OTHER, note)) if note else tuple(reports)

    def application(self, *, contact: Mapping[str, Any]) -> PersonApplication:
        """What the verb is told. Only for a form that is valid."""
        cleaned, tier = self.cleaned_data, self.final_tier
        assert tier is not None
        accept_waiting = cleaned.get("beyond") == WAIT
        if self.is_unnamed:
            return PersonApplication(tier=tier.key, name="", accept_waiting=accept_waiting)
        who = cleaned if self.prefix else contact
        return PersonApplication(
            tier=tier.key,
            name=who["name"],
            email=who["email"],
            badge_name=cleaned["badge_name"],
            needs=self.reported_needs(),
            companion=self.companion,
            workshops=tuple(
                choice for block in self.blocks if (choice := block.choice(cleaned)) is not None
            ),
            accept_waiting=accept_waiting,
        )

    # --- Small things -----------------------------------------------------------------------

    def workshop_fields(self) -> list[forms.BoundField]:
        """Each block's choice, followed by the second choice where there is one to make."""
        names = [name for block in self.blocks for name in (block.name, block.second_name)]
        return [self[name] for name in names if name in self.fields]

    @property
    def comes_later(self) -> bool:
        """Whether the tick is there, read or not."""
        return "later" in self.fields and bool(self["later"].value())

    @property
    def offers_later(self) -> bool:
        """Of many, who has a name already isn't asked whether they are named later: the page stays small."""
        if "later" not in self.fields:
            return False
        return not self.is_one_of_many or self.comes_later or not self["name"].value()

    @property
    def is_kept_short(self) -> bool:
        """Of many, who has no name yet chooses no workshop; what was chosen before is kept unseen."""
        return self.is_one_of_many and self.comes_later

    @property
    def opens_details(self) -> bool:
        """Whether what is folded away has something to show."""
        return any(self[name].value() or name in self.errors for name in DETAILS)

    @property
    def tier_field(self) -> forms.ChoiceField:
        field = self.fields["tier"]
        assert isinstance(field, forms.ChoiceField)
        return field

    @property
    def beyond_field(self) -> ChosenLater:
        field = self.fields["beyond"]
        assert isinstance(field, ChosenLater)
        return field
