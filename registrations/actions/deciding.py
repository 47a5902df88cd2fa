"""What organisers do for one person: move them to another kind of place, put them first in line."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from network.models import User
from recovery_network.audit.actions import record
from registrations import mails
from registrations.actions.places import (
    check_stands,
    companions_of,
    fill,
    locked,
    moving_together,
)
from registrations.errors import RegistrationError
from registrations.models import Registration, Tier

State = Registration.State


@transaction.atomic
def move(*, registration: Registration, tier: Tier, by: User) -> Registration:
    """Give someone another kind of place, or a turn in its line, at its price; one mail tells them.

    Whoever waits keeps the time they have waited since. Raises RegistrationError: wrong_state, closed,
    unknown_tier, same_tier, organisation_required, and full where the other kind has no place free.
    """
    conference = lock(registration.conference_id)
    ledger = fill(conference)
    registration = locked(registration)
    check_stands(registration, timezone.now())
    old, new = registration.tier, conference.tiers.filter(pk=tier.pk).first()
    check_may_move(registration, new)
    assert new is not None
    owner = registration.booking.organisation_id
    holds = registration.state in Registration.HOLDING
    if holds:
        ledger.take(old, owner, places=-1)
    scarcity = ledger.scarcity(new, owner)
    if holds and scarcity:
        raise RegistrationError(
            _("No place is free: %(reason)s.") % {"reason": scarcity.label},
            code="full",
            field="tier",
        )
    companions = companions_of(registration)
    registration.price = new.price
    for each in (registration, *companions):
        each.tier = new
        each.sequence += 1
        if each.state == State.WAITING:
            each.waiting_for = scarcity or each.waiting_for
        each.save(update_fields=["tier", "price", "sequence", "waiting_for"])
    event = record(
        action="registration.moved",
        by=by,
        object=registration,
        conference_id=conference.pk,
        before=old.key,
        after=new.key,
    )
    fill(conference)
    registration.refresh_from_db(fields=["state"])
    if holds or registration.state in Registration.HOPING:
        # Whoever waited and got a place by moving has the mail about the place already.
        mails.again(registration, occasion=f"event{event.pk}")
    return registration


def check_may_move(registration: Registration, tier: Tier | None) -> None:
    if registration.companion_of_id is not None:
        raise RegistrationError(
            _("A companion follows the person they accompany."), code="wrong_state"
        )
    if registration.state not in Registration.ACTIVE:
        raise RegistrationError(
            _("Only someone who has a place, an offer or waits can be moved."), code="wrong_state"
        )
    if tier is None:
        raise RegistrationError(
            _("Choose one of the kinds of place."), code="unknown_tier", field="tier"
        )
    if tier.pk == registration.tier_id:
        raise RegistrationError(
            _("That is the kind of place they have."), code="same_tier", field="tier"
        )
    if tier.organisation_required and registration.booking.organisation_id is None:
        raise RegistrationError(
            _("This kind of place needs an organisation, and the booking has none."),
            code="organisation_required",
            field="tier",
        )


@transaction.atomic
def put_first(*, registration: Registration, reason: str, by: User) -> Registration:
    """Offer someone the next place out of turn, for a written reason that the log keeps.

    They, and those who come together with them, come before all who have waited longer; limits hold for
    them too. A place that is free for them
    is theirs at once. Raises RegistrationError: reason_missing, closed, and wrong_state for those who
    don't wait.
    """
    registration = locked(registration)
    now = timezone.now()
    check_stands(registration, now)
    if registration.state != State.WAITING:
        raise RegistrationError(_("Only someone who waits can be put first."), code="wrong_state")
    if not reason.strip():
        raise RegistrationError(_("Write a reason."), code="reason_missing", field="reason")
    for each in moving_together(registration):
        each.ahead_since = now
        each.save(update_fields=["ahead_since"])
    record(
        action="registration.put_first",
        by=by,
        object=registration,
        conference_id=registration.conference_id,
        reason=reason,
    )
    fill(registration.conference)
    registration.refresh_from_db()
    return registration
