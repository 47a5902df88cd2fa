from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.models import User
from recovery_network.audit.actions import record
from recovery_network.i18n import money
from registrations import costs, mails
from registrations.actions.places import close, companions_of, fill, locked
from registrations.errors import RegistrationError
from registrations.models import Registration
from registrations.models.cancellation_rule import NOTHING

TIME_TO_REGRET = timedelta(minutes=30)


@transaction.atomic
def cancel(
    *,
    registration: Registration,
    by: User | None = None,
    reason: str = "",
    agreed: Decimal | None = None,
    charge: bool = False,
) -> Registration:
    """Give the place back and pass it on to the first in line; the mail goes in the same transaction.

    `by` None is the person themselves, who may until the organiser's deadline, and pays what the table of
    the conference says; `agreed` is the sum they were shown, in kr. An organiser who cancels decides by
    `charge` whether the table counts. Raises RegistrationError: wrong_state where there is nothing left to
    cancel or the person need not, too_late after the deadline, cost_changed where it has become dearer
    than `agreed`.
    """
    registration = locked(registration)
    now = timezone.now()
    if not registration.is_active:
        raise RegistrationError(_("The registration is cancelled already."), code="wrong_state")
    if registration.checked_in_at is not None:
        raise RegistrationError(
            _("This person has arrived, so the place is used."), code="wrong_state"
        )
    if by is None and registration.conference.is_called_off(now):
        raise RegistrationError(
            _("The gathering is called off. You need not cancel."), code="wrong_state"
        )
    if by is None and not registration.may_cancel(now):
        raise RegistrationError(
            _("The deadline for cancelling yourself has passed. Contact the organiser."),
            code="too_late",
        )
    fee = costs.fee_for(registration, now) if by is None or charge else NOTHING
    if agreed is not None and fee > agreed:
        raise RegistrationError(
            _("It has become dearer since you opened the page: it costs %(fee)s now.")
            % {"fee": money(fee)},
            code="cost_changed",
        )
    for companion in companions_of(registration, Registration.STANDING):
        close(companion, Registration.State.CANCELLED, now)
    regrets = by is None and registration.shown_state == Registration.State.CONFIRMED
    close(
        registration,
        Registration.State.CANCELLED,
        now,
        fee=fee,
        undo_until=now + TIME_TO_REGRET if regrets else None,
    )
    record(
        action="registration.cancelled",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
        reason=reason,
        fee=str(fee),
    )
    mails.withdraw_reminders(registration)
    mails.cancellation(registration)
    fill(registration.conference)
    return registration
