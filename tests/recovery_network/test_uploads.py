"""What is kept, what is refused, and how it is handed out."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from recovery_network import pictures, uploads
from tests.factories.files import odp, pdf, pptx, zipped

pytestmark = pytest.mark.usefixtures("in_english")


def sent(content: bytes, name: str = "../../Min hemmelige diagnose.exe") -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def kind(content: bytes) -> str:
    return uploads.kind_of(io.BytesIO(content)).ending


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (pdf(), "pdf"),
        (pptx(), "pptx"),
        (odp(), "odp"),
        (
            zipped(
                {
                    "[Content_Types].xml": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    "word/document.xml": b"<w/>",
                }
            ),
            "docx",
        ),
    ],
)
def test_kind_is_read_from_the_content_and_the_name_is_ours(content: bytes, ending: str) -> None:
    checked = uploads.checked_document(sent(content))
    assert checked.name == f"document.{ending}"
    assert checked.read() == content


HOSTILE = {
    "a web page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a program": b"MZ\x90\x00" + b"\0" * 200,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "old PowerPoint": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a page before a PDF": b"<script>alert(1)</script>" + pdf(),
    "half a PDF": pdf()[:40],
    "a PDF that is an archive too": pdf() + zipped({"a.txt": b"a"}),
    "an archive that is a PDF too": zipped({"%PDF-1.7 %%EOF": b"a"}),
    "a page before an archive": b"<script>" + pptx(),
    "a page after an archive": pptx() + b"<script>alert(1)</script>",
    "a page in the comment of an archive": zipped(
        {"[Content_Types].xml": b"", "ppt/presentation.xml": b""}, comment=b"<script>"
    ),
    "any archive": zipped({"bilde.svg": b"<svg/>"}),
    "slides with macros": pptx({"ppt/vbaProject.bin": b"\0"}),
    "slides with a program": pptx({"ppt/embeddings/x.EXE": b"MZ"}),
    "slides that climb out": pptx({"../../etc/passwd": b"x"}),
    "slides called macro-enabled": zipped(
        {
            "[Content_Types].xml": b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
            "ppt/presentation.xml": b"<p/>",
        }
    ),
    "OpenDocument with macros": odp({"Basic/Standard/script-lb.xml": b"<x/>"}),
    "OpenDocument of another kind": zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.database", "content.xml": b"<x/>"}
    ),
    "a broken archive": pptx()[:60] + b"\0" * 50 + b"PK\x05\x06" + b"\0" * 18,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_refuses(content: bytes) -> None:
    with pytest.raises(ValidationError, match="can't tell what this file is"):
        uploads.checked_document(sent(content, "innlegg.pdf"))


def test_refuses_a_bomb_without_unfolding_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_UNFOLDED_BYTES", 5_000_000)
    bomb = pptx({"ppt/media/1.bin": b"\0" * 6_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(ValidationError, match="can't tell"):
        uploads.checked_document(sent(bomb))


def test_refuses_thousands_of_entries() -> None:
    with pytest.raises(ValidationError, match="can't tell"):
        uploads.checked_document(sent(pptx({f"ppt/{n}.xml": b"" for n in range(5_000)})))


def test_does_not_believe_what_an_entry_says_of_its_size() -> None:
    """The list of the archive says one byte; no more than a megabyte is read of what follows."""
    types = b"application/zip " * 500_000
    honest = zipped({"[Content_Types].xml": types, "ppt/presentation.xml": b"<p/>"})
    lying = honest.replace(len(types).to_bytes(4, "little"), (1).to_bytes(4, "little"))
    with pytest.raises(uploads.UnsafeFile):
        uploads.kind_of(io.BytesIO(lying))


def test_refuses_what_is_empty_or_too_large() -> None:
    with pytest.raises(ValidationError, match="The file is empty"):
        uploads.checked_document(sent(b""))
    large = sent(pdf())
    large.size = uploads.MOST_BYTES + 1
    with pytest.raises(ValidationError, match="larger than 30 MB"):
        uploads.checked_document(large)


@pytest.mark.django_db
def test_a_request_that_says_it_is_too_large_is_refused_unread(client: Client) -> None:
    body = SimpleUploadedFile("innlegg.pdf", pdf())
    response = client.post(
        "/en/pamelding/", {"file": body}, CONTENT_LENGTH=str(uploads.MOST_REQUEST_BYTES + 1)
    )
    assert response.status_code == 413


def test_names_tell_nothing_and_are_never_the_same() -> None:
    names = {uploads.name_of_ours("materials", "pdf") for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("materials/") and name.endswith(".pdf") for name in names)


class TestSweeping:
    def test_deletes_old_files_that_no_row_names(self, tmp_path: Path) -> None:
        storage = FileSystemStorage(tmp_path)
        now = timezone.now()
        old = (now - timedelta(days=2)).timestamp()
        for name in ("brukt.pdf", "glemt.pdf", "ny.pdf"):
            storage.save(f"materials/{name}", sent(pdf()))
            if name != "ny.pdf":
                os.utime(tmp_path / "materials" / name, (old, old))

        def swept(dry_run: bool) -> int:
            used = ["materials/brukt.pdf"]
            return uploads.sweep(storage, "materials", in_use=used, now=now, dry_run=dry_run)

        assert swept(dry_run=True) == 1
        assert (tmp_path / "materials" / "glemt.pdf").exists()
        assert swept(dry_run=False) == 1
        assert sorted(os.listdir(tmp_path / "materials")) == ["brukt.pdf", "ny.pdf"]

    def test_is_content_with_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        storage = FileSystemStorage(tmp_path)
        assert uploads.sweep(storage, "borte", in_use=[], now=timezone.now(), dry_run=False) == 0


class TestPortraits:
    @pytest.mark.parametrize(
        ("size", "side"), [((1200, 900), 480), ((300, 2000), 300), ((480, 480), 480)]
    )
    def test_are_square(self, size: tuple[int, int], side: int) -> None:
        out = io.BytesIO()
        Image.new("RGB", size, "teal").save(out, "PNG")
        made = pictures.portrait(ContentFile(out.getvalue()))
        assert Image.open(io.BytesIO(made.read())).size == (side, side)
