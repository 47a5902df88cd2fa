import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from recovery_network.spreadsheets import as_text, csv_response, harmless, xlsx_response

ROW = ["=1+1", Decimal("500.00"), datetime(2026, 7, 1, 8, 30, tzinfo=UTC), None, "Hå; «kommune»"]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+47 12", "-1", "@SUM(A1)", "\tx", "\rx", "\n=x", "=cmd|' /C calc'!A0", "＝1"],
)
def test_formula_is_made_plain_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Kari", "a=b", "1-2", "post@example.no", "'x"])
def test_plain_text_stays(text: str) -> None:
    assert harmless(text) == text


def test_minus_of_a_number_is_no_formula() -> None:
    assert as_text(Decimal("-5.00")) == "-5.00"


def sent(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_csv_opens_in_a_nordic_spreadsheet() -> None:
    response = csv_response("navn", ["A", "=B"], [ROW])
    assert response.streaming
    assert response.headers["Content-Disposition"] == 'attachment; filename="navn.csv"'
    assert sent(response).decode() == (
        "\ufeffA;'=B\r\n'=1+1;500.00;2026-07-01 10:30;;\"Hå; «kommune»\"\r\n"
    )


def test_xlsx_holds_no_formula() -> None:
    response = xlsx_response("navn", ["A"], [ROW])
    file = response.file_to_stream
    assert file is not None
    with file:
        book = zipfile.ZipFile(io.BytesIO(sent(response)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "&#39;=1+1" in sheet or "'=1+1" in sheet
    assert "500" in sheet
