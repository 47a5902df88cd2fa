from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.correcting import check_person_once
from registrations.actions.places import (
    STATE_FIELDS,
    companions_of,
    confirm_place,
    fill,
    locked,
    scarcity_for,
)
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.models.cancellation_rule import NOTHING

State = Registration.State


@transaction.atomic
def take_back(*, registration: Registration) -> Registration:
    """Undo an own cancellation of a confirmed place, within half an hour and while the place is free.

    Cancelling gave the place to the first in line at once, so whoever finds one free has passed nobody.
    Raises RegistrationError: wrong_state, too_late, taken, already_registered.
    """
    registration = locked(registration)
    now = timezone.now()
    if registration.state != State.CANCELLED or registration.undo_until is None:
        raise RegistrationError(_("There is nothing to take back."), code="wrong_state")
    if not registration.may_take_back(now):
        raise RegistrationError(
            _("The half hour has passed. You are welcome to register again."), code="too_late"
        )
    ledger = fill(registration.conference)
    # Whoever accompanied them was cancelled with them, at the same moment.
    companions = [
        each
        for each in companions_of(registration, [State.CANCELLED])
        if each.cancelled_at == registration.cancelled_at
    ]
    if scarcity_for(ledger, registration, companions):
        raise RegistrationError(
            _("The place has gone to the next in line. You are welcome to register again."),
            code="taken",
        )
    registration.state = State.DOUBLE if registration.double_of_id else State.CONFIRMED
    check_person_once(registration)
    for each in (registration, *companions):
        each.state = registration.state
        each.cancelled_at = None
        each.undo_until = None
        each.cancellation_fee = NOTHING
        each.sequence += 1
        if each.state == State.CONFIRMED:
            confirm_place(each, now)
        else:
            each.save(update_fields=STATE_FIELDS)
    record(
        action="registration.taken_back",
        by=None,
        object=registration,
        conference_id=registration.conference_id,
    )
    mails.confirmation(registration)
    return registration
