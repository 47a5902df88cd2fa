from datetime import UTC, datetime

import pytest

from recovery_network.privacy.fields import Clock

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "cutoff"),
    [
        (Clock.NEEDS, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (Clock.WAITING_LIST, NOW),
        (Clock.MAIL, datetime(2025, 12, 15, 12, tzinfo=UTC)),
        (Clock.REGISTRATIONS, datetime(2025, 3, 15, 12, tzinfo=UTC)),
        # Invoices of 2020 are kept until the end of 2025.
        (Clock.INVOICES, datetime(2021, 1, 1, tzinfo=UTC)),
        (Clock.RECEIPTS, datetime(2026, 3, 14, 12, tzinfo=UTC)),
    ],
)
def test_cutoff(clock: Clock, cutoff: datetime) -> None:
    assert clock.cutoff(NOW) == cutoff


@pytest.mark.parametrize("clock", [Clock.ACCOUNT, Clock.CONTENT])
def test_where_no_clock_runs(clock: Clock) -> None:
    with pytest.raises(ValueError, match="has no clock"):
        clock.cutoff(NOW)


def test_every_clock_says_when() -> None:
    sentences = [str(clock.label) for clock in Clock]
    assert all(sentences)
    assert len(set(sentences)) == len(Clock)
