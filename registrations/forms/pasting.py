"""Reads a list of people as it is copied from a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from network.validators import fold
from registrations.models import Tier
from registrations.validators import validate_line

# What stands above the columns, in our four languages, folded.
HEADINGS = {
    "name": ("navn", "namn", "name", "fullt navn", "full name", "deltaker", "deltakar", "deltager"),
    "first": ("fornavn", "fornamn", "first name"),
    "last": ("etternavn", "etternamn", "efternavn", "last name", "surname"),
    "email": ("e-post", "epost", "e-mail", "email", "mail"),
    "tier": ("billettype", "type", "plass", "plads", "kind of place", "ticket type"),
    "badge_name": ("navnelapp", "navn pa navnelapp", "badge", "navneskilt"),
}
COLUMNS = {fold(word): column for column, words in HEADINGS.items() for word in words}


@dataclass
class Pasted:
    """`people` by field; `mistakes` are sentences, `unread` the rows that they are about."""

    people: list[dict[str, str]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_list(text: str, tiers: Sequence[Tier]) -> Pasted:
    """Each line is a person. Columns are told by a heading, else by what stands in them."""
    lines = [line.strip(" \r") for line in text.splitlines()]
    mark = next((each for each in "\t;," if any(each in line for line in lines)), "\t")
    names = {fold(name): tier.key for tier in tiers for name in (tier.name, tier.key)}
    columns: list[str] | None = None
    pasted = Pasted()
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip().strip('"') for cell in line.split(mark)]
        if not any(cells):
            continue
        if columns is None and not pasted.people and (heading := heading_of(cells)):
            columns = heading
            continue
        person = by_column(cells, columns) if columns else by_content(cells, names)
        mistake = put_right(person, names)
        if mistake:
            words = _("Row %(number)s: %(mistake)s")
            pasted.mistakes.append(words % {"number": number, "mistake": mistake})
            pasted.unread.append(line)
        else:
            pasted.people.append(person)
    return pasted


def heading_of(cells: Sequence[str]) -> list[str] | None:
    found = [COLUMNS.get(fold(cell), "") for cell in cells]
    return found if {"name", "first", "last"} & set(found) else None


def by_column(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    person = {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}
    first, last = person.pop("first", ""), person.pop("last", "")
    whole = " ".join(part for part in (first, last) if part)
    return {"name": whole, **person} if whole else person


def by_content(cells: Sequence[str], tiers: dict[str, str]) -> dict[str, str]:
    """An address has an @, a kind of place is one of ours, and of the rest the first is the name."""
    person: dict[str, str] = {}
    for cell in filter(None, cells):
        if "@" in cell:
            person.setdefault("email", cell)
        elif fold(cell) in tiers:
            person.setdefault("tier", cell)
        elif "name" not in person:
            person["name"] = cell
        elif "badge_name" not in person:
            person["badge_name"] = cell
        else:
            person["more"] = cell
    return person


def put_right(person: dict[str, str], tiers: dict[str, str]) -> str:
    """Puts the key in place of the name of the kind of place. Returns what is wrong, or nothing."""
    if "more" in person:
        return _("we don't know what “%(cell)s” is.") % {"cell": person["more"]}
    if not person.get("name"):
        return _("there is no name.")
    try:
        for text in person.values():
            validate_line(text)
    except ValidationError as error:
        return error.messages[0]
    if email := person.get("email"):
        try:
            validate_email(email)
        except ValidationError:
            return _("“%(email)s” is not an e-mail address.") % {"email": email}
    if tier := person.get("tier"):
        if fold(tier) not in tiers:
            return _("there is no kind of place “%(tier)s”.") % {"tier": tier}
        person["tier"] = tiers[fold(tier)]
    return ""
