from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from registrations import mails, queries
from registrations.actions.rehearsing import rehearse_mail


@transaction.atomic
def send_links(*, email: str) -> int:
    """Send the link of each coming registration of `email` there, each at most once an hour.

    Returns how many mails were written. Where there are none, one is rehearsed.
    """
    registrations = queries.active_registrations_of(email, timezone.now())
    written = sum(mails.link(registration) is not None for registration in registrations)
    if not written:
        rehearse_mail(to=email, language=get_language() or "nb")
    return written
