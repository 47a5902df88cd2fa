import smtplib
import ssl
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError

from recovery_network.mail import errors
from recovery_network.mail.models import Mail

SOON, LATER, GIVE_UP = Mail.ErrorClass.TRY_SOON, Mail.ErrorClass.TRY_LATER, Mail.ErrorClass.GIVE_UP


def judge(error: Exception, attempts: int = 1) -> errors.Verdict:
    return errors.judge(error, attempts=attempts, recipient="kari.nordmann@example.no")


def recipient_refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"kari.nordmann@example.no": (code, b"No")})


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (ConnectionRefusedError(111, "Connection refused"), SOON),
        (TimeoutError("timed out"), SOON),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), SOON),
        (smtplib.SMTPDataError(451, b"Greylisted"), SOON),
        (smtplib.SMTPConnectError(421, b"Busy"), SOON),
        (smtplib.SMTPSenderRefused(452, b"Too much", "post@example.no"), SOON),
        (recipient_refused(450), SOON),
        (ssl.SSLError("handshake"), SOON),
        (smtplib.SMTPAuthenticationError(535, b"Wrong password"), LATER),
        (smtplib.SMTPSenderRefused(550, b"Not you", "post@example.no"), LATER),
        (smtplib.SMTPConnectError(554, b"No service"), LATER),
        (smtplib.SMTPNotSupportedError("No STARTTLS"), LATER),
        (LookupError("a provider that is gone"), LATER),
        (recipient_refused(550), GIVE_UP),
        (smtplib.SMTPDataError(554, b"Spam"), GIVE_UP),
        (ValidationError("Not an address"), GIVE_UP),
        (BadHeaderError("newline"), GIVE_UP),
    ],
)
def test_first_error_is_classed(error: Exception, wanted: str) -> None:
    verdict = judge(error)
    assert verdict.error_class == wanted
    assert (verdict.delay is None) == (wanted == GIVE_UP)


@pytest.mark.parametrize(
    ("attempts", "wanted"), [(3, SOON), (4, LATER), (199, LATER), (200, GIVE_UP)]
)
def test_the_same_error_again_and_again(attempts: int, wanted: str) -> None:
    assert judge(ConnectionRefusedError(111, "Connection refused"), attempts).error_class == wanted


def test_delay_doubles_up_to_a_quarter_of_an_hour() -> None:
    seconds = [errors.delay_after(attempts).total_seconds() for attempts in (1, 2, 3, 6, 7, 8, 199)]
    assert seconds == [15, 30, 60, 480, 900, 900, 900]


def test_a_mail_is_tried_for_about_two_days() -> None:
    tried = sum((errors.delay_after(n) for n in range(1, errors.MOST_ATTEMPTS)), timedelta())
    assert timedelta(hours=46) < tried < timedelta(hours=50)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            smtplib.SMTPRecipientsRefused(
                {
                    "kari.nordmann@example.no": (
                        550,
                        b"<Kari.Nordmann@example.no>: no user\r\nkari.nordmann",
                    )
                }
            ),
            "SMTPRecipientsRefused: 550 <[address]>: no user [address]",
        ),
        (
            smtplib.SMTPDataError(554, b"5.7.1 Rejected, ask postmaster@example.org"),
            "SMTPDataError: 554 5.7.1 Rejected, ask [address]",
        ),
        (
            ConnectionRefusedError(111, "Connection refused"),
            "ConnectionRefusedError: Connection refused",
        ),
        (ValueError("could not handle Kari Nordmann"), "ValueError"),
    ],
)
def test_text_names_nobody(error: Exception, text: str) -> None:
    assert judge(error).text == text


def test_text_fits_its_column() -> None:
    assert len(judge(smtplib.SMTPDataError(451, b"x" * 2000)).text) == 500
