from datetime import datetime

from django.db import transaction
from django.utils import timezone

from conferences.models import Conference, JoinDetails
from recovery_network.mail.models import Mail
from registrations import mails
from registrations.models import Registration


def send_due_join_details() -> int:
    """Write to everyone with a place how to join, once the organiser's time has come; returns how many.

    Run again and again: those who are confirmed later get it then, and a changed link is told anew.
    """
    now = timezone.now()
    public = Conference.objects.public().filter(ends_at__gt=now, cancelled_at=None)
    due = JoinDetails.objects.filter(conference__in=public).select_related("conference")
    return sum(tell_everyone(details, now) for details in due if details.may_be_told(now))


def tell_everyone(details: JoinDetails, now: datetime) -> int:
    prefix = mails.joining_prefix(details)
    told = set(Mail.objects.filter(key__startswith=prefix).values_list("key", flat=True))
    confirmed = Registration.objects.confirmed().named().filter(conference=details.conference_id)
    missing = [pk for pk in confirmed.values_list("pk", flat=True) if f"{prefix}{pk}" not in told]
    return sum(tell_one(pk, now) for pk in missing)


@transaction.atomic
def tell_one(pk: int, now: datetime) -> bool:
    """Holds the row, so that nobody is told who gives up their place at the same moment."""
    registration = (
        Registration.objects.confirmed()
        .select_for_update(of=("self",), no_key=True)
        .select_related("tier", "booking__organisation", "conference__venue")
        .filter(pk=pk)
        .first()
    )
    if registration is None:
        return False
    # Read with the row held: the link or the date may have been changed since the list was made.
    details = (
        JoinDetails.objects.select_related("conference")
        .filter(conference=registration.conference_id)
        .first()
    )
    if details is None or not details.may_be_told(now):
        return False
    return mails.joining(registration, details) is not None
