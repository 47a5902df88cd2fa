"""Who came: marked at the door, or by the organisers afterwards."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from recovery_network.audit.actions import record
from registrations.actions.places import check_named, locked
from registrations.errors import RegistrationError
from registrations.models import Registration

# Badges may be given out the evening before.
EARLIEST = timedelta(hours=24)


@transaction.atomic
def check_in(*, registration: Registration, by: User) -> Registration:
    """Mark someone as arrived; again, or by two phones at once, changes nothing.

    Organisers may still do it after the day. Raises RegistrationError: wrong_state without a place or
    where the gathering is called off, too_early more than a day before the start, unnamed.
    """
    registration = locked(registration)
    now = timezone.now()
    if registration.checked_in_at is not None:
        return registration
    check_named(registration)
    check_may_arrive(registration, now)
    registration.checked_in_at = now
    registration.save(update_fields=["checked_in_at"])
    record(
        action="registration.checked_in",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
    )
    return registration


@transaction.atomic
def undo_check_in(*, registration: Registration, by: User) -> Registration:
    """For a press on the wrong name; someone who isn't marked stays as they are."""
    registration = locked(registration)
    if registration.checked_in_at is None:
        return registration
    registration.checked_in_at = None
    registration.save(update_fields=["checked_in_at"])
    record(
        action="registration.check_in_undone",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
    )
    return registration


def check_may_arrive(registration: Registration, now: datetime) -> None:
    if registration.conference.is_called_off(now):
        raise RegistrationError(_("The gathering is called off."), code="wrong_state")
    if registration.state != Registration.State.CONFIRMED:
        raise RegistrationError(
            _("This person has no place. Ask an organiser."), code="wrong_state"
        )
    if now < registration.conference.starts_at - EARLIEST:
        raise RegistrationError(
            _("Arrivals can be marked from the day before the start."), code="too_early"
        )
