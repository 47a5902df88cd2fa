import uuid

from django.db import transaction
from django.utils import timezone

from recovery_network.mail import outbox
from registrations import mails, queries


class Rehearsed(Exception):
    """Undoes a mail that was only written so that the answer takes as long."""


@transaction.atomic
def send_links(*, email: str) -> int:
    """Send the link of each coming registration of `email` there, each at most once an hour.

    Returns how many mails were written. Where there are none, the work of one is done and undone: neither
    words nor clock tell a stranger whose address is known (`domain.md` 5).
    """
    registrations = queries.active_registrations_of(email, timezone.now())
    written = sum(mails.link(registration) is not None for registration in registrations)
    if not written:
        rehearse(email)
    return written


def rehearse(email: str) -> None:
    try:
        with transaction.atomic():
            outbox.queue(
                kind="link",
                to=email,
                language="nb",
                context=mails.sample(),
                key=f"link:rehearsal:{uuid.uuid4()}",
            )
            raise Rehearsed
    except Rehearsed:
        return
