"""What someone means when they write their organisation."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from network.models import Organisation
from network.queries import organisation_named
from network.validators import (
    clean_number,
    country_of_number,
    looks_like_number,
    name_key,
    validate_number,
)
from registrations.actions.applying import NewOrganisation

KEY_LENGTH = Organisation._meta.get_field("name_key").max_length or 0
# Eight or nine digits, in groups or not, as in "Hå kommune, org.nr. 964 969 590 MVA".
NUMBER = re.compile(
    r"\W*\b(?:org\.?\s*(?:nr|no)\.?:?\s*|cvr\.?:?\s*)?(?:NO|DK)?\s?(\d(?:[ .]?\d){7,8})(?:\s?MVA)?\b\W*",
    re.IGNORECASE,
)


def read_organisation(text: str) -> Organisation | NewOrganisation:
    """The organisation that `text` names by number, name, alias, or name and number; else a new one.

    Raises ValidationError for a number that can't be right, for one that nobody knows and that stands
    alone, and for a name without letters.
    """
    known = organisation_named(text)
    if known is not None:
        return known
    if looks_like_number(text):
        validate_number(text, country_of_number(text))
        raise ValidationError(
            _("We don't know this number yet. Write the name of the organisation before it."),
            code="unknown_number",
        )
    name, number = without_number(text)
    known = (organisation_named(number) if number else None) or organisation_named(name)
    if known is not None:
        return known
    if not name_key(name) or len(name_key(name)) > KEY_LENGTH:
        raise ValidationError(_("Write the name with letters or digits."), code="no_name")
    return NewOrganisation(name=name, number=number)


def without_number(text: str) -> tuple[str, str]:
    """The name and the checked number that stand together in `text`; the number is empty where there is none."""
    found = NUMBER.search(text)
    if found is None:
        return text, ""
    number = clean_number(found.group(1))
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return rest, validate_number(number, country_of_number(number))
