"""Letters whose time has come become mails, some hundreds in each short transaction."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from newsletter import letters
from newsletter.models import Letter, Subscription
from recovery_network.audit.actions import record
from recovery_network.mail import outbox
from recovery_network.mail.outbox import Copy, Rendered

log = logging.getLogger(__name__)

# A worker that dies loses a batch and nothing else; memory holds one batch at a time.
BATCH = 500
State = Letter.State
Words = dict[str, Rendered]


def send_letters() -> int:
    """Write the mails of every letter whose time has come; returns how many. Safe to run at any time."""
    written = 0
    begin_due(timezone.now())
    for pk in Letter.objects.filter(state=State.SENDING).values_list("pk", flat=True):
        words: Words = {}
        try:
            while batch := write_batch(pk, words):
                written += batch
        except OperationalError:
            log.warning("A newsletter was busy; it goes on next time.")
    return written


def begin_due(now: datetime) -> None:
    for pk in Letter.objects.filter(state=State.SCHEDULED, send_at__lte=now).values_list(
        "pk", flat=True
    ):
        begin(pk, now)


@transaction.atomic
def begin(pk: int, now: datetime) -> None:
    waiting = Letter.objects.select_for_update(no_key=True).filter(state=State.SCHEDULED)
    letter = waiting.filter(pk=pk).first()
    if letter is None:
        return  # another worker began it, or it was taken back
    letter.state, letter.sent_at = State.SENDING, now
    letter.addresses = letters.audience(letter).count()
    letter.save(update_fields=["state", "sent_at", "addresses"])
    record(action="letter.sending", by=None, object=letter, addresses=letter.addresses)


@transaction.atomic
def write_batch(pk: int, words: Words) -> int:
    """The next mails of one letter; 0 when all are written or another worker is at it.

    `words` are those rendered for it so far, by language.

    Where it was is noted with the mails, in one transaction: none is written twice and none left out. Who
    subscribes after it was begun gets the next letter.
    """
    sending = Letter.objects.select_for_update(no_key=True, skip_locked=True)
    letter = sending.filter(pk=pk, state=State.SENDING).first()
    if letter is None or letter.sent_at is None:
        return 0
    left = letters.audience(letter).filter(
        pk__gt=letter.written_up_to, subscribed_at__lte=letter.sent_at
    )
    batch = list(left.only("pk", "key", "email", "language")[:BATCH])
    write_copies(letter, batch, words, not_before=letter.sent_at + pace(letter.written))
    if batch:
        letter.written_up_to = batch[-1].pk
        letter.written += len(batch)
    if len(batch) < BATCH:
        letter.state = State.SENT
    letter.save(update_fields=["written_up_to", "written", "state"])
    return len(batch)


def pace(written: int) -> timedelta:
    """How long after the first the next mails may leave: a newsletter never stands in the way of other mail."""
    return timedelta(minutes=written / settings.NEWSLETTER_MAILS_PER_MINUTE)


def write_copies(
    letter: Letter, batch: list[Subscription], words: Words, *, not_before: datetime
) -> None:
    texts = {text.language: text for text in letter.texts.all()}
    groups: dict[str, list[Subscription]] = {}
    for each in batch:
        language = letters.language_for(each.language, texts, letter.language)
        groups.setdefault(language, []).append(each)
    for language, readers in groups.items():
        if language not in words:
            words[language] = letters.rendered(letter, texts[language], key=letters.PLACEHOLDER)
        outbox.queue_copies(
            kind=letters.KIND,
            language=language,
            rendered=words[language],
            placeholder=letters.PLACEHOLDER,
            copies=[
                Copy(
                    key=f"{letter.mail_prefix}{each.pk}",
                    to=each.email,
                    about=letters.about(each.pk),
                    own=each.key,
                )
                for each in readers
            ],
            not_before=not_before,
        )
