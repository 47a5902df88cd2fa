"""Who comes is said of a place that an organisation reserved without a name."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from network.validators import fold
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.changing import agree
from registrations.actions.one_place import PERSON_FIELDS, keep_one_place
from registrations.actions.places import STATE_FIELDS, fill, locked
from registrations.actions.telling import tell_again
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.queries import same_people

State = Registration.State


@dataclass(frozen=True)
class Guest:
    """Whoever comes. Without an `email` they are reached through the contact person."""

    name: str
    email: str = ""
    badge_name: str = ""


@transaction.atomic
def name_seat(*, registration: Registration, guest: Guest, by: User | None = None) -> Registration:
    """Give the place, or the turn in line, to `guest`, who gets the mail that tells how it stands.

    The link stays, so that it works for whoever got it. `by` None is whoever has the link: they have agreed
    to the terms. Whoever has a place already keeps that one, and this goes to the next in line without
    showing it; whoever waits leaves the line for it. The same guest again changes nothing. Raises
    RegistrationError: named where somebody else was named meanwhile, wrong_state, too_late, and
    already_registered, which only organisers are told.
    """
    registration = locked(registration)
    now = timezone.now()
    if is_named(registration, guest):
        return registration
    check_may_name(registration, now, by=by)
    other = same_people(registration.conference, registration.booking.contact_email, [guest])[0]
    if other is not None and by is not None:
        raise RegistrationError(
            _("Someone with this name and this e-mail is registered already."),
            code="already_registered",
            field="name",
        )
    mails.withdraw_all(registration)
    registration.name, registration.email = guest.name, guest.email
    registration.badge_name = guest.badge_name
    registration.sequence += 1
    if other is not None:
        keep_one_place(registration, other, now)
    registration.save(update_fields=[*PERSON_FIELDS, *STATE_FIELDS, "double_of"])
    if by is None:
        agree(registration)
    tell(registration)
    record(
        action="registration.named",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
    )
    fill(registration.conference)
    return registration


def is_named(registration: Registration, guest: Guest) -> bool:
    """Whether this very guest has been named, by a form that was sent twice."""
    same = registration.email.casefold() == guest.email.casefold()
    return not registration.is_unnamed and same and fold(registration.name) == fold(guest.name)


def check_may_name(registration: Registration, now: datetime, *, by: User | None) -> None:
    conference = registration.conference
    if not registration.is_active or conference.is_called_off(now):
        raise RegistrationError(
            _("This place is no longer reserved, so nobody can be named for it."),
            code="wrong_state",
        )
    if not registration.is_unnamed:
        raise RegistrationError(
            _(
                "Somebody else has been named for this place. Ask the contact person of your organisation "
                "whether there is another one."
            ),
            code="named",
        )
    if now >= conference.nameable_until() and by is None:
        raise RegistrationError(
            _("The deadline for naming people has passed. Contact the organiser."),
            code="too_late",
        )


def tell(registration: Registration) -> None:
    """Of an offer to a party that comes together the contact knows, and answers for all."""
    if registration.state == State.DOUBLE:
        tell_again(registration)
    elif not (registration.booking.together and registration.state == State.OFFERED):
        mails.greet_named(registration)
