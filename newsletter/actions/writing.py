"""A letter from draft to its time: writing, testing, sending now or later, taking back."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from conferences.models import Conference
from network.models import Article, Topic, User
from newsletter import letters
from newsletter.errors import NewsletterError
from newsletter.models import Letter
from recovery_network.audit.actions import record
from recovery_network.slugs import free_slug

State = Letter.State

# Subject and Markdown by language.
Texts = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Content:
    """What a letter says, points to, and whom it is for."""

    texts: Texts
    topics: Collection[Topic] = ()
    articles: Collection[Article] = ()
    gatherings: Collection[Conference] = ()
    is_public: bool = True
    original: str = field(default="nb")


@transaction.atomic
def write_letter(*, content: Content, by: User, letter: Letter | None = None) -> Letter:
    """A new draft, or the same one rewritten. Raises NewsletterError where it waits or has been sent, or is empty."""
    if not content.texts:
        raise NewsletterError(_("Write a subject and a text in at least one language."))
    letter = held(letter, State.DRAFT) if letter else Letter()
    letter.language = (
        content.original if content.original in content.texts else next(iter(content.texts))
    )
    letter.is_public = content.is_public
    letter.written_by = by
    letter.save()
    letter.topics.set(content.topics)
    letter.articles.set(content.articles)
    letter.gatherings.set(content.gatherings)
    letter.texts.exclude(language__in=content.texts).delete()
    for language, (subject, body) in content.texts.items():
        letter.texts.update_or_create(
            language=language, defaults={"subject": subject, "body": body}
        )
    return letter


@transaction.atomic
def discard_letter(*, letter: Letter, by: User) -> None:
    """Raises NewsletterError where it waits for its time or has been sent."""
    letter = held(letter, State.DRAFT)
    record(action="letter.discarded", by=by, object=letter)
    letter.delete()


@transaction.atomic
def send_test(*, letter: Letter, by: User) -> int:
    """One mail in each language to the writer alone; returns how many."""
    letter = held(letter, State.DRAFT, State.SCHEDULED)
    nonce = uuid.uuid4().hex[:12]
    written = sum(
        letters.queue_test(letter, text, to=by.email, nonce=nonce) is not None
        for text in letter.texts.all()
    )
    record(action="letter.tested", by=by, object=letter)
    return written


@transaction.atomic
def schedule_letter(*, letter: Letter, send_at: datetime | None, expected: int, by: User) -> Letter:
    """Lets the letter be sent at a time, or now (None). `expected` is the number of addresses that the editor saw.

    Raises NewsletterError where it isn't a draft, where nobody would get it, or where the number has changed.
    """
    letter = held(letter, State.DRAFT)
    now = timezone.now()
    addresses = letters.audience(letter).count()
    if not addresses:
        raise NewsletterError(_("Nobody would get this letter."))
    if addresses != expected:
        raise NewsletterError(
            _("It would go to %(now)d addresses by now, and not %(then)d. Look again, then send.")
            % {"now": addresses, "then": expected}
        )
    if send_at is not None and send_at < now:
        raise NewsletterError(_("Choose a time to come."))
    if letter.is_public and letter.slug is None:
        original = letter.texts.get(language=letter.language)
        letter.slug = free_slug(original.subject, Letter.objects.all())
    letter.state, letter.send_at = State.SCHEDULED, send_at or now
    letter.save(update_fields=["state", "send_at", "slug"])
    record(action="letter.scheduled", by=by, object=letter, addresses=addresses)
    return letter


@transaction.atomic
def take_back(*, letter: Letter, by: User) -> Letter:
    """Makes a letter that waits for its time a draft again. Raises NewsletterError where it is too late."""
    letter = held(letter, State.SCHEDULED)
    letter.state, letter.send_at = State.DRAFT, None
    letter.save(update_fields=["state", "send_at"])
    record(action="letter.taken_back", by=by, object=letter)
    return letter


def held(letter: Letter, *states: str) -> Letter:
    found = Letter.objects.select_for_update(no_key=True).filter(pk=letter.pk).first()
    if found is None or found.state not in states:
        raise NewsletterError(_("This letter is no longer what it was. Look at it again."))
    return found
