"""Figures of simulated days, and how sure they are over several seeds.

Service level is shown in its three variants, of those offered: abandons count as `negative`
(neither answered nor in time, the figure without a suffix), are `ignored` (not counted), or are
`positive` when they left within the threshold. Occupancy is handling ÷ (handling + free); its
spread is the standard deviation over the agents, in points. Who took a callback is not among the
offered; how many were reached, how long that took and how often their phone rang in vain stand
beside.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import fmean, pstdev, stdev
from typing import TYPE_CHECKING

from trunkline.core.capacity import WRITTEN_CHANNELS
from trunkline.core.words import Channel, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from trunkline.core.capacity import WrittenChannel
    from trunkline.core.words import AgentId, QueueId
    from trunkline.sim.tally import Case, Tally

VIP = frozenset({Level.GOLD, Level.PLATINUM, Level.DIAMOND})
"""Levels that reports call VIP."""
OVERALL = "all"
SHAPE_S = (0, 1, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300)
"""Borders of the distribution of waits."""

Figures = dict[str, float]

# Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond that the normal law.
_T95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds and the half width of its 95 % confidence interval (Student's t)."""

    mean: float
    half: float

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half


@dataclass(frozen=True, slots=True)
class Result:
    """One day in figures: overall, by queue, by level, by interval; and the waits' shape, in %.

    All are of calls; what is written stands in `channels`, by channel.
    """

    overall: Figures
    queues: Mapping[str, Figures]
    levels: Mapping[str, Figures]
    intervals: Mapping[str, Figures]
    shape: Figures
    occupancy: Sequence[float] = field(default=())
    channels: Mapping[str, Figures] = field(default_factory=dict)


def measure(
    tally: Tally, primary: Mapping[AgentId, QueueId], targets_ms: Mapping[QueueId, int],
    begin: int, interval_ms: int, written: Sequence[WrittenChannel] = (),
) -> Result:  # fmt: skip
    """The figures of a day; `targets_ms` is the threshold of each queue's service level.

    That of what is written is the target of its channel, from `written` or the usual ones.
    """
    cases = [case for case in tally.cases if case.channel is Channel.VOICE]
    occupancy = [100 * share for share in tally.occupancy().values()]
    overall = _figures(cases, targets_ms)
    vip = [case for case in cases if case.level in VIP]
    overall |= {
        "vip_sl": _figures(vip, targets_ms)["sl"],
        "occupancy": fmean(occupancy) if occupancy else 0.0,
        "occupancy_sd": pstdev(occupancy) if occupancy else 0.0,
        "primary": _primary_pct(cases, primary),
        "failed_offers": float(sum(tally.offers.values()) - tally.offers.get("withdrawn", 0)),
    }
    return Result(
        overall,
        _sliced(cases, targets_ms, lambda case: case.queue),
        _sliced(cases, targets_ms, lambda case: case.level.value),
        _sliced(cases, targets_ms, lambda case: _hour((case.entered_at - begin) // interval_ms
                                                      * interval_ms)),
        _shape([case for case in cases if not case.called_back]),
        occupancy,
        _channels([case for case in tally.cases if case.channel is not Channel.VOICE], written),
    )  # fmt: skip


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and 95 % confidence interval; of a single value nothing is known but itself."""
    count = len(values)
    if count < 2:
        return Estimate(values[0] if values else math.nan, math.nan)
    quantile = _T95[count - 2] if count - 1 <= len(_T95) else 1.960
    return Estimate(fmean(values), quantile * stdev(values) / math.sqrt(count))


def gathered(days: Iterable[Figures]) -> dict[str, Estimate]:
    """The same figures of several days, each with its interval."""
    values: dict[str, list[float]] = defaultdict(list)
    for figures in days:
        for key, value in figures.items():
            values[key].append(value)
    return {key: estimate(found) for key, found in values.items()}


def gathered_slices(days: Sequence[Mapping[str, Figures]]) -> dict[str, dict[str, Estimate]]:
    """`gathered` for each slice (queue, level, interval)."""
    names = list(dict.fromkeys(name for day in days for name in day))
    return {name: gathered(day[name] for day in days if name in day) for name in names}


def _sliced(
    cases: Iterable[Case], targets_ms: Mapping[QueueId, int], of: Callable[[Case], str]
) -> dict[str, Figures]:
    parts: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        parts[of(case)].append(case)
    return {name: _figures(parts[name], targets_ms) for name in sorted(parts)}


def _channels(cases: Sequence[Case], written: Sequence[WrittenChannel]) -> Mapping[str, Figures]:
    """Each written channel's figures; `open` are those that nobody answered and nobody left."""
    found = {}
    for channel in dict.fromkeys(case.channel for case in cases):
        own = [case for case in cases if case.channel is channel]
        target = next(one for one in (*written, *WRITTEN_CHANNELS) if one.channel is channel)
        targets = dict.fromkeys((case.queue for case in own), target.target_ms)
        left = sum(case.agent is None and not case.abandoned for case in own)
        found[channel.value] = _waits(own, targets) | {"open": float(left)}
    return found


def _figures(cases: Sequence[Case], targets_ms: Mapping[QueueId, int]) -> Figures:
    on_the_line = [case for case in cases if not case.called_back]
    return _waits(on_the_line, targets_ms) | _callbacks(
        [case for case in cases if case.called_back]
    )


def _callbacks(cases: Sequence[Case]) -> Figures:
    reached = [case.reached_ms for case in cases if case.reached_ms is not None]
    return {
        "callbacks": float(len(cases)),
        "reached": _pct(len(reached), len(cases)),
        "called_back_s": fmean(reached) / 1000 if reached else 0.0,
        "in_vain": sum(case.tries for case in cases) / len(cases) if cases else 0.0,
    }


def _waits(cases: Sequence[Case], targets_ms: Mapping[QueueId, int]) -> Figures:
    waits = sorted(case.wait_ms for case in cases if case.agent is not None)
    in_time = sum(
        1 for case in cases if case.agent is not None and case.wait_ms <= targets_ms[case.queue]
    )
    gone = [case for case in cases if case.abandoned]
    early = sum(1 for case in gone if case.wait_ms <= targets_ms[case.queue])
    offered = len(cases)
    return {
        "offered": float(offered),
        "answered": float(len(waits)),
        "sl": _pct(in_time, offered),
        "sl_ignored": _pct(in_time, offered - len(gone)),
        "sl_positive": _pct(in_time + early, offered),
        "asa_s": fmean(waits) / 1000 if waits else 0.0,
        "p95_s": waits[math.ceil(0.95 * len(waits)) - 1] / 1000 if waits else 0.0,
        "abandon": _pct(len(gone), offered),
        "longest_s": max((case.wait_ms for case in cases), default=0) / 1000,
    }


def _pct(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _primary_pct(cases: Iterable[Case], primary: Mapping[AgentId, QueueId]) -> float:
    answered = [case for case in cases if case.agent in primary]
    return _pct(sum(1 for c in answered if c.agent and primary[c.agent] == c.queue), len(answered))


def _shape(cases: Sequence[Case]) -> Figures:
    """How many waited up to each border and not up to the one before, in % of the offered."""
    counts = dict.fromkeys([*(f"≤ {border} s" for border in SHAPE_S), f"> {SHAPE_S[-1]} s"], 0)
    for case in cases:
        border = next((b for b in SHAPE_S if case.wait_ms <= b * 1000), None)
        counts[f"> {SHAPE_S[-1]} s" if border is None else f"≤ {border} s"] += 1
    return {name: _pct(count, len(cases)) for name, count in counts.items()}


def _hour(offset_ms: int) -> str:
    minutes = offset_ms // 60_000
    return f"{minutes // 60:02}:{minutes % 60:02}"
