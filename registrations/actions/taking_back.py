from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.correcting import check_person_once
from registrations.actions.places import STATE_FIELDS, confirm_place, fill, locked
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
    if ledger.scarcity(registration.tier, registration.booking.organisation_id):
        raise RegistrationError(
            _("The place has gone to the next in line. You are welcome to register again."),
            code="taken",
        )
    registration.state = State.DOUBLE if registration.double_of_id else State.CONFIRMED
    check_person_once(registration)
    registration.cancelled_at = None
    registration.undo_until = None
    registration.cancellation_fee = NOTHING
    registration.sequence += 1
    if registration.state == State.CONFIRMED:
        confirm_place(registration, now)
    else:
        registration.save(update_fields=STATE_FIELDS)
    record(
        action="registration.taken_back",
        by=None,
        object=registration,
        conference_id=registration.conference_id,
    )
    mails.confirmation(registration)
    return registration
