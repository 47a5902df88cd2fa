"""The list of members as rows for a spreadsheet."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from membership.models.membership import MembershipQuerySet


def header() -> list[str]:
    return [
        _("Name"),
        _("E-mail"),
        _("Joined as"),
        _("Organisation"),
        _("Kind of organisation"),
        _("Interests"),
        _("Language"),
        _("Joined"),
        _("Member since"),
    ]


def rows(members: MembershipQuerySet) -> Iterator[list[Any]]:
    """Without secret links; read piece by piece, however many there are."""
    found = members.select_related("organisation").prefetch_related("interests")
    for each in found.iterator(chunk_size=500):
        organisation = each.organisation
        yield [
            each.name,
            each.email,
            each.get_kind_display(),
            organisation.name if organisation else "",
            organisation.get_kind_display() if organisation else "",
            ", ".join(sorted(str(topic) for topic in each.interests.all())),
            each.get_language_display(),
            each.joined_at,
            each.admitted_at,
        ]
