"""The registrations of a conference as rows of a table. What people need is never among them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from conferences.models import Conference
from registrations.models import Registration

CHUNK = 500


def header() -> list[str]:
    return [
        _("Code"),
        _("State"),
        _("Name"),
        _("Name on the badge"),
        _("E-mail"),
        _("Organisation"),
        _("Organisation number"),
        _("Ticket type"),
        _("Price"),
        _("Invoice reference"),
        _("Contact person"),
        _("Contact e-mail"),
        _("Language"),
        _("Registered"),
        _("Confirmed"),
        pgettext("registration", "Cancelled"),
    ]


def rows(conference: Conference) -> Iterator[list[Any]]:
    """In the order of names, read in chunks, so that a large conference takes no more memory."""
    registrations = (
        Registration.objects.filter(conference=conference)
        .select_related("tier", "booking__organisation")
        .order_by(F("name_key"), "pk")
    )
    for registration in registrations.iterator(chunk_size=CHUNK):
        booking = registration.booking
        organisation = booking.organisation
        yield [
            registration.code,
            registration.get_state_display(),
            registration.name,
            registration.badge_name,
            registration.email,
            organisation.name if organisation else "",
            organisation.number if organisation else "",
            registration.tier.name,
            registration.price,
            booking.invoice_reference,
            booking.contact_name,
            booking.contact_email,
            booking.language,
            registration.created_at,
            registration.confirmed_at,
            registration.cancelled_at,
        ]
