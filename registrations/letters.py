"""The organisers' own messages as mails: who gets one, in which language, with which words."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from conferences import calendars
from conferences.models import Conference
from recovery_network import i18n
from recovery_network.mail import kinds, outbox, wording
from recovery_network.mail.models import Mail
from recovery_network.markup import to_html
from registrations import mails
from registrations.models import Message, MessageText, Registration
from registrations.segments import Segment

KIND = "message"
PLACEHOLDERS = ("name", "conference_title", "date", "time", "place", "conference_url")
# The title says what the gathering is about, and a subject is read by whoever sees the screen.
IN_SUBJECTS = ("date",)
# What Markdown would take for a sign of its own.
SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~&])")


@dataclass(frozen=True)
class Recipient:
    """One address, with the first of those who are written to there."""

    registration: Registration
    address: str
    name: str
    language: str


@dataclass(frozen=True)
class Audience:
    """Everyone a message would reach, one mail per address, and those it can't reach directly."""

    recipients: list[Recipient]
    people: int
    by_contact: list[Registration]
    unreachable: list[Registration]


def declare() -> None:
    kinds.register(
        kinds.Kind(
            name=KIND, label=_("Message from the organisers"), placeholders=(), sample=sample
        )
    )


def audience(message: Message, texts: Collection[MessageText]) -> Audience:
    """Who would get the message now, in the order of their registrations; two queries."""
    registrations = (
        Segment.of(message.segment)
        .of_conference(message.conference)
        .select_related("booking__organisation", "companion_of")
        .order_by("pk")
    )
    written = {text.language for text in texts}
    at: defaultdict[str, list[Registration]] = defaultdict(list)
    for registration in registrations:
        at[registration.address.lower()].append(registration)
    unreachable = at.pop("", [])
    everyone = [registration for rows in at.values() for registration in rows]
    return Audience(
        recipients=[recipient(rows, written, message.language) for rows in at.values()],
        people=len(everyone),
        by_contact=[registration for registration in everyone if not registration.email],
        unreachable=unreachable,
    )


def recipient(rows: list[Registration], written: set[str], original: str) -> Recipient:
    first = rows[0]
    alone = first.email and len(rows) == 1
    return Recipient(
        registration=first,
        address=first.address,
        name=first.name if alone else first.booking.contact_name,
        language=language_for(first.booking.language, written, original),
    )


def language_for(wished: str, written: set[str], original: str) -> str:
    """Their own where it is written, Bokmål for Nynorsk, else the original."""
    for language in (wished, "nb" if wished == "nn" else wished):
        if language in written:
            return language
    return original


def queue(message: Message, text: MessageText, to: Recipient) -> Mail | None:
    return outbox.queue(
        kind=KIND,
        to=to.address,
        language=text.language,
        context=context(message.conference, text, name=to.name),
        key=f"{message.mail_prefix}{to.registration.pk}",
        about=mails.about(to.registration),
    )


def queue_test(message: Message, text: MessageText, *, to: str, name: str, key: str) -> Mail | None:
    return outbox.queue(
        kind=KIND,
        to=to,
        language=text.language,
        context=context(message.conference, text, name=name),
        key=f"message:{message.pk}:test:{key}:{text.language}",
    )


def rendered(message: Message, text: MessageText, *, name: str) -> outbox.Rendered:
    """What the message looks like for someone called `name`."""
    return outbox.render(
        kind=KIND,
        language=text.language,
        context=context(message.conference, text, name=name),
    )


def context(conference: Conference, text: MessageText, *, name: str) -> Mapping[str, Any]:
    with i18n.speaking(text.language), i18n.in_zone(conference.time_zone):
        values = {
            "name": name,
            "conference_title": conference.title,
            "date": i18n.date_long(conference.starts_at),
            "time": i18n.time_range(conference.starts_at, conference.ends_at),
            "place": calendars.place(conference),
            "conference_url": calendars.absolute(conference.get_absolute_url()),
        }
    as_markdown = {
        key: value if key == "conference_url" else SIGNS.sub(r"\\\1", value)
        for key, value in values.items()
    }
    return {
        "message_subject": wording.fill(text.subject, values, IN_SUBJECTS) or text.subject,
        "message_text": wording.fill(text.body, values, PLACEHOLDERS) or text.body,
        "message_html": to_html(wording.fill(text.body, as_markdown, PLACEHOLDERS) or text.body),
        "conference_title": conference.title,
        "contact_name": conference.contact_name,
        "contact_email": conference.contact_email,
        "contact_phone": conference.contact_phone,
    }


def sample() -> Mapping[str, Any]:
    invented = mails.sample()
    text = MessageText(
        language="nb",
        subject="Praktisk om {date}",
        body="Hei {name}\n\nVi begynner **{time}**. Alt står på <{conference_url}>.",
    )
    return context(invented["conference"], text, name=invented["name"])
