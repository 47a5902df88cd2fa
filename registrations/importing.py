"""Registrations from a spreadsheet: which columns there are, what each row says, and what is wrong in it."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from conferences.models import Conference
from network.models import Organisation
from network.validators import fold
from recovery_network.uploaded_tables import TableRefused
from registrations.actions.applying import Application, NewOrganisation, PersonApplication
from registrations.forms.fields import LineField
from registrations.models import Booking, Tier
from registrations.models.registration import person_key
from registrations.naming import read_organisation
from registrations.queries import same_people
from registrations.validators import validate_line

MOST_ROWS = 300
SALT = "registrations.import"
VALID_SECONDS = 3600

# What a column is called in our own exports and templates; each language's word for it is known.
COLUMNS = {
    "name": gettext_noop("Name"),
    "email": gettext_noop("E-mail"),
    "tier": gettext_noop("Ticket type"),
    "organisation": gettext_noop("Organisation"),
    "badge_name": gettext_noop("Name on the badge"),
    "invoice_reference": gettext_noop("Invoice reference"),
    "contact_name": gettext_noop("Contact person"),
    "contact_email": gettext_noop("Contact e-mail"),
    "language": gettext_noop("Language"),
}
NEEDED = ("name", "tier")


class RowForm(forms.Form):
    """What one row says about one person."""

    name = LineField(max_length=120)
    email = forms.EmailField(max_length=254, required=False, validators=[validate_line])
    badge_name = LineField(max_length=60, required=False)
    organisation = LineField(max_length=160, required=False)
    invoice_reference = LineField(max_length=60, required=False)
    contact_name = LineField(max_length=120, required=False)
    contact_email = forms.EmailField(max_length=254, required=False, validators=[validate_line])


@dataclass
class Line:
    """One row of the file: `number` as the spreadsheet counts, and what is wrong in it, if anything."""

    number: int
    values: dict[str, str]
    faults: list[str] = field(default_factory=list)
    known: bool = False
    new_organisation: str = ""

    @property
    def good(self) -> bool:
        return not self.faults and not self.known


@dataclass(frozen=True)
class Preview:
    lines: list[Line]
    unread_columns: list[str]

    @property
    def good(self) -> list[Line]:
        return [line for line in self.lines if line.good]

    @property
    def faulty(self) -> list[Line]:
        return [line for line in self.lines if line.faults]

    @property
    def known(self) -> list[Line]:
        return [line for line in self.lines if line.known and not line.faults]

    @property
    def new_organisations(self) -> list[str]:
        return sorted({line.new_organisation for line in self.good if line.new_organisation})


def header() -> list[str]:
    """The columns in the reader's language, as the template has them."""
    return [_(name) for name in COLUMNS.values()]


def headings() -> dict[str, str]:
    """Every word for a column that is understood, folded, in all languages."""
    known = {key: key for key in COLUMNS}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {fold(_(name)): key for key, name in COLUMNS.items()}
    return known


def preview(conference: Conference, table: Sequence[Sequence[str]]) -> Preview:
    """What the file says, with nothing written. Raises TableRefused where its columns can't be told."""
    known = headings()
    columns = [known.get(fold(title)) for title in table[0]]
    if missing := [name for name in NEEDED if name not in columns]:
        raise TableRefused(
            _("The first row must name the columns. Missing: %(names)s.")
            % {"names": ", ".join(_(COLUMNS[name]) for name in missing)}
        )
    if twice := {name for name in columns if name and columns.count(name) > 1}:
        raise TableRefused(
            _("A column is there twice: %(names)s.")
            % {"names": ", ".join(_(COLUMNS[name]) for name in sorted(twice))}
        )
    unread = [title for title, name in zip(table[0], columns, strict=True) if title and not name]
    lines = []
    for number, row in enumerate(table[1:], start=2):
        if any(row):
            cells = zip(columns, [*row, *[""] * len(columns)], strict=False)
            lines.append(Line(number, {name: cell for name, cell in cells if name}))
    return Preview(checked(conference, lines), unread)


def checked(conference: Conference, lines: list[Line]) -> list[Line]:
    tiers = tiers_by_name(conference)
    read = cache(read_organisation)  # a spreadsheet names few organisations, and each many times
    for line in lines:
        check_line(conference, line, tiers, read)
    mark_twice(lines)
    mark_known(conference, lines)
    return lines


def tiers_by_name(conference: Conference) -> dict[str, Tier]:
    found: dict[str, Tier] = {}
    for tier in conference.tiers.all():
        names = [tier.key, *(getattr(tier, f"name_{code}") for code, _name in settings.LANGUAGES)]
        found |= {fold(name): tier for name in names if name}
    return found


def check_line(
    conference: Conference,
    line: Line,
    tiers: Mapping[str, Tier],
    read: Callable[[str], Organisation | NewOrganisation],
) -> None:
    form = RowForm(line.values)
    for name, errors in form.errors.items():
        line.faults += [f"{_(COLUMNS[name])}: {error}" for error in errors]
    clean = form.cleaned_data
    tier = tiers.get(fold(line.values.get("tier", "")))
    if tier is None:
        kinds = ", ".join(sorted({each.name for each in tiers.values()}))
        line.faults.append(_("Ticket type: choose one of these: %(kinds)s.") % {"kinds": kinds})
    if not (clean.get("email") or clean.get("contact_email")) and "email" not in form.errors:
        line.faults.append(_("E-mail: write one for the person or for the contact person."))
    if clean.get("contact_email") and not clean.get("contact_name"):
        line.faults.append(_("Contact person: write who the contact e-mail belongs to."))
    language = language_of(line.values.get("language", ""), conference)
    if language is None:
        line.faults.append(_("Language: write nb, nn, da or en."))
    organisation = clean.get("organisation", "")
    if organisation:
        try:
            known = read(organisation)
        except ValidationError as error:
            line.faults += [f"{_(COLUMNS['organisation'])}: {each}" for each in error.messages]
        else:
            line.new_organisation = known.name if isinstance(known, NewOrganisation) else ""
    elif tier is not None and tier.organisation_required and "organisation" not in form.errors:
        line.faults.append(_("Organisation: this kind of place needs one."))
    line.values = {**clean, "tier": tier.key if tier else "", "language": language or ""}


def language_of(text: str, conference: Conference) -> str | None:
    """A code, a name of a language, or nothing for the conference's own."""
    if not text:
        return str(conference.language)
    wanted = fold(text)
    for code, name in Conference.Language.choices:
        if wanted in {code, fold(str(name))}:
            return str(code)
    return None


def contact_of(values: Mapping[str, str]) -> tuple[str, str]:
    """Who is written to for a row: the contact person, else the person."""
    if values.get("contact_email"):
        return values["contact_name"], values["contact_email"]
    return values["name"], values["email"]


def mark_twice(lines: Iterable[Line]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.faults:
            continue
        address = line.values["email"] or contact_of(line.values)[1]
        person = person_key(line.values["name"]), address.lower()
        if person in seen:
            line.faults.append(_("The same person stands in row %(row)d.") % {"row": seen[person]})
        seen.setdefault(person, line.number)


@dataclass(frozen=True)
class Someone:
    name: str
    email: str


def mark_known(conference: Conference, lines: Iterable[Line]) -> None:
    """Those who are registered already: the same file again adds nothing."""
    left = [line for line in lines if not line.faults]
    people = [
        Someone(line.values["name"], line.values["email"] or contact_of(line.values)[1])
        for line in left
    ]
    for line, same in zip(left, same_people(conference, "", people), strict=True):
        line.known = same is not None


def applications(lines: Iterable[Line]) -> list[Application]:
    """One booking for each contact person, organisation and language, of at most thirty people each."""
    parties: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        values = line.values
        name, email = contact_of(values)
        key = (
            name,
            email.lower(),
            fold(values["organisation"]),
            values["language"],
            values["invoice_reference"],
        )
        parties.setdefault(key, []).append(line)
    most = Booking.MOST_PEOPLE
    return [
        application_of(party[start : start + most])
        for party in parties.values()
        for start in range(0, len(party), most)
    ]


def application_of(party: Sequence[Line]) -> Application:
    first = party[0].values
    name, email = contact_of(first)
    organisation = first["organisation"]
    return Application(
        submission=uuid.uuid4(),
        contact_name=name,
        contact_email=email,
        people=tuple(
            PersonApplication(
                tier=line.values["tier"],
                name=line.values["name"],
                email=line.values["email"],
                badge_name=line.values["badge_name"],
                accept_waiting=True,
            )
            for line in party
        ),
        organisation=read_organisation(organisation) if organisation else None,
        invoice_reference=first["invoice_reference"],
        language=first["language"],
    )


def sealed(conference: Conference, table: Sequence[Sequence[str]]) -> str:
    """The file, to travel through the page of the preview: nothing is kept on the server meanwhile."""
    return signing.dumps([conference.pk, table], salt=SALT, compress=True)


def unsealed(conference: Conference, text: str) -> list[list[str]]:
    """Raises TableRefused for what we didn't seal for this conference within the hour."""
    try:
        number, table = signing.loads(text, salt=SALT, max_age=VALID_SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise TableRefused(_("The preview is too old. Send the file once more.")) from error
    if number != conference.pk:
        raise TableRefused(_("The preview is too old. Send the file once more."))
    found: list[list[str]] = table
    return found
