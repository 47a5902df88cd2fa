"""Reads the folder of .eml files that the demo's mails go to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime

from recovery_network.mail import backends

NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")
# The folder may grow without end; nobody reads further back than this.
NEWEST = 1000


@dataclass(frozen=True)
class File:
    """An attachment as it arrived."""

    name: str
    mimetype: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """One mail, parsed. `name` is the file's name without its ending; it is a mail's only address here."""

    name: str
    written_at: datetime
    sender: str
    recipient: str
    subject: str
    language: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    files: tuple[File, ...]

    def mentions(self, words: str) -> bool:
        everything = f"{self.recipient} {self.subject} {self.text}".casefold()
        return all(word in everything for word in words.casefold().split())


def letters(words: str = "") -> list[Letter]:
    """Newest first; with `words` only those that mention each of them."""
    return [letter for letter in newest() if letter.mentions(words)]


def newest() -> Iterator[Letter]:
    folder = backends.folder()
    names = sorted((path.stem for path in folder.glob("*.eml")), reverse=True) if folder else []
    for name in names[:NEWEST]:
        letter = read(name)
        if letter is not None:
            yield letter


def read(name: str) -> Letter | None:
    """The mail called `name`; None if there is none, or if `name` can't be the name of one."""
    folder = backends.folder()
    if folder is None or not NAME.fullmatch(name):
        return None
    try:
        content = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    return parse(name, content)


def parse(name: str, content: bytes) -> Letter:
    message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    return Letter(
        name=name,
        # Django writes "-0000": the time is in UTC, and nothing is known of the sender's zone.
        written_at=parsedate_to_datetime(message["Date"]).replace(tzinfo=UTC),
        sender=str(message["From"]),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        language=str(message.get("Content-Language", "")),
        text=body(message, "plain"),
        html=body(message, "html"),
        files=tuple(
            File(part.get_filename() or "", part.get_content_type(), decoded(part))
            for part in message.iter_attachments()
        ),
    )


def decoded(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part else ""
