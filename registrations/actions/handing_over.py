"""A place goes to a colleague: the same row, so that kind of place, price and seats stay as they are."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from network.validators import fold
from recovery_network import keys
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions import seating
from registrations.actions.correcting import others_like
from registrations.actions.one_place import PERSON_FIELDS, keep_one_place
from registrations.actions.places import (
    STATE_FIELDS,
    check_named,
    companions_of,
    fill,
    locked,
    scarcity_for,
)
from registrations.actions.telling import tell_again
from registrations.errors import RegistrationError
from registrations.models import Handover, Registration

State = Registration.State


@transaction.atomic
def hand_over(
    *, registration: Registration, name: str, email: str, by: User | None = None
) -> Registration:
    """Give the place, or the turn in line, to a colleague of the same organisation (`docs/adr/`).

    The old link dies at once and the new person gets one of their own. Whoever has a place already keeps
    that one, and this goes to the next in line; whoever waits leaves the line for it. What is answered is
    the same in each case. Raises RegistrationError: wrong_state, too_late, no_organisation, same_person,
    own_workshop where the colleague holds one of the workshops that come with the place.
    """
    registration = locked(registration)
    now = timezone.now()
    check_may_hand_over(registration, now, by=by)
    if fold(name) == fold(registration.name) and email.casefold() == registration.email.casefold():
        raise RegistrationError(
            _("That is the person who has the place now."), code="same_person", field="name"
        )
    if by is None:
        check_holds_none(registration, name=name, email=email)
    mails.withdraw_all(registration)
    leave(registration, now)
    other = others_like(registration, email=email, name=name).first()
    take_over(registration, name=name, email=email)
    if other is not None:
        keep_one_place(registration, other, now)
    elif registration.state == State.DOUBLE:
        become_single(registration, now)
    registration.save(update_fields=[*PERSON_FIELDS, *STATE_FIELDS, "double_of"])
    take_companion_along(registration)
    if registration.state == State.DOUBLE:
        tell_again(registration)
    else:
        mails.welcome(registration)
    record(
        action="registration.handed_over",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
    )
    fill(registration.conference)
    return registration


def check_may_hand_over(registration: Registration, now: datetime, *, by: User | None) -> None:
    conference = registration.conference
    check_named(registration)
    if not registration.is_active or conference.is_called_off(now):
        raise RegistrationError(
            _("There is no place to hand over: the registration no longer stands."),
            code="wrong_state",
        )
    if registration.checked_in_at is not None:
        raise RegistrationError(
            _("This person has arrived, so the place is used."), code="wrong_state"
        )
    if registration.booking.organisation_id is None:
        raise RegistrationError(
            _("A place without an organisation goes to the next in line. Cancel it instead."),
            code="no_organisation",
        )
    deadline = conference.substitutable_until() if by is None else conference.ends_at
    if now >= deadline:
        raise RegistrationError(
            _("The deadline for handing the place over has passed. Contact the organiser."),
            code="too_late",
        )


def check_holds_none(registration: Registration, *, name: str, email: str) -> None:
    """Nobody takes a seat in a workshop that they hold, and so none comes to them with a place either."""
    own = seating.own_workshop(registration, name=name, email=email)
    if own is not None:
        raise RegistrationError(
            _(
                "%(name)s holds “%(workshop)s”, which comes with this place. Change the workshop first."
            )
            % {"name": name, "workshop": own.title},
            code="own_workshop",
            field="name",
        )


def leave(registration: Registration, now: datetime) -> None:
    """Take all that was the old person's: the link, what they need, what they agreed to, their calendar entry."""
    handover = Handover.objects.create(
        registration=registration,
        calendar_uid=registration.calendar_uid,
        sequence=registration.sequence + 1,
        at=now,
    )
    mails.handed_over(registration, handover)
    registration.needs.all().delete()
    registration.consents.all().delete()
    registration.manage_key = keys.secret_key()
    registration.code = keys.readable_code()
    registration.save(update_fields=["manage_key", "code"])


def take_over(registration: Registration, *, name: str, email: str) -> None:
    booking = registration.booking
    if registration.is_own_contact:
        booking.contact_name, booking.contact_email = name, email
        booking.save(update_fields=["contact_name", "contact_email"])
    registration.name, registration.email, registration.badge_name = name, email, ""
    registration.sequence += 1
    if registration.state == State.OFFERED:
        registration.offer_key = keys.secret_key()


def take_companion_along(registration: Registration) -> None:
    """A companion stands as their person does, whoever that is now."""
    for companion in companions_of(registration, Registration.STANDING):
        for name in ("state", "double_of", "confirmed_at", "waiting_since", "waiting_for"):
            setattr(companion, name, getattr(registration, name))
        if companion.state != State.OFFERED:
            companion.offer_key = companion.offer_expires_at = None
        companion.save(update_fields=[*STATE_FIELDS, "double_of"])


def become_single(registration: Registration, now: datetime) -> None:
    """Someone new in the stead of a double, which held no place: they get one where there is one.

    Where the double seemed to await approval, they do.
    """
    if registration.shown_state == State.PENDING:
        registration.double_of = None
        registration.state = State.PENDING
        return
    ledger = fill(registration.conference)
    companions = companions_of(registration, [State.DOUBLE])
    scarcity = scarcity_for(ledger, registration, companions)
    registration.double_of = None
    registration.state = State.WAITING if scarcity else State.CONFIRMED
    registration.waiting_for = scarcity or ""
    registration.waiting_since = now if scarcity else None
    registration.confirmed_at = None if scarcity else now
