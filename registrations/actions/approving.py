"""Where an organiser approves who comes: saying yes and no, to one person or a party that comes together."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from registrations import line, queries
from registrations.actions.correcting import check_person_once
from registrations.actions.places import STATE_FIELDS, check_stands, close, fill, locked
from registrations.actions.telling import tell_answered
from registrations.errors import RegistrationError
from registrations.models import Registration

State = Registration.State
Scarcity = Registration.Scarcity


@transaction.atomic
def approve(*, registration: Registration, by: User) -> Registration:
    """Give a place to someone who awaits approval, or was not approved before.

    Where no place is free for them they stand in line as of the moment at which they registered. A companion
    follows, and a party that comes together is approved together. Raises RegistrationError: wrong_state,
    closed where the gathering is called off, already_registered.
    """
    lock(registration.conference_id)
    registration = locked(registration)
    check_stands(registration, timezone.now())
    unit = answered_together(registration)
    for each in unit:
        each.declined_at = None
        if each.state != State.DOUBLE:
            stand_in_line(each)
    approved = frozenset(each.pk for each in unit if each.state != State.DOUBLE)
    ledger = fill(registration.conference, approved=approved)
    explain_waiting(registration.conference, approved)
    for each in unit:
        if each.state != State.DOUBLE:
            continue
        scarcity = ledger.scarcity(
            each.tier, each.booking.organisation_id, companion=each.companion_of_id is not None
        )
        answer_double(each, scarcity, timezone.now())
    for each in unit:
        note(each, "registration.approved", by)
    tell_answered(queries.people_in(registration.booking), {each.pk for each in unit})
    registration.refresh_from_db()
    return registration


def answered_together(registration: Registration) -> list[Registration]:
    """Whoever gets the same answer: a person with the companion, or a party that comes together.

    A double in the party gets it too: their answer must look like a newcomer's.
    """
    shown = registration.shown_state
    if shown not in {State.PENDING, State.DECLINED}:
        raise RegistrationError(
            _("Only someone who awaits approval, or was not approved, can be approved."),
            code="wrong_state",
        )
    rows = queries.whole_registrations().select_related("companion_of")
    rows = rows.filter(booking=registration.booking_id)
    if not registration.booking.together:
        person = registration.companion_of_id or registration.pk
        rows = rows.filter(Q(pk=person) | Q(companion_of=person))
    return [
        each
        for each in rows.order_by("pk")
        if (each.shown_state, each.declined_at) == (shown, registration.declined_at)
    ]


def stand_in_line(registration: Registration) -> None:
    """As if they had stood there since they registered; fill() then says whose turn it is."""
    registration.state = State.WAITING
    check_person_once(registration)
    registration.waiting_since = registration.created_at
    registration.waiting_for = Scarcity.LINE
    registration.save(update_fields=STATE_FIELDS)


def explain_waiting(conference: Conference, approved: frozenset[int]) -> None:
    """Writes down for those who got no place what they wait for."""
    rows = list(Registration.objects.filter(pk__in=approved, state=State.WAITING))
    standings = line.standings(conference, rows) if rows else {}
    for each in rows:
        each.waiting_for = standings[each.pk].why or Scarcity.LINE
        each.sequence += 1
        each.save(update_fields=STATE_FIELDS)


def answer_double(
    registration: Registration, scarcity: Registration.Scarcity | None, now: datetime
) -> None:
    """What a newcomer would have got; no place is taken, since the person has one elsewhere."""
    registration.confirmed_at = None if scarcity else now
    registration.waiting_since = registration.created_at if scarcity else None
    registration.waiting_for = scarcity or ""
    registration.sequence += 1
    registration.save(update_fields=STATE_FIELDS)


@transaction.atomic
def decline(*, registration: Registration, by: User, reason: str = "") -> Registration:
    """Say no to someone who awaits approval; `reason` is told them in the organiser's own words.

    A party that comes together gets one answer. Raises RegistrationError: wrong_state.
    """
    lock(registration.conference_id)
    registration = locked(registration)
    now = timezone.now()
    if registration.shown_state != State.PENDING:
        raise RegistrationError(
            _("Only someone who awaits approval can be declined."), code="wrong_state"
        )
    unit = answered_together(registration)
    for each in unit:
        each.declined_at = now
        close(each, State.DOUBLE if each.state == State.DOUBLE else State.DECLINED, now)
        note(each, "registration.declined", by, reason)
    tell_answered(queries.people_in(registration.booking), {each.pk for each in unit}, reason)
    registration.refresh_from_db()
    return registration


def note(registration: Registration, action: str, by: User, reason: str = "") -> None:
    record(
        action=action,
        by=by,
        object=registration,
        conference_id=registration.conference_id,
        reason=reason,
    )


def answered_with(registrations: Sequence[Registration]) -> list[Registration]:
    """Those and whoever gets the same answer as one of them."""
    together = [
        each.booking_id
        for each in registrations
        if each.booking.together and each.shown_state in {State.PENDING, State.DECLINED}
    ]
    fellows = Registration.objects.filter(booking__in=together, companion_of=None)
    return list({each.pk: each for each in (*registrations, *fellows)}.values())


def one_of_each(registrations: Sequence[Registration]) -> list[Registration]:
    """Of each party that is answered together, the first of those who were chosen."""
    found: dict[tuple[str, int], Registration] = {}
    for each in registrations:
        together = each.booking.together and each.shown_state in {State.PENDING, State.DECLINED}
        key = (
            ("booking", each.booking_id)
            if together
            else ("person", each.companion_of_id or each.pk)
        )
        found.setdefault(key, each)
    return list(found.values())
