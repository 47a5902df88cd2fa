"""Pure rules about what is typed into a survey."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

RESERVED_SLUGS = {"svar", "avmeld"}
MOST_DIGITS, MOST_DECIMALS = 12, 3


def validate_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("This address is used by the site itself. Choose another."))


def number_in(text: str) -> Decimal:
    """12, 12.5 or 12,5. Raises ValueError with a sentence for people."""
    compact = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".")
    plain = compact.removeprefix("-")
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        raise ValueError(_("Write a number, for instance 12 or 2,5."))
    try:
        number = Decimal(compact)
    except InvalidOperation as error:
        raise ValueError(_("Write a number, for instance 12 or 2,5.")) from error
    whole, _dot, decimals = plain.partition(".")
    if len(whole) > MOST_DIGITS - MOST_DECIMALS or len(decimals) > MOST_DECIMALS:
        raise ValueError(_("The number has too many digits."))
    return number


def date_in(text: str) -> date:
    """2026-11-25 or 25.11.2026. Raises ValueError with a sentence for people."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    raise ValueError(_("Write a date, for instance 25.11.2026."))
