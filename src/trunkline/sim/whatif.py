"""What a real day would have been under another policy: the same day played under both.

The published policy is played as well, because what really happened also holds what no policy
decides; how near it comes to the day as it was says how far the comparison can be trusted. Each
seed draws anew what nobody can know (how long the answered would have waited).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trunkline.core.words import AgentId
from trunkline.sim.day import Day
from trunkline.sim.recorded import Recorded, Stay, plan_of
from trunkline.sim.results import Estimate, Figures, Result, estimate, gathered, measure
from trunkline.sim.tally import Case, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from trunkline.core.config import Policy
    from trunkline.core.words import QueueId
    from trunkline.sim.recorded_written import Written

SEEDS = (1, 2, 3, 4, 5)
HOUR_MS = 3_600_000
COMPARED = ("offered", "sl", "sl_ignored", "sl_positive", "asa_s", "p95_s", "longest_s", "abandon")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a slice: as it was, under the published policy, under the draft."""

    was: float
    published: Estimate
    draft: Estimate
    difference: Estimate


Slice = dict[str, Line]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures of calls, for everyone, by queue and by level; of what is written by channel."""

    overall: Slice
    queues: dict[str, Slice]
    levels: dict[str, Slice]
    stays: int
    channels: dict[str, Slice] = field(default_factory=dict)


def compare(
    day: Recorded,
    published: Policy,
    draft: Policy,
    progress: Callable[[float], None],
    seeds: Sequence[int] = SEEDS,
) -> Comparison:
    """Play the day under both policies, once a seed; `progress` is told the share done, 0–1."""
    now: list[Result] = []
    then: list[Result] = []
    for number, seed in enumerate(seeds):
        now.append(_played(day, published, seed))
        progress((2 * number + 1) / (2 * len(seeds)))
        then.append(_played(day, draft, seed))
        progress((number + 1) / len(seeds))
    was = _as_it_was(day, published)
    return Comparison(
        _slice(was.overall, [one.overall for one in now], [one.overall for one in then]),
        _slices(was.queues, [one.queues for one in now], [one.queues for one in then]),
        _slices(was.levels, [one.levels for one in now], [one.levels for one in then]),
        len(day.stays),
        _slices(was.channels, [one.channels for one in now], [one.channels for one in then]),
    )


def _played(day: Recorded, policy: Policy, seed: int) -> Result:
    plan = plan_of(day, policy, seed)
    tally = Tally(plan.end)
    Day(plan, seed, (tally,)).run()
    targets = _targets(policy)
    return measure(tally.close(), {}, targets, day.begin, HOUR_MS, policy.written)


def _as_it_was(day: Recorded, policy: Policy) -> Result:
    tally, targets = Tally(day.end), _targets(policy)
    tally.cases = [_case(stay) for stay in day.stays if stay.queue in targets]
    tally.cases += [_written_case(one) for one in day.pieces if one.queue in targets]
    return measure(tally, {}, targets, day.begin, HOUR_MS, policy.written)


def _case(stay: Stay) -> Case:
    return Case(stay.queue, stay.level, stay.at, stay.wait_ms or 0, stay.agent, stay.abandoned)


def _written_case(one: Written) -> Case:
    agent = AgentId(one.agent) if one.agent else None
    return Case(one.queue, one.level, one.at, one.wait_ms or 0, agent, one.abandoned,
                channel=one.channel)  # fmt: skip


def _targets(policy: Policy) -> dict[QueueId, int]:
    return {queue.id: queue.service_level_ms for queue in policy.queues}


def _slices(
    was: Mapping[str, Figures],
    now: Sequence[Mapping[str, Figures]],
    then: Sequence[Mapping[str, Figures]],
) -> dict[str, Slice]:
    """Slices that all days have; a queue that the draft overflows into may have been empty."""
    names = sorted({name for day in (*now, *then) for name in day})
    return {
        name: _slice(
            was.get(name, {}), [d.get(name, {}) for d in now], [d.get(name, {}) for d in then]
        )
        for name in names
    }


def _slice(was: Figures, now: Sequence[Figures], then: Sequence[Figures]) -> Slice:
    published, draft = gathered(map(_whole, now)), gathered(map(_whole, then))
    differences = [
        {key: b.get(key, 0.0) - a.get(key, 0.0) for key in COMPARED}
        for a, b in zip(now, then, strict=True)
    ]
    return {
        key: Line(
            was.get(key, 0.0),
            published[key],
            draft[key],
            estimate([one[key] for one in differences]),
        )
        for key in COMPARED
    }


def _whole(figures: Figures) -> Figures:
    return {key: figures.get(key, 0.0) for key in COMPARED}
