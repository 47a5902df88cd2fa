from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from registrations import mails, party_mails, queries
from registrations.actions.rehearsing import rehearse_mail


@transaction.atomic
def send_links(*, email: str) -> int:
    """Send the link of each coming registration of `email` there, each at most once an hour.

    The contact person of several people gets the link to all of them instead of one for each. Returns how
    many mails were written. Where there are none, one is rehearsed.
    """
    now = timezone.now()
    parties = {booking.pk: booking for booking in queries.parties_of(email, now)}
    written = sum(
        mails.link(registration) is not None
        for registration in queries.active_registrations_of(email, now)
        if registration.booking_id not in parties or registration.has_own_address
    )
    for booking in parties.values():
        people = queries.people_in(booking)
        written += party_mails.party(booking, people, occasion=f"link{now:%Y%m%d%H}") is not None
    if not written:
        rehearse_mail(to=email, language=get_language() or "nb")
    return written
