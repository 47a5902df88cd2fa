"""Tables that leave the site as CSV or XLSX; what people typed can't become a formula in them."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone

# Excel, Calc and Numbers read a cell as a formula when it begins with one of these.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Echo:
    """What csv writes to, so that each line can be sent at once."""

    def write(self, line: str) -> str:
        return line


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal | int):
        return str(value)
    return harmless(str(value))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter=";")
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"  # Excel takes a file without it for Latin-1
    yield writer.writerow([harmless(name) for name in header])
    for row in rows:
        yield writer.writerow([as_text(value) for value in row])


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Semicolons between the cells, as spreadsheets in Nordic languages expect."""
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """Written row by row to a file on disk that is gone when it has been sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet()
    bold, moment = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    sheet.set_column(0, len(header) - 1, 20)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                local = timezone.make_naive(value)
                sheet.write_datetime(line, column, local, moment)
            elif isinstance(value, Decimal | int):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, as_text(value))
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
