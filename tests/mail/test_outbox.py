from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from pytest_django import DjangoCaptureOnCommitCallbacks

from recovery_network.mail import attachments, broker, kinds, outbox
from recovery_network.mail.models import Mail, Wording
from tests.mail.fixtures import Nudged, Queue


def test_mail_is_written_whole(queue: Queue) -> None:
    mail = queue(about="network.user:1")
    mail.refresh_from_db()
    assert (mail.kind, mail.recipient, mail.language) == ("greeting", "kari@example.no", "nb")
    assert (mail.state, mail.attempts, mail.about) == (Mail.State.QUEUED, 0, "network.user:1")
    assert mail.subject == "Hello Kari"
    assert mail.text.splitlines()[:3] == ["Dear Kari, in nb.", "", "End."]
    assert mail.html.startswith('<!doctype html>\n<html lang="nb">')
    assert "https://example.org/x/" in mail.html


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_mail_is_in_its_own_language_and_not_in_that_of_the_request(
    queue: Queue, language: str
) -> None:
    with translation.override("en" if language != "en" else "da"):
        mail = queue(language=language)
    assert f"Dear Kari, in {language}." in mail.text
    assert f"<p>Dear Kari, in {language}.</p>" in mail.html
    assert f'<html lang="{language}">' in mail.html


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("nb", "Nettverk for sosial recovery"),
        ("da", "Netværk for social recovery"),
        ("en", "Network for social recovery"),
    ],
)
def test_the_sender_is_named_in_the_language_of_the_mail(
    queue: Queue, language: str, name: str
) -> None:
    assert f'<p class="sender">{name}</p>' in queue(language=language).html


def test_same_key_queues_once(queue: Queue, greeting: kinds.Kind) -> None:
    first = queue(key="greeting:once")
    again = outbox.queue(
        kind="greeting",
        to="ola@example.no",
        language="en",
        context={"name": "Ola"},
        key="greeting:once",
    )
    assert again is None
    assert [(mail.pk, mail.recipient) for mail in Mail.objects.all()] == [
        (first.pk, "kari@example.no")
    ]


@pytest.mark.django_db(transaction=True)
def test_rollback_leaves_neither_mail_nor_nudge(queue: Queue, nudged: Nudged) -> None:
    @transaction.atomic
    def change_that_fails() -> None:
        queue()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert Mail.objects.count() == 0
    assert nudged() == []


@pytest.mark.django_db(transaction=True)
def test_commit_nudges_a_worker(queue: Queue, nudged: Nudged) -> None:
    with transaction.atomic():
        mail = queue()
        assert nudged() == []
    assert nudged() == [mail.pk]


@pytest.mark.django_db(transaction=True)
def test_a_mail_for_later_is_left_to_the_sweep(queue: Queue, nudged: Nudged) -> None:
    queue(not_before=timezone.now() + timedelta(hours=1))
    assert nudged() == []


def test_broker_down_does_not_hurt_the_caller(
    queue: Queue,
    broker_down: broker.Broker,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mail = queue()
    assert Mail.objects.get().pk == mail.pk
    assert broker_down.silent_until > 0


@pytest.mark.parametrize(
    "name", ["Kari\r\nBcc: evil@example.org", "Kari\x0b\x85\u2028Bcc: x", "Kari\n\n<b>body</b>"]
)
def test_subject_stays_one_header(queue: Queue, name: str) -> None:
    mail = queue(context={"name": name})
    assert len(mail.subject.splitlines()) == 1
    assert mail.subject.startswith("Hello Kari ")


def test_subject_cannot_turn_its_direction(queue: Queue) -> None:
    assert queue(context={"name": "\u202egpj.exe\u2066"}).subject == "Hello gpj.exe"


def test_long_subject_is_cut(queue: Queue) -> None:
    assert len(queue(context={"name": "æ" * 5000}).subject) == 200


def test_values_are_escaped_in_html_only(queue: Queue) -> None:
    mail = queue(context={"name": "O'Hara & <script>", "note": "a < b"})
    assert "Dear O'Hara & <script>, in nb." in mail.text
    assert "a < b" in mail.text
    assert "Dear O&#x27;Hara &amp; &lt;script&gt;, in nb." in mail.html
    assert "<p>a &lt; b</p>" in mail.html
    assert "<script>" not in mail.html


class TestWording:
    def test_replaces_subject_and_introduction(self, queue: Queue) -> None:
        Wording.objects.create(
            kind="greeting",
            language="nb",
            subject="Til {name}",
            introduction="Kjære {name} & <b>co</b>!\n\nVelkommen.",
        )
        mail = queue(context={"name": "<Kari>"})
        assert mail.subject == "Til <Kari>"
        assert mail.text.startswith("Kjære <Kari> & <b>co</b>!\n\nVelkommen.\n\nEnd.")
        assert (
            "<p>Kjære &lt;Kari&gt; &amp; &lt;b&gt;co&lt;/b&gt;!</p>\n\n<p>Velkommen.</p>"
            in mail.html
        )
        assert "Dear" not in mail.text + mail.html

    def test_is_for_one_language(self, queue: Queue) -> None:
        Wording.objects.create(kind="greeting", language="nn", subject="Til {name}")
        assert queue(language="nb").subject == "Hello Kari"

    def test_part_that_is_empty_leaves_the_usual_words(self, queue: Queue) -> None:
        Wording.objects.create(kind="greeting", language="nb", subject="Til {name}")
        mail = queue()
        assert mail.subject == "Til Kari"
        assert mail.text.startswith("Dear Kari")

    @pytest.mark.parametrize("subject", ["Til {email}", "Til {place}", "{% now 'Y' %}"])
    def test_that_cannot_be_filled_leaves_the_usual_words(self, queue: Queue, subject: str) -> None:
        Wording.objects.create(kind="greeting", language="nb", subject=subject)
        assert queue(context={"name": "Kari", "email": "x"}).subject == "Hello Kari"

    def test_is_no_template(self, queue: Queue) -> None:
        Wording.objects.create(kind="greeting", language="nb", introduction="{name}")
        assert queue(context={"name": "{{ site_url }}{% now 'Y' %}"}).text.startswith(
            "{{ site_url }}{% now 'Y' %}"
        )


def test_withdrawing_cancels_what_waits_of_the_kind_about_the_object(queue: Queue) -> None:
    mails = {about: queue(about=about) for about in ("a.b:1", "a.b:2")}
    other_kind = queue(kind="sign_in_code", context={"code": "X"}, about="a.b:1")
    sending = queue(about="a.b:1")
    Mail.objects.filter(pk=sending.pk).update(
        state=Mail.State.SENDING, attempts=1, claimed_at=timezone.now()
    )
    outbox.withdraw(kind="greeting", about=["a.b:1", "a.b:3"])
    assert dict(Mail.objects.values_list("pk", "state")) == {
        mails["a.b:1"].pk: Mail.State.CANCELLED,
        mails["a.b:2"].pk: Mail.State.QUEUED,
        other_kind.pk: Mail.State.QUEUED,
        sending.pk: Mail.State.SENDING,
    }


class TestMistakesOfTheCaller:
    def test_unknown_kind(self, queue: Queue) -> None:
        with pytest.raises(LookupError, match="letter"):
            queue(kind="letter")

    def test_unknown_attachment(self, queue: Queue) -> None:
        with pytest.raises(LookupError, match="nothing:1"):
            queue(attachments=["nothing:1"])

    @pytest.mark.parametrize("field", ["key", "about"])
    def test_address_where_it_would_outlive_the_mail(self, queue: Queue, field: str) -> None:
        with pytest.raises(ValueError, match="no address"):
            queue(**{field: "user:kari@example.no"})

    def test_no_recipient(self, queue: Queue) -> None:
        with pytest.raises(ValueError, match="needs a recipient"):
            queue(to="")

    def test_two_kinds_of_one_name(self, greeting: kinds.Kind) -> None:
        with pytest.raises(ValueError, match="greeting"):
            kinds.register(kinds.Kind("greeting", "Another"))

    def test_two_providers_of_one_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(attachments, "_providers", {})
        attachments.register("file", lambda argument: None)
        with pytest.raises(ValueError, match="file"):
            attachments.register("file", lambda argument: None)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("mail_state_known", {"state": "lost"}),
        ("mail_error_class_known", {"error_class": "odd"}),
        ("mail_sent_has_time", {"state": "sent"}),
        ("mail_sent_has_time", {"sent_at": timezone.now()}),
        ("mail_sending_is_claimed", {"state": "sending", "attempts": 1}),
        ("mail_failed_gave_up", {"state": "failed"}),
        ("mail_is_whole", {"recipient": ""}),
        ("mail_is_whole", {"text": ""}),
        ("mail_blanked_is_empty", {"state": "cancelled", "blanked_at": timezone.now()}),
        ("mail_waiting_is_not_blanked", {**Mail.BLANK, "blanked_at": timezone.now()}),
    ],
)
def test_database_refuses(queue: Queue, constraint: str, change: dict[str, object]) -> None:
    mail = queue()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(**change)


def test_database_refuses_a_second_mail_with_the_key(queue: Queue) -> None:
    mail = queue()
    mail.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        mail.save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("wording_one_per_kind_and_language", {"subject": "Again"}),
        ("wording_says_something", {"language": "nn"}),
    ],
)
@pytest.mark.django_db
def test_database_refuses_a_wording(constraint: str, fields: dict[str, str]) -> None:
    Wording.objects.create(kind="greeting", language="nb", subject="Til {name}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(**{"kind": "greeting", "language": "nb", **fields})
