"""The days of a tenant."""

from datetime import UTC, datetime

import pytest

from trunkline.features.tenancy import day_begins


@pytest.mark.parametrize(
    ("now", "timezone", "begins"),
    [
        ("2026-11-26T15:59:59", "Asia/Shanghai", "2026-11-25T16:00:00"),
        ("2026-11-26T16:00:00", "Asia/Shanghai", "2026-11-26T16:00:00"),
        ("2026-11-26T03:00:00", "America/New_York", "2026-11-25T05:00:00"),
        ("2026-03-29T12:00:00", "Europe/Berlin", "2026-03-28T23:00:00"),
        ("2026-10-25T12:00:00", "Europe/Berlin", "2026-10-24T22:00:00"),
        ("2026-09-06T05:00:00", "America/Santiago", "2026-09-06T04:00:00"),
    ],
    ids=["before", "at", "west", "day of 23 h", "day of 25 h", "no midnight"],
)
def test_a_day_begins_at_midnight_where_the_tenant_is(now: str, timezone: str, begins: str) -> None:
    assert day_begins(epoch_ms(now), timezone) == epoch_ms(begins)


def epoch_ms(text: str) -> int:
    """A moment in UTC as milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
