"""Files that people send us: what they are is read from their content, and they are kept under names of ours.

Pictures are made anew (pictures.py). Documents are kept as they are, so what can't be told for certain is
refused, and nothing is ever shown inside a page: they are downloads, of the type that we found.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.files.uploadhandler import FileUploadHandler
from django.http import FileResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recovery_network import keys

MEGABYTE = 1024 * 1024
MOST_BYTES = 30 * MEGABYTE
MOST_REQUEST_BYTES = 40 * MEGABYTE
# An archive may not unfold into more than this, whatever its own list says.
MOST_UNFOLDED_BYTES = 400 * MEGABYTE
MOST_ENTRIES = 5_000
END_OF_ARCHIVE = b"PK\x05\x06"
END_OF_ARCHIVE_BYTES = 22
ORPHANS_STAY = timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """A kind of document that we keep: the end of its name, and the type it is sent with."""

    ending: str
    mimetype: str


OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind("pdf", "application/pdf")
PPTX = Kind("pptx", f"{OFFICE}.presentationml.presentation")
DOCX = Kind("docx", f"{OFFICE}.wordprocessingml.document")
ODP = Kind("odp", "application/vnd.oasis.opendocument.presentation")
ODT = Kind("odt", "application/vnd.oasis.opendocument.text")
DOCUMENTS = (PDF, PPTX, DOCX, ODP, ODT)
BY_ENDING = {kind.ending: kind for kind in DOCUMENTS}
HELP = gettext_lazy("PDF, PowerPoint, Word or OpenDocument, at most 30 MB.")


class UnsafeFile(Exception):
    """It isn't what we keep, or it is more than one thing."""


class PrivateStorage(FileSystemStorage):
    def url(self, name: str | None) -> str:
        raise ValueError("Private files have no address of their own.")


def private_files() -> Storage:
    """Where files are kept that nobody reaches by their address: views hand them out after a check."""
    return storages["private"]


def name_of_ours(folder: str, ending: str) -> str:
    """A name that can't be guessed and tells nothing: what people call their files may say too much."""
    return f"{folder}/{keys.secret_key()}.{ending}"


def checked_document(upload: File[Any]) -> File[Any]:
    """The upload under a name of ours. Raises ValidationError for what is too large or not a document."""
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 30 MB. Make it smaller first."))
    if not upload.size:
        raise ValidationError(_("The file is empty."))
    try:
        kind = kind_of(upload)
    except UnsafeFile as error:
        raise ValidationError(
            _("We can't tell what this file is. Use PDF, PowerPoint, Word or OpenDocument.")
        ) from error
    upload.seek(0)
    upload.name = f"document.{kind.ending}"
    return upload


def kind_of(upload: IO[bytes] | File[Any]) -> Kind:
    """Read from the bytes, never from the name. Raises UnsafeFile.

    A file that is two things at once (a PDF that is an archive as well) is refused: what we say it is
    would be only half of the truth.
    """
    upload.seek(0)
    head = upload.read(1024)
    if head.startswith(b"%PDF-"):
        return pdf_or_refuse(upload)
    if head.startswith(b"PK\x03\x04") and b"%PDF-" not in head:
        return office_or_refuse(upload)
    raise UnsafeFile


def pdf_or_refuse(upload: IO[bytes] | File[Any]) -> Kind:
    upload.seek(0, 2)
    size = upload.tell()
    upload.seek(max(size - 2048, 0))
    if b"%%EOF" not in upload.read():
        raise UnsafeFile
    if zipfile.is_zipfile(upload):
        raise UnsafeFile
    return PDF


def office_or_refuse(upload: IO[bytes] | File[Any]) -> Kind:
    upload.seek(-END_OF_ARCHIVE_BYTES, 2)
    if not upload.read().startswith(END_OF_ARCHIVE):
        raise UnsafeFile  # something follows the archive, or is hidden in its comment
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            check_archive(archive)
            return office_kind(archive)
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise UnsafeFile from error


def check_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_UNFOLDED_BYTES:
        raise UnsafeFile
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        encrypted = bool(entry.flag_bits & 1)
        if encrypted or ".." in parts or entry.filename.startswith("/"):
            raise UnsafeFile
        if runs_by_itself(entry.filename):
            raise UnsafeFile


def runs_by_itself(name: str) -> bool:
    """Macros and programs inside a document."""
    low = name.casefold()
    inside = low.rpartition("/")[2]
    return (
        inside.startswith("vbaproject")
        or low.startswith(("basic/", "scripts/"))
        or inside.endswith((".exe", ".dll", ".js", ".vbs", ".jar", ".com", ".bat", ".ps1"))
    )


def office_kind(archive: zipfile.ZipFile) -> Kind:
    names = set(archive.namelist())
    if "mimetype" in names:
        told = start_of(archive, "mimetype", 200).decode("ascii", "replace").strip()
        for kind in (ODP, ODT):
            if told == kind.mimetype and "content.xml" in names:
                return kind
        raise UnsafeFile
    types = start_of(archive, "[Content_Types].xml", MEGABYTE)
    for kind, main in ((PPTX, "ppt/presentation.xml"), (DOCX, "word/document.xml")):
        if f"{kind.mimetype}.main+xml".encode() in types and main in names:
            return kind
    raise UnsafeFile


def start_of(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """At most `most` bytes of an entry, whatever it claims to unfold into."""
    with archive.open(name) as entry:
        return entry.read(most)


def download(stored: Any, *, title: str) -> FileResponse:
    """A kept document as a download, with a name made of `title`. Raises FileNotFoundError when it is gone."""
    ending = stored.name.rpartition(".")[2]
    kind = BY_ENDING[ending]
    response = FileResponse(
        stored.open("rb"),
        as_attachment=True,
        filename=f"{slugify(title)[:60] or 'document'}.{ending}",
        content_type=kind.mimetype,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def sweep(
    storage: Storage, folder: str, *, in_use: Iterable[str], now: datetime, dry_run: bool
) -> int:
    """Deletes files of `folder` that no row names any more; returns how many.

    Young ones stay: they may belong to a transaction that hasn't ended.
    """
    if not storage.exists(folder):
        return 0
    kept = set(in_use)
    gone = 0
    for name in storage.listdir(folder)[1]:
        path = f"{folder}/{name}"
        if path in kept or storage.get_modified_time(path) > now - ORPHANS_STAY:
            continue
        gone += 1
        if not dry_run:
            storage.delete(path)
    return gone


class CappedUploadHandler(FileUploadHandler):
    """Refuses a request that says it is too large before anything of it is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_REQUEST_BYTES:
            raise RequestDataTooBig("The request is larger than what we take.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
