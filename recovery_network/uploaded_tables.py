"""Tables that people send in, as CSV or XLSX: read with care, for a file may be broken or hostile."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
DELIMITERS = ";,\t"
ZIP = b"PK\x03\x04"
BROKEN = gettext_lazy("The file can't be read. Save it once more as CSV or XLSX, and try again.")


class TableRefused(Exception):
    """A sentence that people are shown."""


def read_table(file: File[bytes], *, most_rows: int) -> list[list[str]]:
    """The rows of a CSV or XLSX file as texts, without those that are empty at the end.

    Raises TableRefused for a file that is too large, empty, broken, or something else.
    """
    if (file.size or 0) > MOST_BYTES:
        raise TableRefused(_("The file is too large. It may have at most 2 MB."))
    content = file.read()
    rows = rows_of_xlsx(content) if content.startswith(ZIP) else rows_of_csv(content)
    found: list[list[str]] = []
    empty = 0
    for row in rows:
        texts = [as_text(cell) for cell in row][:MOST_COLUMNS]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            empty += 1
            if empty > most_rows:
                break  # a sheet that says it has a million rows
            continue
        found += [[]] * empty
        empty = 0
        found.append(texts)
        if len(found) > most_rows + 1:
            raise TableRefused(
                _("The file has too many rows. Send at most %(count)d at a time.")
                % {"count": most_rows}
            )
    if not found:
        raise TableRefused(_("The file is empty."))
    return found


def as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return " ".join(str(cell).split())[:LONGEST_CELL]


def rows_of_csv(content: bytes) -> Iterator[list[str]]:
    text = decoded(content)
    if "\0" in text:
        raise TableRefused(str(BROKEN))
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise TableRefused(str(BROKEN)) from error


def decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else what Nordic spreadsheets on Windows write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows_of_xlsx(content: bytes) -> Iterable[tuple[Any, ...]]:
    """The first sheet, read in a stream; of a formula, what it showed when the file was saved."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
                raise TableRefused(_("The file is too large when it is unpacked."))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells what it leaves out of strange files
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            yield from sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
            book.close()
    except TableRefused:
        raise
    except Exception as error:  # whatever openpyxl, zipfile or the XML parser stumble over
        raise TableRefused(str(BROKEN)) from error
