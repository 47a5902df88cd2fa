"""The organisers write to some of those who are registered: draft, test, send, and the mails in batches."""

import logging
import uuid
from collections.abc import Mapping

from django.db import OperationalError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from conferences.models import Conference
from network.models import User
from recovery_network.audit.actions import record
from recovery_network.mail.models import Mail
from registrations import letters
from registrations.errors import RegistrationError
from registrations.models import Message, MessageText
from registrations.segments import Segment

log = logging.getLogger(__name__)

# A batch is one short transaction: a thousand mails hold nobody up, and a worker that dies loses none.
BATCH = 50
State = Message.State

# Subject and Markdown by language.
Texts = Mapping[str, tuple[str, str]]


@transaction.atomic
def write_message(
    *,
    conference: Conference,
    segment: Segment,
    texts: Texts,
    by: User,
    message: Message | None = None,
) -> Message:
    """A new draft, or the same one rewritten. The original is in the conference's language if it is written.

    Raises RegistrationError: wrong_state where it has been sent, no_text where there is nothing in it.
    """
    if not texts:
        raise RegistrationError(
            _("Write a subject and a text in at least one language."), code="no_text"
        )
    message = held_draft(message) if message else Message(conference=conference)
    message.segment = segment.stored()
    message.written_by = by
    message.language = conference.language if conference.language in texts else next(iter(texts))
    message.save()
    message.texts.exclude(language__in=texts).delete()
    for language, (subject, body) in texts.items():
        message.texts.update_or_create(
            language=language, defaults={"subject": subject, "body": body}
        )
    return message


@transaction.atomic
def discard_message(*, message: Message, by: User) -> None:
    """Raises RegistrationError: wrong_state where it has been sent."""
    held_draft(message).delete()


@transaction.atomic
def send_test(*, message: Message, by: User) -> int:
    """One mail in each language to the writer alone; returns how many."""
    message = held_draft(message)
    key = uuid.uuid4().hex[:12]
    name = by.get_full_name() or by.email
    written = sum(
        letters.queue_test(message, text, to=by.email, name=name, key=key) is not None
        for text in message.texts.all()
    )
    record(action="message.tested", by=by, object=message, conference_id=message.conference_id)
    return written


@transaction.atomic
def send_message(*, message: Message, expected: int, by: User) -> Message:
    """Let the mails be written to everyone it is for; they leave in batches (`send_messages`).

    `expected` is the number of addresses the organiser saw and agreed to. Raises RegistrationError:
    wrong_state where it has been sent, no_text where its words are deleted, no_recipients, and changed
    where there are more or fewer addresses by now.
    """
    message = held_draft(message)
    texts = list(message.texts.all())
    if not texts:
        raise RegistrationError(_("The words of this message are deleted."), code="no_text")
    addresses = len(letters.audience(message, texts).recipients)
    if not addresses:
        raise RegistrationError(_("Nobody would get this message."), code="no_recipients")
    if addresses != expected:
        raise RegistrationError(
            _("It would go to %(now)d addresses by now, and not %(then)d. Look again, then send.")
            % {"now": addresses, "then": expected},
            code="changed",
        )
    message.state = State.SENDING
    message.sent_at = timezone.now()
    message.addresses = addresses
    with override(message.conference.language):
        message.segment_text = Segment.of(message.segment).in_words()[:500]
    message.save(update_fields=["state", "sent_at", "addresses", "segment_text"])
    record(
        action="message.sending",
        by=by,
        object=message,
        conference_id=message.conference_id,
        addresses=addresses,
    )
    return message


def held_draft(message: Message) -> Message:
    held = Message.objects.select_for_update(of=("self",), no_key=True)
    message = held.select_related("conference__venue").get(pk=message.pk)
    if message.state != State.DRAFT:
        raise RegistrationError(_("This message has been sent."), code="wrong_state")
    return message


def send_messages() -> int:
    """Write the mails of every message that is being sent; returns how many. Safe to run at any time."""
    written = 0
    for pk in Message.objects.filter(state=State.SENDING).values_list("pk", flat=True):
        try:
            while batch := write_batch(pk):
                written += batch
        except OperationalError:
            log.warning("A message was busy; it goes on next time.")
    return written


@transaction.atomic
def write_batch(pk: int) -> int:
    """The next mails of one message; 0 when all are written or another worker is at it.

    Who has a mail already is read from the mails themselves, so a batch that was lost is made good.
    """
    held = Message.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    message = held.select_related("conference__venue").filter(pk=pk, state=State.SENDING).first()
    if message is None:
        return 0
    texts: dict[str, MessageText] = {text.language: text for text in message.texts.all()}
    written = set(
        Mail.objects.filter(key__startswith=message.mail_prefix).values_list(
            Lower("recipient"), flat=True
        )
    )
    left = [
        to
        for to in letters.audience(message, texts.values()).recipients
        if to.address.lower() not in written
    ]
    for to in left[:BATCH]:
        letters.queue(message, texts[to.language], to)
    if len(left) <= BATCH:
        message.state = State.SENT
        message.save(update_fields=["state"])
    return len(left[:BATCH])
