"""Opening hours: weekly local plans become UTC intervals that the core can read."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.rig import NOON
from trunkline.features.numbers.hours import Hours, Shift, open_intervals

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
DAY = 86_400_000


def at(zone: str, *when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp() * 1000)  # type: ignore[misc]


def weekly(*shifts: tuple[str, str], zone: str = SHANGHAI, **holidays: tuple[Shift, ...]) -> Hours:
    plan = tuple(Shift(*shift) for shift in shifts)
    return Hours(zone, dict.fromkeys(range(7), plan), {})


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


def test_a_holiday_takes_the_place_of_the_week() -> None:
    hours = Hours(
        SHANGHAI,
        dict.fromkeys(range(7), (Shift("09:00", "18:00"),)),
        {date(2026, 11, 22): (), date(2026, 11, 23): (Shift("10:00", "11:00"),)},
    )
    found = open_intervals(hours, NOON, days=4)
    assert found[0] == (at(SHANGHAI, 2026, 11, 23, 10), at(SHANGHAI, 2026, 11, 23, 11))
    assert len(found) == 2


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
