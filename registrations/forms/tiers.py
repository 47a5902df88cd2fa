"""What the form says of each kind of place."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recovery_network import i18n
from registrations.models import Tier
from registrations.queries import TierPlaces

FEW = 30


def tier_label(row: TierPlaces) -> SafeString:
    """Name and price, who it is for, and what is left, in words."""
    tier = row.tier
    details = [tier.audience, per_organisation(tier), places_left(row)]
    small = format_html_join("", "<small>{}</small>", ((each,) for each in details if each))
    return format_html("<b>{}: {}</b>{}", tier.name, i18n.money(tier.price), small)


def tier_line(row: TierPlaces) -> str:
    """Name and price on one line, and whether one waits."""
    line = f"{row.tier.name}: {i18n.money(row.tier.price)}"
    return _("%(tier)s (waiting list)") % {"tier": line} if row.full else line


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
