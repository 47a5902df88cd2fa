import logging
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError, close_old_connections
from django.db.models import F
from django.utils import timezone

from recovery_network.mail import attachments, errors, kinds, transport
from recovery_network.mail.attachments import Attachment
from recovery_network.mail.models import Mail

log = logging.getLogger(__name__)

# A mail that went out must be marked: a database that blinks gets this many chances.
MARK_TRIES = 3


def deliver(pk: int) -> bool:
    """Send one mail if it is due and nobody else has claimed it; whether it was sent now.

    Claim, send and mark are three steps without a transaction around them: no row is locked while the
    server answers. A crash between the server's OK and the mark is the one way to send twice
    (`domain.md` 6); the Message-ID is the same then.
    """
    mail = claim(pk)
    if mail is None:
        return False
    try:
        errors.check_address(mail.recipient)
        transport.send(message_for(mail))
    except Exception as error:
        mark_failed(mail, error)
        return False
    mark_sent(mail)
    return True


def claim(pk: int) -> Mail | None:
    """Take the mail, or None if it isn't waiting (any more): of two that try, one updates the row."""
    now = timezone.now()
    claimed = (
        Mail.objects.due(now)
        .filter(pk=pk)
        .update(state=Mail.State.SENDING, attempts=F("attempts") + 1, claimed_at=now)
    )
    return Mail.objects.get(pk=pk) if claimed else None


def message_for(mail: Mail) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname
    kind = kinds.find(mail.kind)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.recipient],
        headers={
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "List-Id": f"<mail.{host}>",
            "Content-Language": mail.language,
            **(kind.headers(mail) if kind else {}),
        },
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for attachment in attachments.resolve(mail.attachments):
        message.attach(part_for(attachment))
    return message


def part_for(attachment: Attachment) -> MIMEBase:
    """A MIME part; parameters such as text/calendar's method are kept, which Django's own would garble."""
    mimetype, *parameters = [piece.strip() for piece in attachment.mimetype.split(";")]
    part = MIMEBase(*mimetype.split("/", 1))
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        part.set_param(name, value)
    if part.get_content_maintype() == "text":
        part.set_param("charset", "utf-8")
    part.set_payload(attachment.content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=attachment.filename)
    return part


def mark_sent(mail: Mail) -> None:
    mark(
        mail, {"state": Mail.State.SENT, "sent_at": timezone.now(), "error_class": "", "error": ""}
    )


def mark_failed(mail: Mail, error: Exception) -> None:
    verdict = errors.judge(error, attempts=mail.attempts, recipient=mail.recipient)
    log.warning(
        "A mail was not sent.",
        extra={
            "mail_kind": mail.kind,
            "error_class": f"{verdict.error_class}: {type(error).__name__}",
        },
    )
    outcome = {"error_class": verdict.error_class, "error": verdict.text}
    if verdict.delay is None:
        mark(mail, {**outcome, "state": Mail.State.FAILED})
    else:
        later = timezone.now() + verdict.delay
        mark(mail, {**outcome, "state": Mail.State.QUEUED, "not_before": later, "nudged_at": None})


def mark(mail: Mail, outcome: dict[str, object]) -> None:
    """Write the outcome of this attempt, unless the lease ran out and another attempt has the row."""
    if mail.is_secret and outcome["state"] != Mail.State.QUEUED:
        outcome = {**outcome, **Mail.BLANK, "blanked_at": timezone.now()}
    mine = Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, attempts=mail.attempts)
    for attempt in range(1, MARK_TRIES + 1):
        try:
            mine.update(**outcome)
            return
        except OperationalError:
            if attempt == MARK_TRIES:
                raise
            close_old_connections()
