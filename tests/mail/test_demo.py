from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from recovery_network.mail import attachments, mailbox
from recovery_network.mail.attachments import Attachment
from recovery_network.mail.delivery import deliver
from tests.mail.fixtures import Queue


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "recovery_network.mail.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def arrived(folder: Path, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of three mails, the oldest first; the second has an attachment."""
    monkeypatch.setattr(attachments, "_providers", {})
    attachments.register("file", lambda name: Attachment(f"{name}.ics", b"BEGIN", "text/calendar"))
    for name, files in (("Kari", []), ("Ærlig", ["file:påmelding"]), ("Ola <b>", [])):
        mail = queue(context={"name": name}, to=f"{len(files)}@example.no", attachments=files)
        assert deliver(mail.pk)
    return sorted(path.stem for path in folder.iterdir())


def subjects(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("demo_mail"), query)
    assert response.status_code == 200
    return [letter.subject for letter in response.context["page"]]


def test_files_are_for_their_owner_only(arrived: list[str], folder: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert all(mailbox.NAME.fullmatch(name) for name in arrived)


class TestMailbox:
    def test_shows_the_newest_first(self, client: Client, arrived: list[str]) -> None:
        assert subjects(client) == ["Hello Ola <b>", "Hello Ærlig", "Hello Kari"]

    def test_tells_when(self, client: Client, arrived: list[str]) -> None:
        letter = client.get(reverse("demo_mail")).context["page"][0]
        assert abs((timezone.now() - letter.written_at).total_seconds()) < 60

    def test_finds_words_recipients_and_subjects(self, client: Client, arrived: list[str]) -> None:
        assert subjects(client, q="ærlig") == ["Hello Ærlig"]
        assert subjects(client, q="1@example.no dear") == ["Hello Ærlig"]
        assert subjects(client, q="nobody") == []

    def test_is_escaped(self, client: Client, arrived: list[str]) -> None:
        content = client.get(reverse("demo_mail"), {"q": '"><script>'}).content.decode()
        assert "<script>" not in content
        assert "Hello Ola &lt;b&gt;" in client.get(reverse("demo_mail")).content.decode()

    def test_is_empty_at_first(self, client: Client, folder: Path, db: None) -> None:
        assert subjects(client) == []

    def test_has_pages(
        self, client: Client, arrived: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("recovery_network.mail.views.PER_PAGE", 2)
        assert subjects(client, page="2") == ["Hello Kari"]
        assert subjects(client, page="nonsense") == ["Hello Ola <b>", "Hello Ærlig"]

    def test_can_only_be_read(self, client: Client, arrived: list[str]) -> None:
        assert client.post(reverse("demo_mail")).status_code == 405


class TestLetter:
    def test_shows_text_and_frame(self, client: Client, arrived: list[str]) -> None:
        response = client.get(reverse("demo_mail_letter", args=[arrived[0]]))
        content = response.content.decode()
        assert "Dear Kari, in nb." in content
        assert f'src="{reverse("demo_mail_html", args=[arrived[0]])}"' in content
        assert "frame-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]

    def test_html_has_a_policy_of_its_own(self, client: Client, arrived: list[str]) -> None:
        response = client.get(reverse("demo_mail_html", args=[arrived[0]]))
        assert "<p>Dear Kari, in nb.</p>" in response.content.decode()
        assert response["Content-Security-Policy"].startswith(
            "default-src 'none'; style-src 'sha256-"
        )

    def test_attachment_is_a_download(self, client: Client, arrived: list[str]) -> None:
        response = client.get(reverse("demo_mail_file", args=[arrived[1], 1]))
        assert (response.content, response["Content-Type"]) == (b"BEGIN", "text/calendar")
        assert response["Content-Disposition"].startswith("attachment; filename")

    @pytest.mark.parametrize("number", [0, 2])
    def test_attachment_that_is_not_there(
        self, client: Client, arrived: list[str], number: int
    ) -> None:
        address = reverse("demo_mail_file", args=[arrived[1], number])
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("view", ["demo_mail_letter", "demo_mail_html"])
    @pytest.mark.parametrize("name", ["nothing", "20240101T000000000000-00000000", "-"])
    def test_that_is_not_there(
        self, client: Client, arrived: list[str], view: str, name: str
    ) -> None:
        assert client.get(reverse(view, args=[name])).status_code == 404


@pytest.mark.parametrize("name", ["../secrets", "..", "a/b", "20240101T000000000000-0000000g"])
def test_names_lead_nowhere_else(folder: Path, name: str) -> None:
    folder.mkdir()
    (folder.parent / "secrets.eml").write_text("Subject: secret\n\n")
    assert mailbox.read(name) is None


def test_half_a_mail_is_never_read(folder: Path, client: Client, db: None) -> None:
    folder.mkdir()
    (folder / f".{timezone.now():%Y%m%dT%H%M%S%f}-00000000.eml").write_text("half")
    assert mailbox.letters() == []
