"""The days of a tenant: they begin at midnight where it is, not where the machine stands."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def day_begins(now_ms: int, timezone: str) -> int:
    """The last midnight at or before `now_ms` in an IANA time zone, both in ms UTC.

    Where the clock is put forward at midnight, the day begins at the first moment that exists.
    """
    zone = ZoneInfo(timezone)
    here = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return min(now_ms, int(midnight.timestamp() * 1000))
