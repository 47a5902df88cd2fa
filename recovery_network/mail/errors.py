"""What an error while sending means for the next attempt."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError
from django.core.validators import validate_email

from recovery_network.mail.models import Mail
from recovery_network.privacy.scrub import without_addresses

ErrorClass = Mail.ErrorClass

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(minutes=15)
# The first attempts follow quickly, for a greylisting server or a short break.
SOON = 3
# With the delays above the last attempt comes after two days.
MOST_ATTEMPTS = 200

# Refusals of us and not of the mail (sign-in, sender) are mended by us, so the mail waits.
ABOUT_US = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPNotSupportedError,
)


class MailError(Exception):
    """A change of a mail that its state doesn't allow; the message is for the person who asked."""


@dataclass(frozen=True)
class Verdict:
    """What to do after a failed attempt; `delay` is None when nothing more is tried."""

    error_class: Mail.ErrorClass
    delay: timedelta | None
    text: str


def judge(error: Exception, *, attempts: int, recipient: str) -> Verdict:
    """The verdict on attempt number `attempts` (from 1). Pure; the text holds no address."""
    text = without_addresses(describe(error), recipient)[:500]
    if is_final(error) or attempts >= MOST_ATTEMPTS:
        return Verdict(ErrorClass.GIVE_UP, None, text)
    soon = attempts <= SOON and is_passing(error)
    return Verdict(
        ErrorClass.TRY_SOON if soon else ErrorClass.TRY_LATER, delay_after(attempts), text
    )


def delay_after(attempts: int) -> timedelta:
    """15 s, 30 s, one minute, doubled for each attempt; a quarter of an hour at most."""
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_DELAY * doublings, LONGEST_DELAY)


def is_final(error: Exception) -> bool:
    """Nothing would change at another attempt: no such address, or the mail itself is refused."""
    if isinstance(error, ValidationError | BadHeaderError | UnicodeError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException) and not isinstance(error, ABOUT_US):
        return 500 <= error.smtp_code < 600
    return False


def is_passing(error: Exception) -> bool:
    """The server was away or asked us to come back, so it is worth trying again at once."""
    if isinstance(error, ABOUT_US):
        return isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code < 500
    return isinstance(error, OSError)


def describe(error: Exception) -> str:
    """The kind of error and what the server said; never what our own code had in its hands."""
    name = type(error).__name__
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"{name}: {'; '.join(said(code, text) for code, text in error.recipients.values())}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{name}: {said(error.smtp_code, error.smtp_error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return name


def said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"


def check_address(address: str) -> None:
    """Raises ValidationError for what can't be an address, before a server is troubled with it."""
    validate_email(address)
