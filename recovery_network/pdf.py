"""PDF files that screen readers can read: a template of ours, compiled by typst to PDF/UA-1.

What people wrote reaches a template as data and is never part of its source. The compiler sees an empty
folder, no network and only the fonts it carries inside itself, so that the same data gives the same bytes
on every machine.
"""

import json
import re
import tempfile
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse

TEMPLATES = settings.BASE_DIR / "templates" / "pdf"
# PDF/UA refuses a sign that no font shows. All that is assigned in here is shown by the fonts inside typst.
SHOWN = re.compile(
    "[\\t\\n\\x20-\\x7e\\xa0-\\u02af\\u0370-\\u04ff\\u1e00-\\u1eff\\u2010-\\u2040\\u2070-\\u20bf"
    "\\u2116\\u2122\\u2153-\\u215e\\u2190-\\u22ff\\u2500-\\u25ff\\u2713\\u2717\\ufffd]"
)
# Zero-width signs, controls and loose accents: leaving them out changes no word.
SILENT = {"Cc", "Cf", "Mn", "Me"}
UNASSIGNED = "Cn"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def compile_template(template: str, data: Mapping[str, Any], *, title: str, language: str) -> bytes:
    """The PDF of templates/pdf/<template>.typ; it finds `data` as `data`, and the frame in base.typ.

    `title` and `language` (nb, nn, da, en) are told to those who listen. Raises typst.TypstError where a
    template is wrong, or leaves something inaccessible.
    """
    source = "\n".join(
        (TEMPLATES / f"{name}.typ").read_text(encoding="utf-8") for name in ("base", template)
    )
    inputs = {"title": title, "language": language, "data": data}
    with tempfile.TemporaryDirectory() as empty:
        # Its types want the source and the folder to be of one type.
        made: bytes = typst.compile(  # type: ignore[call-overload]
            source.encode(),
            root=empty,
            ignore_system_fonts=True,
            sys_inputs={"json": json.dumps(showable(inputs))},
            format="pdf",
            pdf_standards="ua-1",
        )
    return made


def showable(value: Any) -> Any:
    """`value` with every sign that no font of ours shows left out or replaced, however deep it stands."""
    if isinstance(value, str):
        return "".join(map(shown, unicodedata.normalize("NFC", value)))
    if isinstance(value, Mapping):
        return {key: showable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [showable(each) for each in value]
    return value


@cache
def shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if SHOWN.fullmatch(sign) and category not in {"Mn", "Me", "Cf", UNASSIGNED}:
        return sign
    return "" if category in SILENT else REPLACEMENT


def response(content: bytes, *, filename: str) -> HttpResponse:
    """Shown in the browser, and saved under `filename`.pdf."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{filename}.pdf"'},
    )
