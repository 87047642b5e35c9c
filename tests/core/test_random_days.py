"""Whatever happens in whatever order, the invariants hold and nobody is stuck at the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.core.chaos import CALLING_BACK, INPUTS, USUAL, WRITING, Day
from tests.tools.soak import SOAK

BLOCK = 5_000
SHORT, FULL = 400, 20_000
KEPT = (170, 1583, 10263, 10940, 13096, 14183, 15479, 15972, 17760, 17852, 17980)
"""Days that broke a rule once, by a Tick that came late or a callback that stood in line early."""
KEPT_ASKING = (4950, 5314, 22804)
"""So did these with consents: by a no at a box, and by somebody consulted who was left over."""
KEPT_CALLING_BACK = (2962, 4751, 5781)
"""So did these, full of callbacks: by who waited for one who failed, or rang for one alone."""


KEPT_WRITING = (554, 4384, 13181)
"""So did these, full of what is written: by an offer taken back, one missed during a call's, and an
agent who took a mail first and was the best for the call no more."""


def live(
    first: int, count: int, weights: tuple[int, ...] = USUAL, *, consents: bool = True
) -> None:
    """Live these days; the seed of one that fails is named."""
    for seed in range(first, first + count):
        try:
            Day(seed, weights=weights, consents=consents).run()
        except Exception as failure:
            raise AssertionError(f"day {seed}: {failure!r}") from failure


def test_a_day_is_long_enough() -> None:
    assert INPUTS >= 50


@pytest.mark.parametrize("first", range(0, SHORT, 100))
def test_random_days_break_no_rule(first: int) -> None:
    live(first, 100)


def test_random_days_full_of_callbacks_break_no_rule() -> None:
    live(0, 60, CALLING_BACK, consents=False)


def test_random_days_full_of_what_is_written_break_no_rule() -> None:
    live(0, 100, WRITING)


@pytest.mark.parametrize("seed", KEPT)
def test_a_day_that_broke_a_rule_once_breaks_none(seed: int) -> None:
    live(seed, 1, consents=False)


@pytest.mark.parametrize("seed", KEPT_ASKING)
def test_a_day_of_consents_that_broke_a_rule_once_breaks_none(seed: int) -> None:
    live(seed, 1)


@pytest.mark.parametrize("seed", KEPT_CALLING_BACK)
def test_a_day_of_callbacks_that_broke_a_rule_once_breaks_none(seed: int) -> None:
    live(seed, 1, CALLING_BACK)


@pytest.mark.parametrize("seed", KEPT_WRITING)
def test_a_day_of_writing_that_broke_a_rule_once_breaks_none(seed: int) -> None:
    live(seed, 1, WRITING)


def test_a_day_on_which_who_was_reached_stood_behind_a_callback_breaks_no_rule() -> None:
    live(1612, 1, CALLING_BACK, consents=False)


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="runs in `make soak`")
@pytest.mark.parametrize("first", range(SHORT, SHORT + FULL, BLOCK))
def test_many_random_days_break_no_rule(
    first: int, record_property: Callable[[str, object], None]
) -> None:
    live(first, BLOCK)
    live(first, BLOCK // 5, CALLING_BACK)
    live(first, BLOCK // 5, WRITING)
    record_property("days", BLOCK + 2 * BLOCK // 5)
    record_property("inputs_a_day_at_least", INPUTS)
