"""The free times of an expert, as pure arithmetic."""

from __future__ import annotations

from trunkline.features.promises import free_times, within

MINUTE = 60_000
HALF = 30 * MINUTE
MORNING = (0, 95 * MINUTE)


def test_times_begin_with_each_open_stretch_and_end_within_it() -> None:
    again = (200 * MINUTE, 260 * MINUTE)
    found = free_times([MORNING, again], (), HALF, 0)
    assert [at // MINUTE for at in found] == [0, 30, 60, 200, 230]


def test_what_overlaps_a_booked_one_is_not_free_though_it_began_by_another_step() -> None:
    found = free_times([MORNING], [40 * MINUTE], HALF, 0)
    assert [at // MINUTE for at in found] == [0]


def test_nothing_is_free_too_soon() -> None:
    assert free_times([MORNING], (), HALF, 31 * MINUTE) == [60 * MINUTE]


def test_no_more_are_told_than_a_day_has() -> None:
    assert len(free_times([(0, 10_000 * MINUTE)], (), MINUTE, 0)) == 150


def test_a_stretch_that_began_yesterday_keeps_its_steps() -> None:
    assert within([MORNING, (500, 600)], 50, 400) == [MORNING]
