"""Small documents as people upload them."""

import io
import zipfile
from collections.abc import Mapping

from PIL import Image

PRESENTATION = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"


def pdf() -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    )


def zipped(entries: Mapping[str, bytes], *, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        archive.comment = comment
    return out.getvalue()


def pptx(more: Mapping[str, bytes] | None = None) -> bytes:
    needed = {"[Content_Types].xml": PRESENTATION, "ppt/presentation.xml": b"<p/>"}
    return zipped({**needed, **(more or {})})


def odp(more: Mapping[str, bytes] | None = None) -> bytes:
    kind = b"application/vnd.oasis.opendocument.presentation"
    return zipped({"mimetype": kind, "content.xml": b"<x/>", **(more or {})})


def picture(width: int = 64, height: int = 48) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return out.getvalue()
