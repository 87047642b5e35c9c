"""Opening hours: weekly local plans become UTC intervals that the core can read."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.rig import NOON
from trunkline.features.calendars.countries import Country
from trunkline.features.calendars.hours import (
    Exceptional,
    Hours,
    Shift,
    Why,
    days_ahead,
    open_intervals,
)

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
DAY = 86_400_000


def at(zone: str, *when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[misc]


def weekly(*shifts: tuple[str, str], zone: str = SHANGHAI, **more: Any) -> Hours:
    plan = tuple(Shift(*shift) for shift in shifts)
    return Hours(zone, dict.fromkeys(range(7), plan), **more)


def workdays(zone: str = SHANGHAI, **more: Any) -> Hours:
    return Hours(zone, dict.fromkeys(range(5), (Shift("09:00", "18:00"),)), **more)


def but(on: date, *shifts: Shift, until: date | None = None) -> Exceptional:
    return Exceptional(on, until or on, "", shifts)


def test_a_day_can_be_open_several_times() -> None:
    found = open_intervals(weekly(("09:00", "12:00"), ("13:30", "18:00")), NOON, days=2)
    # NOON is Saturday 20:00 in Shanghai: today is over.
    assert found == (
        (at(SHANGHAI, 2026, 11, 22, 9), at(SHANGHAI, 2026, 11, 22, 12)),
        (at(SHANGHAI, 2026, 11, 22, 13, 30), at(SHANGHAI, 2026, 11, 22, 18)),
    )


def test_a_night_shift_that_began_yesterday_is_open_now() -> None:
    early = at(SHANGHAI, 2026, 11, 22, 3)
    first = open_intervals(weekly(("22:00", "06:00")), early, days=1)[0]
    assert first == (at(SHANGHAI, 2026, 11, 21, 22), at(SHANGHAI, 2026, 11, 22, 6))


def test_round_the_clock_is_one_stretch() -> None:
    found = open_intervals(weekly(("00:00", "24:00")), NOON)
    assert len(found) == 1
    assert found[0][0] <= NOON < found[0][1] - 29 * DAY


def test_an_exception_takes_the_place_of_the_week() -> None:
    short = but(date(2026, 11, 23), Shift("10:00", "11:00"))
    hours = weekly(("09:00", "18:00"), exceptions=(but(date(2026, 11, 22)), short))
    found = open_intervals(hours, NOON, days=4)
    assert found[0] == (at(SHANGHAI, 2026, 11, 23, 10), at(SHANGHAI, 2026, 11, 23, 11))
    assert len(found) == 2


def test_an_exception_can_last_several_days() -> None:
    closed = but(date(2026, 11, 23), until=date(2026, 11, 25))
    found = open_intervals(workdays(exceptions=(closed,)), NOON, days=8)
    assert found[0][0] == at(SHANGHAI, 2026, 11, 26, 9)


def test_the_holidays_of_a_country_are_closed_and_its_make_up_days_worked() -> None:
    hours = workdays(country=Country("CN", language="zh_CN"))
    plans = {day.on: day for day in days_ahead(hours, at(SHANGHAI, 2026, 9, 30, 12), 14)}
    national = plans[date(2026, 10, 1)]
    assert (national.why, national.shifts, national.name) == (Why.HOLIDAY, (), "国庆节")
    saturday = plans[date(2026, 10, 10)]
    assert (saturday.why, len(saturday.shifts)) == (Why.MAKE_UP, 1)
    assert plans[date(2026, 10, 11)].shifts == ()


def test_make_up_days_stay_free_where_nobody_wants_them() -> None:
    hours = workdays(country=Country("CN", make_up_days=False))
    found = days_ahead(hours, at(SHANGHAI, 2026, 10, 10, 1), 1)
    assert (found[0].why, found[0].shifts) == (Why.WEEKLY, ())


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    epiphany = at(BERLIN, 2027, 1, 6, 1)
    bavaria, berlin = (
        days_ahead(workdays(BERLIN, country=Country("DE", part)), epiphany, 1)[0]
        for part in ("BY", "BE")
    )
    assert (bavaria.why, berlin.why) == (Why.HOLIDAY, Why.WEEKLY)


def test_an_exception_can_open_on_a_holiday_as_usual() -> None:
    open_anyway = Exceptional(date(2026, 10, 1), date(2026, 10, 1), "duty", None)
    hours = workdays(country=Country("CN"), exceptions=(open_anyway,))
    found = open_intervals(hours, at(SHANGHAI, 2026, 10, 1, 1), days=1)
    assert found == ((at(SHANGHAI, 2026, 10, 1, 9), at(SHANGHAI, 2026, 10, 1, 18)),)


def test_what_was_closed_by_hand_is_taken_out_of_the_plan() -> None:
    ten, noon = (at(SHANGHAI, 2026, 11, 23, hour) for hour in (10, 12))
    found = open_intervals(workdays(closed=(ten, noon)), at(SHANGHAI, 2026, 11, 23, 8), days=1)
    assert found == (
        (at(SHANGHAI, 2026, 11, 23, 9), ten),
        (noon, at(SHANGHAI, 2026, 11, 23, 18)),
    )


def test_a_shift_over_the_hour_that_comes_twice_is_an_hour_longer() -> None:
    before = at(BERLIN, 2026, 10, 25, 0)  # summer time ends
    (found,) = open_intervals(weekly(("01:00", "04:00"), zone=BERLIN), before, days=1)
    assert found[1] - found[0] == 4 * 3_600_000


def test_opening_follows_the_wall_clock_when_it_is_changed() -> None:
    before = at(BERLIN, 2027, 3, 26, 12)
    found = open_intervals(weekly(("09:00", "17:00"), zone=BERLIN), before, days=5)
    starts = {datetime.fromtimestamp(start / 1000, UTC).hour for start, _ in found}
    assert starts == {8, 7}  # 28 March 2027: summer time begins


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.integers(0, 1439)).map(
            lambda pair: tuple(f"{m // 60:02d}:{m % 60:02d}" for m in pair)
        ),
        max_size=4,
    ),
    st.sampled_from([SHANGHAI, BERLIN, "America/New_York", "Asia/Kolkata"]),
    st.integers(0, 400),
)
def test_stretches_are_sorted_apart_and_not_over(
    shifts: list[tuple[str, str]], zone: str, later: int
) -> None:
    now = NOON + later * DAY
    found = open_intervals(weekly(*shifts, zone=zone), now)
    assert all(start < end for start, end in found)
    assert all(end > now for _, end in found)
    assert all(left[1] < right[0] for left, right in itertools.pairwise(found))
    assert bool(found) == bool(shifts)
