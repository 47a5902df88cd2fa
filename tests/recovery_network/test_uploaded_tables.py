import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter
from django.core.files.base import ContentFile

from recovery_network.uploaded_tables import MOST_BYTES, TableRefused, read_table

TEXT = "Navn;E-post\nÅse Ødegård;aase@example.no\n"
WANTED = [["Navn", "E-post"], ["Åse Ødegård", "aase@example.no"]]


def read(content: bytes, most_rows: int = 10) -> list[list[str]]:
    return read_table(ContentFile(content), most_rows=most_rows)


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_in_the_ways_spreadsheets_write_it(encoding: str, delimiter: str) -> None:
    assert read(TEXT.replace(";", delimiter).encode(encoding)) == WANTED


def test_xlsx_with_numbers_gaps_and_lines() -> None:
    rows: list[list[Any]] = [["Navn", "Tall"], ["Åse\nØdegård", 964969590], ["", ""], ["Bo", 1.5]]
    assert read(xlsx(rows)) == [
        ["Navn", "Tall"],
        ["Åse Ødegård", "964969590"],
        [],
        ["Bo", "1.5"],
    ]


def test_rows_after_the_last_are_not_counted() -> None:
    assert len(read(TEXT.encode() + b";\n" * 5000, most_rows=3)) == 2


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return buffer.getvalue()


def with_entities() -> bytes:
    """A workbook whose strings would grow a thousandfold when a careless parser reads them."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([["Navn"]]))) as whole,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            if name == "xl/sharedStrings.xml":
                content = (
                    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                    b"<si><t>&b;&b;</t></si></sst>"
                )
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n;;\n",
        b"Navn\0;E-post\n",
        b'Navn;"E-post\n',
        b"x" * (MOST_BYTES + 1),
        b"a\n" * 12,
        b"PK\x03\x04 not a zip",
        xlsx([["a"]] * 12),
        xlsx([["a"]])[:-200],
        bomb(),
        with_entities(),
    ],
    ids=[
        "nothing", "only empty rows", "nul", "open quote", "too large", "too many rows", "no zip",
        "too many rows in a sheet", "cut off", "bomb", "entities",
    ],
)  # fmt: skip
def test_what_is_hostile_or_broken_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(TableRefused) as refusal:
        read(content)
    assert str(refusal.value)


def test_an_image_is_no_table() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
    with pytest.raises(TableRefused):
        read(picture)
