from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from conferences.models import Conference
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.actions.telling import by_reader
from registrations.models import Registration


def send_due_reminders() -> int:
    """Write the reminders whose time has come; returns how many.

    Those who registered after the time of a reminder do not get that one. Of several times that have
    passed only the latest counts. The time is part of the mail's key, so moving the date makes new ones.
    """
    now = timezone.now()
    written = 0
    for conference in Conference.objects.public().filter(starts_at__gt=now, cancelled_at=None):
        due = [moment for moment in conference.reminder_times() if moment <= now]
        if due:
            written += remind(conference, due[-1])
    return written


def remind(conference: Conference, moment: datetime) -> int:
    prefix = mails.reminder_prefix(conference, moment)
    reminded = set(Mail.objects.filter(key__startswith=prefix).values_list("key", flat=True))
    confirmed = Registration.objects.confirmed().filter(
        conference=conference, confirmed_at__lt=moment
    )
    readers = by_reader(confirmed.select_related("booking").order_by("pk"))
    missing = [
        [each.pk for each in group] for group in readers if f"{prefix}{group[0].pk}" not in reminded
    ]
    return sum(remind_readers(pks, moment) for pks in missing)


@transaction.atomic
def remind_readers(pks: Sequence[int], moment: datetime) -> bool:
    """Holds the rows, so that nobody is reminded of a place they give up at the same moment."""
    readers = list(
        Registration.objects.confirmed()
        .select_for_update(of=("self",), no_key=True)
        .select_related("tier", "booking__organisation", "conference__venue")
        .filter(pk__in=pks)
        .order_by("pk")
    )
    if not readers:
        return False
    # Asked again with the rows held: calling off writes to every row and withdraws what it finds.
    if Conference.objects.get(pk=readers[0].conference_id).is_called_off():
        return False
    return mails.reminder(readers, moment) is not None
