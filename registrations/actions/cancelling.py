from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.i18n import money
from registrations import costs, mails, party_mails
from registrations.actions.places import close, companions_of, fill, locked
from registrations.actions.telling import is_own
from registrations.errors import RegistrationError
from registrations.models import Booking, Registration
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
    check_agreed(fee, agreed)
    give_up(registration, now, by=by, reason=reason, fee=fee)
    mails.cancellation(registration)
    fill(registration.conference)
    return registration


@transaction.atomic
def cancel_party(*, booking: Booking, agreed: Decimal) -> int:
    """Give back every place and turn in line of a booking; returns how many people that were.

    `agreed` is the sum that the contact person was shown, in kr. Those with an address of their own are told,
    and the contact gets one mail about all. Raises RegistrationError: wrong_state where nobody is left,
    too_late, cost_changed.
    """
    conference = lock(booking.conference_id)
    now = timezone.now()
    people = [
        each
        for each in everyone_in(booking)
        # Companions go with their person.
        if each.is_active and not each.checked_in_at and each.companion_of_id is None
    ]
    if not people or conference.is_called_off(now):
        raise RegistrationError(_("The registration is cancelled already."), code="wrong_state")
    if now >= conference.cancellable_until():
        raise RegistrationError(
            _("The deadline for cancelling yourself has passed. Contact the organiser."),
            code="too_late",
        )
    fees = {each.pk: costs.fee_for(each, now) for each in people}
    check_agreed(sum(fees.values(), NOTHING), agreed)
    for each in people:
        give_up(each, now, by=None, reason="", fee=fees[each.pk])
    told = [people[0]] if is_own(people) else [each for each in people if each.has_own_address]
    for each in told:
        mails.cancellation(each)
    if not is_own(people):
        versions = sum(each.sequence for each in people)
        party_mails.party(booking, everyone_in(booking), occasion=f"cancelled{versions}")
    fill(conference)
    return len(people)


def everyone_in(booking: Booking) -> list[Registration]:
    return list(
        booking.registrations.select_related(
            "tier", "booking__organisation", "conference__venue"
        ).order_by("pk")
    )


def check_agreed(fee: Decimal, agreed: Decimal | None) -> None:
    if agreed is not None and fee > agreed:
        raise RegistrationError(
            _("It has become dearer since you opened the page: it costs %(fee)s now.")
            % {"fee": money(fee)},
            code="cost_changed",
        )


def give_up(
    registration: Registration, now: datetime, *, by: User | None, reason: str, fee: Decimal
) -> None:
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
