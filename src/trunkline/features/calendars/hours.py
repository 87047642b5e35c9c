"""A calendar as reckoned with: what people write becomes what the core reads.

The core knows no calendars. It gets the open stretches of the coming days as UTC intervals,
sorted, apart from each other, each from its first millisecond to the one after its last.

What a day is open comes from the first of these that speaks of it: an exception that people wrote;
a day that the country works in place of another (China's make-up days), open like a Monday; a
holiday of the country, closed; the weekly plan. What was closed by hand is taken away last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from trunkline.features.calendars.countries import NOWHERE, holiday_name, is_make_up_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trunkline.features.calendars.countries import Country

DAYS_AHEAD: Final = 30
END_OF_DAY: Final = "24:00"
MONDAY: Final = 0
FOREVER_MS: Final = 2**53 - 1

Interval = tuple[int, int]


class Why(StrEnum):
    """What says when a day is open."""

    WEEKLY = "weekly"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Shift:
    """Open from `opens` to `closes` ("HH:MM", local); a close that is not later is next day's."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days from `on` to `until`, both included, that differ; `shifts` None is the weekly plan."""

    on: date
    until: date
    name: str
    shifts: tuple[Shift, ...] | None


@dataclass(frozen=True, slots=True)
class Hours:
    """A weekly plan (0 is Monday), the holidays of a country and the days that differ."""

    timezone: str
    weekly: dict[int, tuple[Shift, ...]]
    country: Country = NOWHERE
    exceptions: tuple[Exceptional, ...] = ()
    closed: Interval | None = None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One local day: when it is open, what says so, and the name of the holiday or exception."""

    on: date
    shifts: tuple[Shift, ...]
    why: Why
    name: str = ""
    intervals: tuple[Interval, ...] = field(default=())


def open_intervals(hours: Hours, now_ms: int, days: int = DAYS_AHEAD) -> tuple[Interval, ...]:
    """The open stretches from now on for so many days, UTC milliseconds."""
    # Yesterday's night shift may still run.
    dates = _dates(hours, now_ms, range(-1, days))
    zone = ZoneInfo(hours.timezone)
    stretches = [_stretch(day, shift, zone) for day in dates for shift in _plan(hours, day).shifts]
    left = _without(_merged(stretches), hours.closed)
    return tuple(stretch for stretch in left if stretch[1] > now_ms)


def days_ahead(hours: Hours, now_ms: int, days: int) -> tuple[DayPlan, ...]:
    """Today and the days after it, each with its open stretches in UTC."""
    zone = ZoneInfo(hours.timezone)
    return tuple(
        DayPlan(
            plan.on,
            plan.shifts,
            plan.why,
            plan.name,
            tuple(_merged(_stretch(plan.on, shift, zone) for shift in plan.shifts)),
        )
        for plan in (_plan(hours, day) for day in _dates(hours, now_ms, range(days)))
    )


def is_open(intervals: Iterable[Interval], at_ms: int) -> bool:
    """Whether a moment lies in one of the stretches."""
    return any(start <= at_ms < end for start, end in intervals)


def _dates(hours: Hours, now_ms: int, offsets: range) -> list[date]:
    zone = ZoneInfo(hours.timezone)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    return [today + timedelta(days=offset) for offset in offsets]


def _plan(hours: Hours, day: date) -> DayPlan:
    weekly = hours.weekly.get(day.weekday(), ())
    for one in hours.exceptions:
        if one.on <= day <= one.until:
            shifts = weekly if one.shifts is None else one.shifts
            return DayPlan(day, shifts, Why.EXCEPTION, one.name)
    if is_make_up_day(hours.country, day):
        return DayPlan(day, hours.weekly.get(MONDAY, ()), Why.MAKE_UP)
    name = holiday_name(hours.country, day)
    if name is not None:
        return DayPlan(day, (), Why.HOLIDAY, name)
    return DayPlan(day, weekly, Why.WEEKLY)


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


def _without(stretches: Iterable[Interval], closed: Interval | None) -> Iterator[Interval]:
    for start, end in stretches:
        if closed is None or end <= closed[0] or closed[1] <= start:
            yield start, end
            continue
        if start < closed[0]:
            yield start, closed[0]
        if closed[1] < end:
            yield closed[1], end
