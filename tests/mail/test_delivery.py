from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from recovery_network.mail import attachments, transport
from recovery_network.mail.attachments import Attachment
from recovery_network.mail.delivery import deliver
from recovery_network.mail.models import Mail
from recovery_network.mail.sweeping import sweep
from tests.mail.fixtures import Nudged, Queue
from tests.mail.sink import Sink

CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Påmelding\r\nEND:VCALENDAR\r\n".encode()
State, ErrorClass = Mail.State, Mail.ErrorClass


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Callable[[attachments.Provider], None]:
    """Registers what "file:<argument>" is made by, for one test."""
    monkeypatch.setattr(attachments, "_providers", {})
    return lambda made_by: attachments.register("file", made_by)


def reloaded(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)


def test_mail_arrives(queue: Queue, sink: Sink) -> None:
    mail = queue(context={"name": "Kåre Ærlig"})
    assert deliver(mail.pk)
    [letter] = sink.mails
    assert sink.recipients == ["kari@example.no"]
    assert letter["Subject"] == "Hello Kåre Ærlig"
    assert letter["To"] == "kari@example.no"
    assert letter["From"] == "Nettverk for sosial recovery <post@example.no>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "nb"
    assert letter["List-Id"] == "<mail.testserver>"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == mail.text
    assert html.get_content().replace("\r\n", "\n") == mail.html
    sent = reloaded(mail)
    assert (sent.state, sent.attempts, sent.error) == (State.SENT, 1, "")
    assert sent.sent_at is not None


def test_mail_is_sent_once(queue: Queue, sink: Sink) -> None:
    mail = queue()
    assert [deliver(mail.pk) for _ in range(3)] == [True, False, False]
    assert len(sink.mails) == 1


def test_nothing_is_sent_before_its_time(queue: Queue, sink: Sink) -> None:
    mail = queue(not_before=timezone.now() + timedelta(hours=1))
    assert not deliver(mail.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert deliver(mail.pk)
    assert len(sink.mails) == 1


@pytest.mark.parametrize("state", [State.SENDING, State.FAILED, State.CANCELLED])
def test_what_does_not_wait_is_not_sent(queue: Queue, sink: Sink, state: str) -> None:
    mail = queue()
    Mail.objects.filter(pk=mail.pk).update(
        state=state, attempts=1, claimed_at=timezone.now(), error_class=ErrorClass.GIVE_UP
    )
    assert not deliver(mail.pk)
    assert sink.mails == []


def test_missing_row_is_nobodys_fault(db: None, sink: Sink) -> None:
    assert not deliver(12345)


class TestAttachments:
    def test_arrive_with_their_type(
        self, queue: Queue, sink: Sink, provider: Callable[[attachments.Provider], None]
    ) -> None:
        provider(lambda name: Attachment(f"{name}.ics", CALENDAR, "text/calendar; method=PUBLISH"))
        deliver(queue(attachments=["file:påmelding"]).pk)
        [part] = sink.mails[0].iter_attachments()
        assert part.get_content_type() == "text/calendar"
        assert part["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
        assert part.get_filename() == "påmelding.ics"
        assert part.get_payload(decode=True) == CALENDAR

    def test_that_are_gone_are_left_out(
        self, queue: Queue, sink: Sink, provider: Callable[[attachments.Provider], None]
    ) -> None:
        provider(lambda name: None)
        assert deliver(queue(attachments=["file:1"]).pk)
        assert list(sink.mails[0].iter_attachments()) == []

    def test_that_cannot_be_made_are_tried_later(
        self, queue: Queue, sink: Sink, provider: Callable[[attachments.Provider], None]
    ) -> None:
        def fails(argument: str) -> Attachment:
            raise RuntimeError("Kari Nordmann has no file")

        provider(fails)
        mail = queue(attachments=["file:1"])
        assert not deliver(mail.pk)
        assert sink.mails == []
        failed = reloaded(mail)
        assert (failed.state, failed.error_class) == (State.QUEUED, ErrorClass.TRY_LATER)
        assert failed.error == "RuntimeError"


class TestErrors:
    def test_refused_recipient_is_given_up(self, queue: Queue, sink: Sink) -> None:
        sink.answer_to_recipient = lambda address: f"550 <{address}> is unknown here"
        mail = queue()
        assert not deliver(mail.pk)
        failed = reloaded(mail)
        assert (failed.state, failed.error_class) == (State.FAILED, ErrorClass.GIVE_UP)
        assert failed.error == "SMTPRecipientsRefused: 550 <[address]> is unknown here"

    @pytest.mark.parametrize("address", ["kari", "kari@", "kari@example", "a b@example.no"])
    def test_what_is_no_address_is_given_up_before_a_server_sees_it(
        self, queue: Queue, sink: Sink, address: str
    ) -> None:
        mail = queue(to=address)
        assert not deliver(mail.pk)
        assert reloaded(mail).state == State.FAILED
        assert sink.connections == 0

    def test_address_with_a_header_in_it_is_given_up(self, queue: Queue, sink: Sink) -> None:
        mail = queue(to="kari@example.no\r\nBcc: all@example.org")
        assert not deliver(mail.pk)
        assert reloaded(mail).state == State.FAILED
        assert sink.mails == []

    def test_greylisting_is_tried_soon(self, queue: Queue, sink: Sink) -> None:
        answers = iter(["451 Come back", "250 OK"])
        sink.answer_to_data = lambda: next(answers)
        mail = queue()
        assert not deliver(mail.pk)
        waiting = reloaded(mail)
        assert (waiting.state, waiting.error_class) == (State.QUEUED, ErrorClass.TRY_SOON)
        assert waiting.error == "SMTPDataError: 451 Come back"
        assert not deliver(mail.pk), "not before its time"
        with time_machine.travel(waiting.not_before + timedelta(seconds=1)):
            assert deliver(mail.pk)
        sent = reloaded(mail)
        assert (sent.state, sent.attempts, sent.error_class, sent.error) == (State.SENT, 2, "", "")

    def test_attempts_bear_the_same_message_id(self, queue: Queue, sink: Sink) -> None:
        """The server took the mail, and the worker died before it could say so."""
        mail = queue()
        deliver(mail.pk)
        Mail.objects.update(state=State.QUEUED, sent_at=None)
        deliver(mail.pk)
        assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"] == mail.message_id

    def test_mails_differ_in_message_id(self, queue: Queue, sink: Sink) -> None:
        assert queue().message_id != queue().message_id


def test_server_that_is_away_and_comes_back(queue: Queue, sink: Sink, nudged: Nudged) -> None:
    sink.stop()
    mails = [queue() for _ in range(3)]
    assert [deliver(mail.pk) for mail in mails] == [False, False, False]
    assert {mail.error_class for mail in Mail.objects.all()} == {ErrorClass.TRY_SOON}
    sink.start()
    transport.close()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert sweep() == 3
        assert [deliver(pk) for pk in nudged()] == [True, True, True]
    assert len(sink.mails) == 3


class TestConnection:
    def test_serves_many_mails(self, queue: Queue, sink: Sink) -> None:
        for _ in range(5):
            deliver(queue().pk)
        assert (len(sink.mails), sink.connections) == (5, 1)

    def test_is_renewed_now_and_then(
        self, queue: Queue, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "MAILS_PER_CONNECTION", 2)
        for _ in range(5):
            deliver(queue().pk)
        assert (len(sink.mails), sink.connections) == (5, 3)

    def test_that_died_while_idle_costs_no_attempt(
        self, queue: Queue, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "IDLE", 0.0)
        deliver(queue().pk)
        sink.stop()
        sink.start()
        mail = queue()
        assert deliver(mail.pk)
        assert reloaded(mail).attempts == 1

    def test_is_renewed_after_a_refusal(self, queue: Queue, sink: Sink) -> None:
        sink.answer_to_recipient = lambda address: "550 No" if "ola" in address else "250 OK"
        results = [
            deliver(queue(to=f"{name}@example.no").pk) for name in ("ola", "kari", "ola", "kari")
        ]
        assert results == [False, True, False, True]
        assert len(sink.mails) == 2

    def test_to_a_server_that_is_away_is_not_tried_for_each_mail(
        self, queue: Queue, sink: Sink
    ) -> None:
        sink.stop()
        for _ in range(2):
            deliver(queue().pk)
        errors = list(Mail.objects.order_by("pk").values_list("error", flat=True))
        assert errors == ["ConnectionRefusedError: Connection refused", "SMTPServerDisconnected"]


@pytest.mark.django_db(transaction=True)
def test_no_row_is_locked_while_the_server_answers(queue: Queue, sink: Sink) -> None:
    """The server's thread, on a connection of its own, sees the claim and may change the row."""
    seen = []

    def answer() -> str:
        seen.append(Mail.objects.values_list("state", flat=True).get())
        Mail.objects.update(about="changed meanwhile")
        connection.close()
        return "250 OK"

    sink.answer_to_data = answer
    mail = queue()
    assert deliver(mail.pk)
    assert seen == [State.SENDING]
    assert (reloaded(mail).about, reloaded(mail).state) == ("changed meanwhile", State.SENT)


class TestSecretMail:
    @pytest.fixture
    def secret(self, queue: Queue) -> Mail:
        return queue(kind="sign_in_code", context={"code": "ABC123"})

    def test_is_blanked_when_sent(self, secret: Mail, sink: Sink) -> None:
        assert deliver(secret.pk)
        text = sink.mails[0].get_body(("plain",))
        assert text is not None
        assert text.get_content().replace("\r\n", "\n") == secret.text
        assert "ABC123" in secret.text
        mail = reloaded(secret)
        assert (mail.state, mail.recipient, mail.subject, mail.text, mail.html) == (
            State.SENT,
            "",
            "",
            "",
            "",
        )
        assert mail.blanked_at is not None

    def test_is_kept_while_it_waits(self, secret: Mail, sink: Sink) -> None:
        sink.stop()
        deliver(secret.pk)
        assert (reloaded(secret).state, reloaded(secret).text) == (State.QUEUED, secret.text)

    def test_is_blanked_when_given_up(self, secret: Mail, sink: Sink) -> None:
        sink.answer_to_recipient = lambda address: "550 No"
        deliver(secret.pk)
        assert (reloaded(secret).state, reloaded(secret).text) == (State.FAILED, "")


@pytest.mark.django_db(transaction=True)
def test_lease_that_ran_out_belongs_to_the_next(queue: Queue, sink: Sink) -> None:
    """A slow worker must not mark the attempt of another."""
    mail = queue()

    def answer() -> str:
        Mail.objects.update(attempts=7)
        connection.close()
        return "250 OK"

    sink.answer_to_data = answer
    deliver(mail.pk)
    assert (reloaded(mail).state, reloaded(mail).attempts) == (State.SENDING, 7)
