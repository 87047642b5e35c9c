"""Figures of a node for Prometheus: calls, offers, queues, commands, commits. Nothing personal.

What happens is counted when it is durable; what is now is looked at when somebody asks.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily

from trunkline.core.facts import (
    Foretold,
    InteractionAnswered,
    InteractionEnded,
    InteractionStarted,
    OfferEnded,
)
from trunkline.core.words import OfferOutcome
from trunkline.kit.clock import monotonic_s
from trunkline.ports.database import Database, Priority, Tx, after_commit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_client.core import Metric

    from trunkline.ports.clock import Clock
    from trunkline.runtime.driver import CellDriver

T = TypeVar("T")
COMMIT_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0)
MOS_BUCKETS = (1.5, 2.0, 2.5, 3.0, 3.5, 3.8, 4.0, 4.2, 4.3, 4.5)
WAIT_BUCKETS = (1, 5, 10, 20, 30, 60, 120, 300, 600)


class Figures:
    """One node's registry, and what is written in it."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._started = Counter(
            "trunkline_interactions_started", "Calls taken in.", registry=registry
        )
        self._ended = Counter(
            "trunkline_interactions_ended", "Calls over.", ["by"], registry=registry
        )
        self._offers = Counter(
            "trunkline_offers_ended", "Offers over.", ["outcome"], registry=registry
        )
        self._waits = Histogram(
            "trunkline_wait_seconds",
            "Wait of the answered.",
            buckets=WAIT_BUCKETS,
            registry=registry,
        )
        self._commands = Counter(
            "trunkline_commands",
            "Orders to telephony, and look-ups.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._outward = Counter(
            "trunkline_outward_calls",
            "Outward calls, dialled or refused by a rule.",
            ["outcome"],
            registry=registry,
        )
        self._blocked = Counter(
            "trunkline_callers_blocked", "Calls of blocked callers.", registry=registry
        )
        self._moss = Histogram(
            "trunkline_leg_mos",
            "MOS of legs that are over, by the E-model.",
            buckets=MOS_BUCKETS,
            registry=registry,
        )
        self._losses = Gauge(
            "trunkline_way_loss_percent",
            "Loss over the window of a trunk or node.",
            ["kind", "way"],
            registry=registry,
        )
        self._left = Gauge(
            "trunkline_way_left",
            "1 while new calls leave a trunk or node for its loss.",
            ["kind", "way"],
            registry=registry,
        )
        self._foretold = _Foretold(registry)
        self._commits = Histogram(
            "trunkline_commit_seconds",
            "A writing unit of work, with its wait for the writer.",
            ["priority"],
            buckets=COMMIT_BUCKETS,
            registry=registry,
        )
        self._by_priority = {p: self._commits.labels(p.name.lower()) for p in Priority}

    def watch(self, drivers: Mapping[str, CellDriver], clock: Clock) -> None:
        """Show how these cells stand whenever somebody asks."""
        self.registry.register(_Standing(drivers, clock))

    def command(self, kind: str, *, done: bool) -> None:
        """Count a command."""
        _child(self._commands, kind, "done" if done else "failed").inc()

    def outward(self, rule: str | None) -> None:
        """Count an outward call: dialled, or refused by this rule."""
        self._outward.labels(rule or "dialled").inc()

    def blocked(self) -> None:
        """Count a call that was not taken."""
        self._blocked.inc()

    def talked(self, mos: float) -> None:
        """Count a leg that is over."""
        self._moss.observe(mos)

    def way(self, kind: str, name: str, loss_pct: float, *, left: bool) -> None:
        """Show how a trunk or node stands."""
        self._losses.labels(kind, name).set(loss_pct)
        self._left.labels(kind, name).set(left)

    def commit(self, priority: Priority, took_s: float) -> None:
        """Count a unit of work."""
        self._by_priority[priority].observe(took_s)

    def facts(self, facts: list[Any]) -> None:
        """Count facts that are durable."""
        for fact in facts:
            match fact:
                case InteractionStarted():
                    self._started.inc()
                case InteractionAnswered(leg=leg, wait_ms=wait_ms, foretold=foretold):
                    if leg:  # what is written may wait for hours
                        self._waits.observe(wait_ms / 1000)
                    self._foretold.count(foretold)
                    _child(self._offers, OfferOutcome.ACCEPTED.value).inc()
                case InteractionEnded(ended_by=by):
                    _child(self._ended, by.value).inc()
                case OfferEnded(outcome=outcome):
                    _child(self._offers, outcome.value).inc()


@cache
def _child(counter: Counter, *labels: str) -> Counter:
    """The counter of these labels; finding it anew takes longer than counting."""
    return counter.labels(*labels)


class _Foretold:
    """How good estimated waits are: counters whose ratios are mean error, bias and coverage."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, help_text: str) -> Counter:
            return Counter(f"trunkline_wait_foretold{name}", help_text, registry=registry)

        self._waits = counter("", "Answered waits that had been estimated.")
        self._told = counter("_seconds", "Sum of what was estimated of them.")
        self._came = counter("_came_seconds", "Sum of what they came to.")
        self._error = counter("_error_seconds", "Sum of the differences, without their sign.")
        self._covered = counter("_covered", "Those that stayed below the 80 % bound.")

    def count(self, wait: Foretold | None) -> None:
        """Count one wait that is over."""
        if wait is None:
            return
        self._waits.inc()
        self._told.inc(wait.mean_ms / 1000)
        self._came.inc(wait.came_ms / 1000)
        self._error.inc(abs(wait.mean_ms - wait.came_ms) / 1000)
        if wait.came_ms <= wait.upper_ms:
            self._covered.inc()


class FactsCounted:
    """The projection that counts; it keeps no rows."""

    name = "figures"
    version = 1
    takes = frozenset({InteractionStarted, InteractionAnswered, InteractionEnded, OfferEnded})

    def __init__(self, figures: Figures) -> None:
        self._count = figures.facts

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Count one fact once it is durable."""
        after_commit(tx, self._count, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Nothing was written."""


class MeasuredDatabase:
    """A `Database` whose writing units of work are timed."""

    def __init__(self, db: Database, figures: Figures) -> None:
        self._db = db
        self._figures = figures

    async def read(self, work: Callable[[Tx], T], *, short: bool = False) -> T:
        """Run a reading unit of work."""
        return await self._db.read(work, short=short)

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        """Run a writing unit of work and note how long it took."""
        began = monotonic_s()
        try:
            return await self._db.write(work, priority=priority)
        finally:
            self._figures.commit(priority, monotonic_s() - began)

    async def close(self) -> None:
        """End the connections."""
        await self._db.close()


class _Standing:
    """How the cells stand, read at the moment of asking."""

    def __init__(self, drivers: Mapping[str, CellDriver], clock: Clock) -> None:
        self._drivers = drivers
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """The gauges of all cells."""
        now = self._clock.now_ms()
        opened = GaugeMetricFamily("trunkline_interactions_open", "Calls that are not over.")
        waiting = GaugeMetricFamily("trunkline_queue_waiting", "Calls in line.", labels=["queue"])
        longest = GaugeMetricFamily(
            "trunkline_queue_longest_wait_seconds", "Wait of the first in line.", labels=["queue"]
        )
        agents = GaugeMetricFamily("trunkline_agents", "Agents.", labels=["state"])
        shown: dict[str, int] = {}
        for driver in tuple(self._drivers.values()):
            for queue in driver.picture.queues.values():
                waiting.add_metric([queue.id], queue.waiting)
                since = now if queue.oldest_at is None else queue.oldest_at
                longest.add_metric([queue.id], max(0, now - since) / 1000)
            for agent in tuple(driver.picture.agents.values()):
                shown[agent.state.value] = shown.get(agent.state.value, 0) + 1
        for state, count in sorted(shown.items()):
            agents.add_metric([state], count)
        open_count = sum(len(driver.cell.state.interactions) for driver in self._drivers.values())
        opened.add_metric([], open_count)
        yield from (opened, waiting, longest, agents)
