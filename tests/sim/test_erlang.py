"""With equal agents and exponential laws the simulated cell meets Erlang's exact formulas.

Each figure is the mean over independent days of one seed each, the first half hour left out. The
oracle has to lie within `TRUSTED` standard errors of it (one false alarm in some ten thousand
choices of seeds), and the standard error has to be small, so that a wrong rule would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import fmean, stdev

import pytest

from tests.sim import erlang
from tests.sim.days import cases_of, one_queue

TRUSTED = 4.0
WARM_UP_MS = 1_800_000


def per_day(
    measure: Callable[[list[int], int], float], *, seeds: int, hours: float, **day: float
) -> list[float]:
    """A figure of each day, of (waits of the answered in ms, how many were offered)."""
    found = []
    for seed in range(seeds):
        tally, begin = cases_of(one_queue(hours=hours, **day), seed)
        settled = [case for case in tally.cases if case.entered_at >= begin + WARM_UP_MS]
        found.append(measure([c.wait_ms for c in settled if not c.abandoned], len(settled)))
    return found


def meets(values: list[float], oracle: float, *, within: float) -> None:
    error = stdev(values) / math.sqrt(len(values))
    assert TRUSTED * error < within, f"too rough: {TRUSTED * error}"
    assert abs(fmean(values) - oracle) < TRUSTED * error, (fmean(values), oracle, error)


def test_the_oracles_give_the_textbook_figures() -> None:
    assert erlang.erlang_c(14, 10) == pytest.approx(0.1741319, abs=1e-7)
    assert erlang.erlang_c(25, 20) == pytest.approx(0.2091, abs=1e-4)
    assert erlang.mean_wait_s(14, 10, 180) == pytest.approx(7.836, abs=1e-3)
    assert erlang.service_level(11, 10, 180, 20) == pytest.approx(0.3896138, abs=1e-7)
    gone = [erlang.abandoned(n, 120 / 3600, 280, 100) for n in range(9, 16)]
    assert gone == pytest.approx(
        [0.17955929, 0.12735028, 0.08627226, 0.05563469, 0.03407010, 0.01978727, 0.01089631],
        abs=1e-8,
    )


def test_who_never_leaves_waits_as_erlang_c_says() -> None:
    day = {"agents": 14, "calls": 100, "aht_s": 180, "hours": 20}
    waits_of = [cases_of(one_queue(**day), seed) for seed in range(8)]
    settled = [
        [c.wait_ms for c in tally.cases if c.entered_at >= begin + WARM_UP_MS]
        for tally, begin in waits_of
    ]
    level = [sum(w <= 20_000 for w in waits) / len(waits) for waits in settled]
    delayed = [sum(w > 0 for w in waits) / len(waits) for waits in settled]
    mean_s = [fmean(waits) / 1000 for waits in settled]
    meets(level, 0.88835, within=0.03)
    meets(delayed, 0.1741319, within=0.04)
    meets(mean_s, 7.836, within=3.2)


@pytest.mark.parametrize(("agents", "share"), [(58, 0.0629), (64, 0.0232)])
def test_who_leaves_does_so_as_often_as_erlang_a_says(agents: int, share: float) -> None:
    day = {"agents": agents, "calls": 400, "aht_s": 257, "patience_s": 60}
    values = per_day(lambda waits, offered: 1 - len(waits) / offered, seeds=6, hours=3, **day)
    meets(values, share, within=0.03)
