"""The wall clock and how its times are written: the only module that asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


class WallClock:
    """UTC wall time of this machine."""

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000


def monotonic_s() -> float:
    """Seconds of a clock that never goes back; for durations and leases, not for dates."""
    return time.monotonic()


@lru_cache(maxsize=256)
def rfc3339(at_ms: int) -> str:
    """An epoch time as RFC 3339 in UTC with milliseconds, such as `2026-11-21T06:17:18.250Z`."""
    seconds, millis = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{millis:03d}Z"


def from_rfc3339(text: str) -> int:
    """Epoch milliseconds of an RFC 3339 time; raises `ValueError`, also when it names no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return round(moment.timestamp() * 1000)
