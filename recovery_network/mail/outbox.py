import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template import Context, engines
from django.utils import timezone
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from recovery_network.mail import attachments as registry
from recovery_network.mail import kinds, wording
from recovery_network.mail.broker import broker
from recovery_network.mail.models import Mail, Wording


@dataclass(frozen=True)
class Held:
    """Mails about these objects leave no earlier than this."""

    about: frozenset[str]
    until: datetime


HELD: ContextVar[Held | None] = ContextVar("held", default=None)


@dataclass(frozen=True)
class Copy:
    """One of many who get the same mail; `own` is what stands in it in place of the placeholder."""

    key: str
    to: str
    about: str
    own: str


@dataclass(frozen=True)
class Rendered:
    """A mail's words: a single-line subject, plain text, and a whole HTML document."""

    subject: str
    text: str
    html: str


def queue(
    *,
    kind: str,
    to: str,
    language: str,
    context: Mapping[str, Any],
    key: str,
    attachments: Sequence[str] = (),
    about: str = "",
    not_before: datetime | None = None,
) -> Mail | None:
    """Render a mail now and write it in the caller's transaction; a worker sends it after the commit.

    `key` says purpose, object and version ("confirmation:registrations.registration:5:1"). A key that
    exists already queues nothing and returns None. `attachments` are references "name:argument" that
    are resolved at delivery. Raises LookupError for an unknown kind or attachment, ValueError for an
    empty recipient and for a key or `about` that holds an address.
    """
    if not to or "@" in key + about:
        raise ValueError(
            "A mail needs a recipient, and no address in its key or in what it is about"
        )
    unknown = [reference for reference in attachments if not registry.is_known(reference)]
    if unknown:
        raise LookupError(f"No provider makes the attachments {unknown}")
    if Mail.objects.filter(key=key).exists():
        return None
    rendered = render(kind=kind, language=language, context=context)
    now = timezone.now()
    mail = Mail(
        key=key,
        kind=kind,
        recipient=to,
        language=language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        attachments=list(attachments),
        about=about,
        created_at=now,
        not_before=earliest(about, not_before or now),
    )
    try:
        with transaction.atomic():
            mail.save(force_insert=True)
    except IntegrityError:
        if Mail.objects.filter(key=key).exists():
            return None  # another transaction wrote the same mail while this one rendered it
        raise
    if mail.not_before <= now:
        transaction.on_commit(partial(broker.nudge, mail.pk), robust=True)
    return mail


def queue_copies(
    *,
    kind: str,
    language: str,
    rendered: Rendered,
    placeholder: str,
    copies: Sequence[Copy],
    not_before: datetime,
) -> None:
    """Write a mail that many get, rendered once, in the caller's transaction.

    Nobody is nudged: the sweep sends them from `not_before`, so that they hold up no other mail. Raises
    IntegrityError where a key exists already, ValueError as `queue()` does.
    """
    kinds.get(kind)
    if any(not copy.to or "@" in copy.key + copy.about for copy in copies):
        raise ValueError(
            "A mail needs a recipient, and no address in its key or in what it is about"
        )
    Mail.objects.bulk_create(
        Mail(
            key=copy.key,
            kind=kind,
            recipient=copy.to,
            language=language,
            subject=rendered.subject,
            text=rendered.text.replace(placeholder, copy.own),
            html=rendered.html.replace(placeholder, copy.own),
            about=copy.about,
            not_before=not_before,
        )
        for copy in copies
    )


def earliest(about: str, moment: datetime) -> datetime:
    until = held_until(about)
    return max(moment, until) if until else moment


@contextmanager
def held_back(*, about: Collection[str], until: datetime) -> Iterator[None]:
    """Mails about these objects that are queued inside wait at least `until`, so that they can be withdrawn."""
    token = HELD.set(Held(frozenset(about), until))
    try:
        yield
    finally:
        HELD.reset(token)


def held_until(about: str) -> datetime | None:
    """Until when mails about an object that are queued now are held back; None where they aren't."""
    held = HELD.get()
    return held.until if held and about in held.about else None


def withdraw_held(*, about: str, until: datetime, kind: str = "") -> int:
    """Cancel what was held back `until` then, of `kind` or of every kind, and has not left; returns how many."""
    return cancel(Mail.objects.filter(about=about, not_before=until), kind)


def withdraw(*, kind: str = "", about: Collection[str]) -> int:
    """Cancel mails of `kind`, or of every kind, about some objects that have not left yet; returns how many."""
    return cancel(Mail.objects.filter(about__in=about), kind)


def cancel(mails: QuerySet[Mail], kind: str) -> int:
    queued = mails.filter(state=Mail.State.QUEUED)
    if kind:
        queued = queued.filter(kind=kind)
    return queued.update(state=Mail.State.CANCELLED)


def render(*, kind: str, language: str, context: Mapping[str, Any]) -> Rendered:
    """The words of `kind` in `language`, the organisers' own wording included."""
    known = kinds.get(kind)
    own = Wording.objects.filter(kind=kind, language=language).first()
    return render_with(known, language, context, own)


def render_with(
    kind: kinds.Kind, language: str, context: Mapping[str, Any], own: Wording | None
) -> Rendered:
    everything: dict[str, Any] = {
        "site_url": settings.SITE_URL,
        "language": language,
        **context,
    }
    with override(language):
        everything.setdefault("network_name", _("Network for social recovery"))
        subject = fill(kind, everything, own.subject if own else "")
        introduction = own.introduction if own else ""
        everything["subject"] = wording.single_line(
            subject or from_template(f"mail/{kind.name}/subject.txt", everything, autoescape=False)
        )
        text = from_template(
            f"mail/{kind.name}/body.txt",
            {**everything, "introduction": fill(kind, everything, introduction)},
            autoescape=False,
        )
        html = from_template(
            f"mail/{kind.name}/body.html",
            {**everything, "introduction": fill_html(kind, everything, introduction)},
            autoescape=True,
        )
    return Rendered(everything["subject"], tidy(text), html.strip() + "\n")


def tidy(text: str) -> str:
    """Plain text without the blank lines that template tags leave behind."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+\n", "\n", text)).strip() + "\n"


def fill(kind: kinds.Kind, context: Mapping[str, Any], text: str) -> str | None:
    return wording.fill(text, context, kind.placeholders) if text else None


def fill_html(kind: kinds.Kind, context: Mapping[str, Any], text: str) -> SafeString | None:
    """`text` as paragraphs: its own characters and the values of its placeholders are both escaped."""
    filled = wording.fill(escape(text), context, kind.placeholders, escape) if text else None
    return None if filled is None else mark_safe(linebreaks(filled, autoescape=False))


def from_template(name: str, context: Mapping[str, Any], *, autoescape: bool) -> str:
    """Plain text is rendered without escaping, whatever the template says."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return str(template.render(Context(dict(context), autoescape=autoescape)))
