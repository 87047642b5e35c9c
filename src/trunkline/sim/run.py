"""Simulates a scenario over several seeds and gathers the figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.kit.clock import monotonic_s
from trunkline.sim.day import Day
from trunkline.sim.plan import drawn, primaries
from trunkline.sim.results import Estimate, Result, gathered, gathered_slices, measure
from trunkline.sim.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.core.config import Policy
    from trunkline.sim.scenario import Scenario

Progress = Callable[[float], None]
"""Told how much of all days is done, 0–1."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario came to over its seeds."""

    scenario: Scenario
    seeds: tuple[int, ...]
    days: tuple[Result, ...]
    inputs: int
    took_s: float

    @property
    def overall(self) -> dict[str, Estimate]:
        """The figures of whole days."""
        return gathered(day.overall for day in self.days)

    @property
    def queues(self) -> dict[str, dict[str, Estimate]]:
        """The figures of each queue."""
        return gathered_slices([day.queues for day in self.days])

    @property
    def levels(self) -> dict[str, dict[str, Estimate]]:
        """The figures of each level."""
        return gathered_slices([day.levels for day in self.days])

    @property
    def intervals(self) -> dict[str, dict[str, Estimate]]:
        """The figures of each interval of arrival."""
        return gathered_slices([day.intervals for day in self.days])

    @property
    def channels(self) -> dict[str, dict[str, Estimate]]:
        """The figures of what is written, by channel."""
        return gathered_slices([day.channels for day in self.days])

    @property
    def shape(self) -> dict[str, Estimate]:
        """How long people waited, in % of the offered."""
        return gathered(day.shape for day in self.days)


def simulate(
    scenario: Scenario,
    seeds: Sequence[int],
    policy: Policy | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Each seed is one day, under the policy or the plain one."""
    began, inputs, days = monotonic_s(), 0, []
    for number, seed in enumerate(seeds):

        def watch(day: Day, before: int = number) -> None:
            if progress:
                progress((before + day.share_done) / len(seeds))

        result, put = one_day(scenario, seed, policy, watch)
        days.append(result)
        inputs += put
    return Outcome(scenario, tuple(seeds), tuple(days), inputs, monotonic_s() - began)


def one_day(
    scenario: Scenario,
    seed: int,
    policy: Policy | None = None,
    watch: Callable[[Day], None] | None = None,
) -> tuple[Result, int]:
    """The figures of one day, and how many inputs the cell took."""
    plan = drawn(scenario, seed, policy)
    tally = Tally(plan.end)
    day = Day(plan, seed, (tally,)).run(watch)
    targets = {queue.id: queue.service_level_ms for queue in plan.policy.queues}
    interval_ms = round(scenario.interval_min * 60_000)
    return measure(
        tally.close(), primaries(scenario), targets, plan.begin, interval_ms, plan.policy.written
    ), day.inputs
