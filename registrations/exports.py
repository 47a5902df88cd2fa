"""The registrations of a conference as rows of a table. What people need is never among them.

The kind of place and its price are there only where they are asked for: a free place looks like any other.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from conferences.models import Conference
from recovery_network import i18n
from registrations.models import Registration, SessionSeat
from registrations.segments import Segment

CHUNK = 500


def header(*, tiers: bool = False) -> list[str]:
    return [
        _("Code"),
        _("State"),
        _("Name"),
        _("Name on the badge"),
        _("E-mail"),
        _("Organisation"),
        _("Organisation number"),
        *([_("Ticket type"), _("Price"), _("Invoice reference")] if tiers else []),
        _("Contact person"),
        _("Contact e-mail"),
        _("Language"),
        _("Registered"),
        _("Confirmed"),
        pgettext("registration", "Cancelled"),
        _("Arrived"),
    ]


def rows(
    conference: Conference, segment: Segment | None = None, *, tiers: bool = False
) -> Iterator[list[Any]]:
    """In the order of names, read in chunks, so that a large conference takes no more memory."""
    registrations = (
        (segment or Segment())
        .of_conference(conference)
        .select_related("tier", "booking__organisation", "companion_of")
        .order_by(F("name_key"), "pk")
    )
    for registration in registrations.iterator(chunk_size=CHUNK):
        yield row_of(registration, tiers=tiers)


def row_of(registration: Registration, *, tiers: bool) -> list[Any]:
    booking = registration.booking
    organisation = booking.organisation
    paid = [registration.tier.name, registration.price, booking.invoice_reference]
    return [
        registration.code,
        registration.get_state_display(),
        registration.shown_name,
        registration.badge_name,
        registration.email,
        organisation.name if organisation else "",
        organisation.number if organisation else "",
        *(paid if tiers else []),
        booking.contact_name,
        booking.contact_email,
        booking.language,
        registration.created_at,
        registration.confirmed_at,
        registration.cancelled_at,
        registration.checked_in_at,
    ]


def workshop_header() -> list[str]:
    return [
        _("Choice block"),
        _("When"),
        _("Workshop"),
        _("State"),
        _("No. in line"),
        _("Name"),
        _("Organisation"),
        _("E-mail"),
        _("Code"),
    ]


def workshop_rows(conference: Conference) -> Iterator[list[Any]]:
    """Who has a seat in each workshop, and who waits in the order of the line; times in the active zone."""
    seats = (
        SessionSeat.objects.filter(session__conference=conference)
        .select_related("session__block", "registration__booking__organisation")
        .order_by(
            "session__starts_at", "session", "state", "waiting_since", "registration__name_key"
        )
    )
    turns: Counter[int] = Counter()
    for seat in seats:
        session, registration = seat.session, seat.registration
        organisation = registration.booking.organisation
        turns[session.pk] += seat.waits
        yield [
            session.block.title if session.block else "",
            i18n.time_range(session.starts_at, session.ends_at),
            session.title,
            seat.get_state_display(),
            turns[session.pk] if seat.waits else "",
            registration.name,
            organisation.name if organisation else "",
            registration.address,
            registration.code,
        ]
