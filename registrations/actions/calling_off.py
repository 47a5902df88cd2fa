from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.actions import lock, touch
from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from registrations import mails, queries
from registrations.actions.telling import by_reader
from registrations.errors import RegistrationError


@transaction.atomic
def call_off(*, conference: Conference, by: User, reason: str = "") -> int:
    """Call the gathering off and write to everyone who has a place, an offer or a turn in line.

    `reason` is the organiser's own words, plain text; it stands in each mail and in the log. The
    registrations keep their state, so that lists stay right. Returns how many mails were written.
    Raises RegistrationError: wrong_state where it is called off already, over or archived.
    """
    conference = lock(conference.pk)
    now = timezone.now()
    check_may_be_called_off(conference, now)
    reason = reason.strip()
    conference.cancelled_at = now
    conference.save(update_fields=["cancelled_at"])
    touch(conference)
    active = queries.whole_registrations().active().filter(conference=conference).order_by("pk")
    active.update(sequence=F("sequence") + 1)
    mails.withdraw_reminders(*active)
    told = sum(mails.called_off(readers, reason) is not None for readers in by_reader(active))
    record(
        action="conference.called_off",
        by=by,
        object=conference,
        conference_id=conference.pk,
        reason=reason,
        told=told,
    )
    return told


def check_may_be_called_off(conference: Conference, now: datetime) -> None:
    """Raises RegistrationError: wrong_state."""
    if conference.is_called_off(now):
        sentence = _("The gathering is called off already.")
    elif conference.archived_at and conference.archived_at <= now:
        sentence = _("The gathering is archived.")
    elif conference.ends_at <= now:
        sentence = _("The gathering is over.")
    else:
        return
    raise RegistrationError(sentence, code="wrong_state")
