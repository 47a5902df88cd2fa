"""Nobody has two places: what becomes of a place whose new person has one already.

Everything here is called with the conference locked.
"""

from datetime import datetime

from registrations import mails
from registrations.actions import seating
from registrations.actions.places import close, companions_of
from registrations.models import Registration

State = Registration.State
PERSON_FIELDS = ("name", "email", "badge_name")


def keep_one_place(registration: Registration, other: Registration, now: datetime) -> None:
    """Whoever has a place keeps that one, and `registration` goes on as a double; whoever waits leaves the line.

    The caller saves `registration` and fills what comes free.
    """
    if other.state == State.CONFIRMED:
        become_double(registration, other)
        return
    mails.withdraw_all(other)
    for each in (*companions_of(other), other):
        close(each, State.CANCELLED, now)


def become_double(registration: Registration, other: Registration) -> None:
    """Gives the place up without showing it: whoever holds the booking can't learn who has one elsewhere."""
    registration.state = State.DOUBLE
    registration.double_of = other
    registration.waiting_for = ""
    registration.offer_key = None
    registration.offer_expires_at = None
    seating.release(registration)
