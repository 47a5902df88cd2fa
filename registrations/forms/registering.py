"""The form of registering. It checks and explains; the verb in actions decides and writes."""

import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conferences.models import Conference
from network.models import Organisation
from network.queries import organisations_resembling
from network.validators import name_key
from recovery_network import i18n
from registrations.actions.registering import Application, NeedReport, NewOrganisation
from registrations.consents import NEEDS_VERSION, TERMS_VERSION
from registrations.errors import RegistrationError
from registrations.forms.fields import ChosenLater, LineField
from registrations.models import Need, Submission, Tier
from registrations.naming import read_organisation
from registrations.queries import TierPlaces
from registrations.validators import validate_line, validate_text

FEW = 30
WAIT = "+"  # no tier has it as its key
SEVERAL = {"needs"}


class RegistrationForm(forms.Form):
    """One person's registration on one page.

    It asks once more where an organisation's name is like a known one, and where the organisation has
    taken all its places. Each question is a field that shows only then.
    """

    submission = forms.CharField(widget=forms.HiddenInput, required=False)
    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    badge_name = LineField(
        label=gettext_lazy("Name on the badge"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Only if it should say something else than your name."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
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
    tier = forms.ChoiceField(
        label=gettext_lazy("Kind of place"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the kinds of place."),
            "invalid_choice": gettext_lazy("Choose one of the kinds of place."),
        },
    )
    beyond = ChosenLater(label=gettext_lazy("What would you like instead?"), required=False)
    invoice_reference = LineField(
        label=gettext_lazy("Invoice reference"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Only for places that cost something, and only if those who pay want one. "
            "For instance an order number."
        ),
    )
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
    ) -> None:
        super().__init__(data)
        self.rows = {row.tier.key: row for row in rows}
        self.status = HTTPStatus.UNPROCESSABLE_ENTITY
        self.comes_from: Organisation | NewOrganisation | None = None
        self.slug = conference.slug
        self.dress()

    def dress(self) -> None:
        """Fit the fields to what this gathering offers."""
        offered = [row.tier for row in self.rows.values()]
        tier = self.fields["tier"]
        assert isinstance(tier, forms.ChoiceField)
        tier.choices = [(row.tier.key, tier_label(row)) for row in self.rows.values()]
        needs = self.fields["needs"]
        assert isinstance(needs, forms.MultipleChoiceField)
        needs.choices = [(kind.value, str(kind.label).capitalize()) for kind in Need.Kind]
        self.fields["terms"].help_text = terms_link()
        self.fields["needs_consent"].help_text = _("Version %(version)s of this text.") % {
            "version": NEEDS_VERSION
        }
        organisation = self.fields["organisation"]
        organisation.required = all(tier.organisation_required for tier in offered)
        organisation.help_text = (
            _("Name or organisation number. Is yours not in the list? Write its name.")
            if organisation.required
            else _("Name or organisation number. Leave it empty if you come on your own.")
        )
        if not any(tier.costs for tier in offered):
            del self.fields["invoice_reference"]

    # --- Checking ---------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        self.check_wholeness()
        if self.chosen is not None:
            self.keep_beyond_open(self.chosen)
        tier = self.final_tier
        if tier is not None and not tier.costs:
            self.errors.pop("invoice_reference", None)
            cleaned["invoice_reference"] = ""
        if "organisation" in cleaned:
            self.check_organisation(cleaned["organisation"], tier)
        if self.reported_needs() and not cleaned.get("needs_consent"):
            self.add_error(
                "needs_consent",
                _("We can store what you need only if you say yes here. Or leave it all empty."),
            )
        return cleaned

    def check_wholeness(self) -> None:
        """Refuses a form that isn't ours: a key that we didn't make, or one field sent several times."""
        assert isinstance(self.data, QueryDict)
        repeated = any(len(values) > 1 for name, values in self.data.lists() if name not in SEVERAL)
        if repeated or self.submission_key is None:
            self.errors.pop("submission", None)
            self.renew()
            self.status = HTTPStatus.BAD_REQUEST
            self.add_error(
                None, _("The form was damaged on its way. Check what you wrote, and send it again.")
            )

    def check_organisation(self, text: str, tier: Tier | None) -> None:
        if not text:
            if tier is not None and tier.organisation_required:
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

    def one_of_similar(self, new: NewOrganisation) -> Organisation | NewOrganisation | None:
        """Asks which one is meant, so that spelling variants don't become organisations of their own."""
        similar = {each.name_key: each for each in organisations_resembling(new.name)}
        if not similar:
            return new
        add = f"+{name_key(new.name)}"
        options = [(key, each.name) for key, each in similar.items()]
        question = _("No, add “%(name)s” as a new organisation") % {"name": new.name}
        self.later("organisation_choice").offer([*options, (add, question)])
        chosen = self.cleaned_data.get("organisation_choice", "")
        if chosen == add:
            return new
        if chosen not in similar:
            self.add_error(
                "organisation_choice", _("We know organisations with nearly the same name. Choose.")
            )
        return similar.get(chosen)

    # --- Beyond an organisation's limit -----------------------------------------------------

    def refuse(self, error: RegistrationError) -> None:
        """Shows what the verb said; where an organisation's places are taken, with what the tier offers."""
        if error.code not in {"organisation_limit", "no_organisation_full"} or self.chosen is None:
            self.add_error(error.field if error.field in self.fields else None, str(error))
            return
        self.rewrite("beyond", WAIT)
        self.later("beyond").offer(self.beyond_options(self.chosen))
        self.add_error("beyond", str(error))

    def keep_beyond_open(self, tier: Tier) -> None:
        options = self.beyond_options(tier)
        if self.cleaned_data.get("beyond") in dict(options):
            self.later("beyond").offer(options)

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
    def submission_key(self) -> uuid.UUID | None:
        try:
            return uuid.UUID(signer(self.slug).unsign(self.data.get("submission", "")))
        except (signing.BadSignature, ValueError):
            return None

    def reported_needs(self) -> tuple[NeedReport, ...]:
        """A note belongs to the only need that is ticked; beside several, or none, it is one of its own."""
        kinds = self.cleaned_data.get("needs", [])
        note = self.cleaned_data.get("needs_note", "")
        if len(kinds) == 1:
            return (NeedReport(kinds[0], note),)
        reports = [NeedReport(kind) for kind in kinds if kind != Need.Kind.OTHER or not note]
        return (*reports, NeedReport(Need.Kind.OTHER, note)) if note else tuple(reports)

    def application(self, *, language: str) -> Application:
        """What the verb is told. Only for a form that is valid."""
        cleaned, tier, submission = self.cleaned_data, self.final_tier, self.submission_key
        assert tier is not None
        assert submission is not None
        return Application(
            submission=submission,
            tier=tier.key,
            name=cleaned["name"],
            email=cleaned["email"],
            badge_name=cleaned["badge_name"],
            organisation=self.comes_from,
            invoice_reference=cleaned.get("invoice_reference", ""),
            needs=self.reported_needs(),
            language=language,
            accept_waiting=cleaned.get("beyond") == WAIT,
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
        said = (self.cleaned_data["name"], self.cleaned_data["email"])
        return said == (submission.name, submission.email)

    # --- Small things -----------------------------------------------------------------------

    def renew(self) -> None:
        self.rewrite("submission", new_submission(self.slug))

    def rewrite(self, name: str, value: str) -> None:
        assert isinstance(self.data, QueryDict)
        data = self.data.copy()
        data[name] = value
        self.data = data

    def later(self, name: str) -> ChosenLater:
        field = self.fields[name]
        assert isinstance(field, ChosenLater)
        return field


def signer(slug: str) -> signing.Signer:
    return signing.Signer(salt=f"registrations.form.{slug}")


def new_submission(slug: str) -> str:
    """The idempotency key of one form, signed: only keys that we made for this conference count."""
    return signer(slug).sign(str(uuid.uuid4()))


def tier_label(row: TierPlaces) -> SafeString:
    """Name and price, who it is for, and what is left, in words."""
    tier = row.tier
    details = [tier.audience, per_organisation(tier), places_left(row)]
    small = format_html_join("", "<small>{}</small>", ((each,) for each in details if each))
    return format_html("<b>{}: {}</b>{}", tier.name, i18n.money(tier.price), small)


def per_organisation(tier: Tier) -> str:
    limit = tier.limit_per_organisation
    if limit is None:
        return ""
    return ngettext(
        "At most one for each organisation", "At most %(n)s for each organisation", limit
    ) % {"n": limit}


def places_left(row: TierPlaces) -> str:
    if row.full:
        return _("Full. You come on the waiting list.")
    if row.left is None or row.left > FEW:
        return _("There are places.")
    return ngettext("One place left", "%(n)s places left", row.left) % {"n": row.left}


def terms_link() -> SafeString:
    words = _("Read the terms (version %(version)s, opens in a new window)")
    return format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a>',
        reverse("terms"),
        words % {"version": TERMS_VERSION},
    )
