"""A gathering gets another time or place: noted when an organiser saves it, told when they say so."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock
from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from registrations import mails, queries
from registrations.errors import RegistrationError
from registrations.models import Move
from registrations.models.move import facts_of
from registrations.models.registration import RegistrationQuerySet


@transaction.atomic
def note_move(*, before: Conference, after: Conference) -> Move | None:
    """Remember what people have been told, if anyone has; the open move, or None where there is nothing to tell."""
    conference = lock(after.pk)
    now = timezone.now()
    if facts_of(before) != facts_of(after):
        Move.objects.get_or_create(
            conference=conference, told_at=None, defaults={**facts_of(before), "changed_at": now}
        )
        Move.objects.filter(conference=conference, told_at=None).update(changed_at=now)
    move = untold(conference)
    if move is None:
        return None
    over = conference.is_called_off(now) or conference.ends_at <= now
    if over or move.undone_by(after) or not to_be_told(move).exists():
        move.delete()
        return None
    return move


def untold(conference: Conference) -> Move | None:
    found = Move.objects.filter(conference=conference, told_at=None)
    return found.select_related("conference__venue", "venue").first()


def to_be_told(move: Move) -> RegistrationQuerySet:
    """Whoever registered before the last edit; those after it were told the new time and place at once."""
    active = queries.whole_registrations().active().filter(conference=move.conference_id)
    return active.filter(created_at__lte=move.changed_at).order_by("pk")


@transaction.atomic
def tell_move(*, conference: Conference, by: User, reason: str = "") -> int:
    """Write to everyone with a place, an offer or a turn in line, once, with the calendar entry anew.

    Returns how many mails were written. Raises RegistrationError: wrong_state where nobody is left to tell.
    """
    conference = lock(conference.pk)
    move = untold(conference)
    if move is None or conference.is_called_off():
        raise RegistrationError(
            _("There is nothing to tell: nothing was moved, or everyone knows."), code="wrong_state"
        )
    people = to_be_told(move)
    people.update(sequence=F("sequence") + 1)
    told = sum(mails.moved(registration, reason.strip()) is not None for registration in people)
    move.told_at = timezone.now()
    move.save(update_fields=["told_at"])
    record(
        action="conference.moved",
        by=by,
        object=conference,
        conference_id=conference.pk,
        reason=reason.strip(),
        told=told,
    )
    return told
