from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from recovery_network import i18n, markup

START = datetime(2024, 4, 18, 7, 0, tzinfo=UTC)
END = datetime(2024, 4, 18, 7, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "times", "open_ended", "date"),
    [
        ("nb", "kl. 09.00–09.25", "kl. 09.00", "torsdag 18. april 2024"),
        ("nn", "kl. 09.00–09.25", "kl. 09.00", "torsdag 18. april 2024"),
        ("da", "kl. 09.00–09.25", "kl. 09.00", "torsdag 18. april 2024"),
        ("en", "09:00–09:25", "09:00", "Thursday 18 April 2024"),
    ],
)
def test_times_and_dates_are_written_as_people_there_write_them(
    language: str, times: str, open_ended: str, date: str
) -> None:
    with override(language):
        assert i18n.time_range(START, END) == times
        assert i18n.time_range(START, None) == open_ended
        assert i18n.date_long(START) == date


@pytest.mark.parametrize(
    ("language", "month", "day"),
    [("nb", "apr 2024", "18. apr"), ("da", "apr 2024", "18. apr"), ("en", "Apr 2024", "18 Apr")],
)
def test_short_dates_have_capitals_in_english_only(language: str, month: str, day: str) -> None:
    with override(language):
        assert (i18n.month(START), i18n.day_of_month(START)) == (month, day)


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("nb", "500.00", "500\N{NO-BREAK SPACE}kr"),
        ("nb", "1250.5", "1\N{NO-BREAK SPACE}250,50\N{NO-BREAK SPACE}kr"),
        ("da", "500", "500\N{NO-BREAK SPACE}kr"),
        ("da", "0", "gratis"),
        ("en", "1250", "NOK 1,250"),
        ("en", "0", "free"),
    ],
)
def test_money_is_written_as_people_there_write_it(
    language: str, amount: str, written: str
) -> None:
    with override(language):
        assert i18n.money(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("language", "share", "written"),
    [
        ("nb", "50.00", "50\N{NO-BREAK SPACE}%"),
        ("da", "12.50", "12,5\N{NO-BREAK SPACE}%"),
        ("en", "12.50", "12.5%"),
        ("en", "100.00", "100%"),
    ],
)
def test_shares_are_written_as_people_there_write_them(
    language: str, share: str, written: str
) -> None:
    with override(language):
        assert i18n.percent(Decimal(share)) == written


def test_a_zone_decides_the_clock() -> None:
    with override("nb"), i18n.in_zone("Europe/London"):
        assert i18n.clock(START) == "08.00"


def test_an_unknown_language_speaks_bokmal() -> None:
    with i18n.speaking("xx"):
        assert i18n.clock(START) == "09.00"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("# Stort", "<h3>Stort</h3>"),
        ("![bilde](https://example.org/spor.png)", "<p></p>"),
        ("**viktig**", "<p><strong>viktig</strong></p>"),
    ],
)
def test_text_that_people_write_becomes_harmless_html(written: str, shown: str) -> None:
    assert markup.to_html(written).strip() == shown


def test_links_say_nothing_of_where_they_came_from() -> None:
    assert 'rel="noopener noreferrer"' in markup.to_html("[her](https://example.org)")
