"""Opening hours: what people write (weekly, local time, holidays) as what the core reads.

The core knows no calendars. It gets the open stretches of the coming days as UTC intervals,
sorted, apart from each other, each from its first millisecond to the one after its last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAYS_AHEAD: Final = 30
END_OF_DAY: Final = "24:00"

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shift:
    """Open from `opens` to `closes` ("HH:MM", local); a close that is not later is next day's."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Hours:
    """A weekly plan and the days that differ; a holiday without shifts is closed."""

    timezone: str
    weekly: dict[int, tuple[Shift, ...]]
    holidays: dict[date, tuple[Shift, ...]]


def open_intervals(hours: Hours, now_ms: int, days: int = DAYS_AHEAD) -> tuple[Interval, ...]:
    """The open stretches from now on for so many days, UTC milliseconds."""
    zone = ZoneInfo(hours.timezone)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    # Yesterday's night shift may still run.
    dates = (today + timedelta(days=offset) for offset in range(-1, days))
    stretches = (_stretch(day, shift, zone) for day in dates for shift in _shifts_of(hours, day))
    return tuple(_merged(stretch for stretch in stretches if stretch[1] > now_ms))


def _shifts_of(hours: Hours, day: date) -> tuple[Shift, ...]:
    if day in hours.holidays:
        return hours.holidays[day]
    return hours.weekly.get(day.weekday(), ())


def _stretch(day: date, shift: Shift, zone: ZoneInfo) -> Interval:
    overnight = shift.closes != END_OF_DAY and shift.closes <= shift.opens
    last = day + timedelta(days=1) if overnight else day
    # Where the clock is turned back, the hour that comes twice is open both times.
    return _moment(day, shift.opens, zone, fold=0), _moment(last, shift.closes, zone, fold=1)


def _moment(day: date, wall: str, zone: ZoneInfo, fold: int) -> int:
    if wall == END_OF_DAY:
        day, wall = day + timedelta(days=1), "00:00"
    local = datetime.combine(day, time.fromisoformat(wall), zone).replace(fold=fold)
    return int(local.timestamp() * 1000)


def _merged(stretches: Iterable[Interval]) -> Iterator[Interval]:
    current: Interval | None = None
    for start, end in sorted(stretches):
        if current is None or start > current[1]:
            if current is not None:
                yield current
            current = (start, end)
        else:
            current = (current[0], max(current[1], end))
    if current is not None:
        yield current
