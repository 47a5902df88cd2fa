import os
from datetime import datetime, timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from network.models import SignIn, User
from recovery_network.audit.actions import record
from recovery_network.audit.models import AuditEvent
from recovery_network.mail import privacy as mail_privacy
from recovery_network.mail.models import Mail
from recovery_network.privacy import retention
from recovery_network.privacy.tasks import delete_what_is_past_its_time

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def make_mail(key: str, days: float, state: str = Mail.State.SENT, **fields: object) -> Mail:
    sent_at = ago(days) if state == Mail.State.SENT else None
    error_class = Mail.ErrorClass.GIVE_UP if state == Mail.State.FAILED else ""
    values = {
        "key": key,
        "kind": "greeting",
        "recipient": "kari@example.no",
        "language": "nb",
        "subject": "Hei",
        "text": "Kjære Kari",
        "html": "<p>Kjære Kari</p>",
        "attachments": ["ticket:5"],
        "created_at": ago(days),
        "not_before": ago(days),
        "sent_at": sent_at,
        "error_class": error_class,
        "state": state,
    }
    return Mail.objects.create(**{**values, **fields})


def words(mail: Mail) -> tuple[str, str, str, str, list[str]]:
    mail.refresh_from_db()
    return mail.recipient, mail.subject, mail.text, mail.html, mail.attachments


KEPT = ("kari@example.no", "Hei", "Kjære Kari", "<p>Kjære Kari</p>", ["ticket:5"])
BLANK: tuple[str, str, str, str, list[str]] = ("", "", "", "", [])


class TestMail:
    def test_words_go_after_ninety_days_and_the_row_stays(self) -> None:
        old, new = make_mail("old", 91), make_mail("new", 89)
        retention.run(timezone.now())
        assert (words(old), words(new)) == (BLANK, KEPT)
        assert (old.key, old.state, old.kind) == ("old", Mail.State.SENT, "greeting")
        assert old.blanked_at is not None

    @pytest.mark.parametrize("state", [Mail.State.FAILED, Mail.State.CANCELLED])
    def test_mail_that_was_never_sent_goes_too(self, state: str) -> None:
        old = make_mail("old", 91, state)
        retention.run(timezone.now())
        assert (words(old), old.state) == (BLANK, state)

    def test_mail_that_waited_all_the_time_is_cancelled(self) -> None:
        old = make_mail("old", 91, Mail.State.QUEUED)
        retention.run(timezone.now())
        assert (words(old), old.state) == (BLANK, Mail.State.CANCELLED)

    def test_mail_that_is_still_to_come_is_kept(self) -> None:
        old = make_mail("old", 91, Mail.State.QUEUED, not_before=ago(-1))
        retention.run(timezone.now())
        assert (words(old), old.state) == (KEPT, Mail.State.QUEUED)

    def test_second_run_has_nothing_to_do(self) -> None:
        make_mail("old", 91)
        retention.run(timezone.now())
        receipt = mail_privacy.purge(timezone.now(), dry_run=False)
        assert receipt.removed == {"mails": 0, "mail files": 0}

    def test_files_of_the_demo_go_too(self, settings: Settings, tmp_path: Path) -> None:
        settings.EMAIL_FILE_PATH = str(tmp_path)
        for name, days in (("old", 91), ("new", 89)):
            file = tmp_path / f"{name}.eml"
            file.write_text("x")
            os.utime(file, (ago(days).timestamp(),) * 2)
        retention.run(timezone.now())
        assert [file.name for file in tmp_path.iterdir()] == ["new.eml"]

    def test_without_a_folder_there_are_no_files(self, settings: Settings) -> None:
        settings.EMAIL_FILE_PATH = None
        assert mail_privacy.purge(timezone.now(), dry_run=False).removed["mail files"] == 0


def test_audit_events_go_after_two_years() -> None:
    for days in (731, 729):
        record(action=f"x.{days}", by=None, object=None)
        AuditEvent.objects.filter(action=f"x.{days}").update(at=ago(days))
    retention.run(timezone.now())
    left = AuditEvent.objects.exclude(action="privacy.retention").values_list("action", flat=True)
    assert list(left) == ["x.729"]


def test_sign_ins_confirmations_and_admin_log_go(member: User) -> None:
    for key, days in (("old", 1), ("new", -1)):
        SignIn.objects.create(session_key=key, session_data="", expire_date=ago(days))
    address = EmailAddress.objects.create(user=member, email=member.email)
    for key, days in (("old", 8), ("new", 6)):
        EmailConfirmation.objects.create(email_address=address, key=key, created=ago(days))
    for text, days in (("old", 91), ("new", 89)):
        LogEntry.objects.create(
            user=member, action_flag=CHANGE, object_repr=text, action_time=ago(days)
        )
    retention.run(timezone.now())
    assert list(SignIn.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(EmailConfirmation.objects.values_list("key", flat=True)) == ["new"]
    assert list(LogEntry.objects.values_list("object_repr", flat=True)) == ["new"]
    assert EmailAddress.objects.get() == address


class TestRun:
    def test_dry_run_counts_and_changes_nothing(self) -> None:
        old = make_mail("old", 91)
        outcomes = {outcome.app: outcome for outcome in retention.run(timezone.now(), dry_run=True)}
        receipt = outcomes["mail"].receipt
        assert receipt is not None
        assert receipt.removed["mails"] == 1
        assert words(old) == KEPT
        assert AuditEvent.objects.count() == 0

    def test_receipt_stands_in_the_audit_log(self) -> None:
        make_mail("old", 91)
        delete_what_is_past_its_time()
        event = AuditEvent.objects.get(action="privacy.retention", details__app="mail")
        assert event.details["removed"]["mails"] == 1
        assert event.actor_id is None

    def test_one_app_that_fails_does_not_stop_the_others(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails(now: datetime, *, dry_run: bool) -> None:
            raise RuntimeError("disk full")

        monkeypatch.setattr(import_module("recovery_network.audit.privacy"), "purge", fails)
        old = make_mail("old", 91)
        with pytest.raises(CommandError, match="audit"):
            call_command("retention", stdout=StringIO())
        assert words(old) == BLANK
        failed = AuditEvent.objects.get(action="privacy.retention_failed")
        assert failed.details == {"app": "audit", "removed": {}}
        assert "Deleting what is past its time failed." in caplog.messages


@pytest.mark.parametrize(("option", "verb"), [([], "gone"), (["--dry-run"], "would go")])
def test_command_says_what_it_did(option: list[str], verb: str) -> None:
    make_mail("old", 91)
    out = StringIO()
    call_command("retention", *option, stdout=out)
    assert f"mail: 1 mails {verb}" in out.getvalue().splitlines()
