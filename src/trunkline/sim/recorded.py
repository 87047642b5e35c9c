"""A real day, read out of a cell's journal: who came when, how long they stayed, who worked.

Each stay in a queue becomes a caller who comes at the moment the stay began, straight into that
queue, with the level, tags and history they came with. Who left had just that patience. Who was
answered was patient longer than they waited: how much longer is drawn from the patience of those
who left (exponential, of their level), with the seed of the day that is played. Talks last as they
did; who left gets the length of another talk of the queue. Agents are there when they were.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from trunkline.core.acd.rules import Affinity
from trunkline.core.codec import decode
from trunkline.core.config import NumberEntry, Policy
from trunkline.core.flow.graph import EnqueueNode, Flow
from trunkline.core.words import (
    LEVEL_PRIORITY,
    AgentId,
    Cause,
    DeviceKind,
    FlowId,
    Level,
    OfferFault,
    QueueId,
    Wish,
)
from trunkline.kit.chance import stream
from trunkline.sim.plan import Caller, Duty, Plan, Rings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trunkline.ports.journal import Entry, Json

NOT_OWN = frozenset({"declines", "wrap_up_overrun", *Cause, *OfferFault})
"""Reasons of being not ready that follow from offers: they come about anew when it is played."""
ASSUMED_PATIENCE_MS = 240_000
ASSUMED_TALK_MS = 180_000
OVERTIME_MS = 4 * 3_600_000
LOOKED_BACK_MS = 36 * 3_600_000
"""A day is read from so long before it: whoever works on it has come or gone since then, and
whoever waits or talks when it begins came since then."""
KNOWN = ("presumed", "verified")


@dataclass(slots=True)
class Stay:
    """One stay in a queue, as it came about; times in ms."""

    queue: QueueId
    level: Level
    extra: int
    at: int
    tags: tuple[tuple[str, str], ...] = ()
    affinity: Affinity = field(default_factory=Affinity)
    wait_ms: int | None = None
    abandoned: bool = False
    talk_ms: int | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A day: stays and duties in order of time, and how phones were answered."""

    begin: int
    end: int
    stays: tuple[Stay, ...]
    duties: tuple[Duty, ...]
    rings: Rings


def read_day(
    entries: Iterable[Entry], begin: int, end: int, staff: Iterable[AgentId] = ()
) -> Recorded:
    """The day from `begin` until before `end` (ms UTC), out of the entries of the cell.

    They begin `LOOKED_BACK_MS` before it, or earlier; `staff` are there until they go. What is
    read after its end is only what became of those who came before.
    """
    reading = _Reading(begin, end, staff)
    for entry in entries:
        if entry.at >= end + OVERTIME_MS or (entry.at >= end and reading.is_settled()):
            break
        for fact in entry.facts:
            follow = _FOLLOW.get(fact["t"])
            if follow:
                follow(reading, entry.at, fact)
    return Recorded(begin, end, tuple(reading.stays), reading.every_duty(), reading.rings())


def fixed_staff(policy: Policy) -> tuple[AgentId, ...]:
    """Who has a fixed phone and no desk: such agents are there without ever saying so."""
    return tuple(agent.id for agent in policy.agents if agent.on_duty)


def plan_of(day: Recorded, policy: Policy, seed: int) -> Plan:
    """The day with the same people under a policy; the seed draws what nobody can know."""
    return Plan(
        _straight_in(policy, day.stays),
        _callers(day, policy, seed),
        [duty for duty in day.duties if any(duty.agent == one.id for one in policy.agents)],
        {},
        day.rings,
        day.begin,
        day.end,
    )


class _Reading:
    """What is known while facts go by."""

    def __init__(self, begin: int, end: int, staff: Iterable[AgentId]) -> None:
        self.begin = begin
        self.end = end
        self.stays: list[Stay] = []
        self._duties: list[Duty] = []
        self._present = {agent: Duty(begin, agent, Wish.READY) for agent in staff}
        self._who: dict[str, Json] = {}
        self._open: dict[str, Stay] = {}
        self._talking: dict[str, Stay] = {}
        self._offered: dict[str, int] = {}
        self._ring_ms: list[int] = []
        self._failed = {"timed_out": 0, "declined": 0}

    def is_settled(self) -> bool:
        """Whether nobody waits or talks any more whose stay belongs to the day."""
        return not (self._open or self._talking)

    def every_duty(self) -> tuple[Duty, ...]:
        """What agents already were when the day began, then what they became."""
        before = (replace(duty, at=self.begin) for duty in self._present.values())
        return (*sorted(before, key=lambda duty: duty.agent), *self._duties)

    def rings(self) -> Rings:
        """How phones were answered."""
        offers = len(self._ring_ms) + sum(self._failed.values())
        if not self._ring_ms:
            return Rings()
        return Rings(
            sum(self._ring_ms) // len(self._ring_ms),
            self._failed["timed_out"] / offers,
            self._failed["declined"] / offers,
        )

    def started(self, at: int, fact: Json) -> None:
        self._who[fact["interaction"]] = fact

    def queued(self, at: int, fact: Json) -> None:
        name = fact["interaction"]
        if fact.get("again") or at >= self.end:
            return
        who = self._who.get(name, {})
        level = Level(who.get("level", Level.REGULAR))
        known = who.get("presumption") in KNOWN
        own = LEVEL_PRIORITY[level] if known else 0
        stay = Stay(
            QueueId(fact["queue"]),
            level if known else Level.REGULAR,
            fact["priority"] - own,
            at,
            tuple((name, value) for name, value in who.get("tags", ())),
            decode(Affinity, who["affinity"]) if who.get("affinity") else Affinity(),
        )
        self._open[name] = stay
        if at >= self.begin:
            self.stays.append(stay)

    def offered(self, at: int, fact: Json) -> None:
        self._offered[fact["offer"]] = at

    def offer_ended(self, at: int, fact: Json) -> None:
        self._offered.pop(fact["offer"], None)
        if at >= self.begin and fact["outcome"] in self._failed:
            self._failed[fact["outcome"]] += 1

    def answered(self, at: int, fact: Json) -> None:
        made_at = self._offered.pop(fact["offer"], None)
        if made_at is not None and at >= self.begin:
            self._ring_ms.append(at - made_at)
        stay = self._open.pop(fact["interaction"], None)
        if stay:
            stay.wait_ms, stay.agent = at - stay.at, AgentId(fact["agent"])
            self._talking[fact["interaction"]] = stay

    def talk_ended(self, at: int, fact: Json) -> None:
        stay = self._talking.pop(fact["interaction"], None)
        if stay:
            stay.talk_ms = fact["talk_ms"]

    def ended(self, at: int, fact: Json) -> None:
        stay = self._open.pop(fact["interaction"], None)
        if stay:
            stay.wait_ms, stay.abandoned = at - stay.at, fact["ended_by"] == "abandoned"
        self._who.pop(fact["interaction"], None)

    def wish(self, at: int, fact: Json) -> None:
        agent = AgentId(fact["agent"])
        duty = Duty(at, agent, Wish(fact["wish"]), fact["reason"])
        if at >= self.end or (duty.wish is Wish.NOT_READY and duty.reason in NOT_OWN):
            return
        if at < self.begin:
            self._present[agent] = duty
        else:
            self._duties.append(duty)

    def published(self, at: int, fact: Json) -> None:
        """Who has a fixed phone and no desk is there from the moment they are known."""
        for profile in fact["policy"]["agents"]:
            agent = AgentId(profile["id"])
            if profile.get("on_duty") and agent not in self._present:
                self._present[agent] = Duty(at, agent, Wish.READY)


_FOLLOW: dict[str, Callable[[_Reading, int, Any], None]] = {
    "InteractionStarted": _Reading.started,
    "InteractionQueued": _Reading.queued,
    "OfferMade": _Reading.offered,
    "OfferEnded": _Reading.offer_ended,
    "InteractionAnswered": _Reading.answered,
    "TalkEnded": _Reading.talk_ended,
    "InteractionEnded": _Reading.ended,
    "WishSet": _Reading.wish,
    "PolicyPublished": _Reading.published,
}


def _callers(day: Recorded, policy: Policy, seed: int) -> list[Caller]:
    served = {queue.id for queue in policy.queues}
    patience, talks = _patience(day.stays), _talks(day.stays)
    draw = stream(seed, "unknown")
    return [
        Caller(
            stay.at,
            _number(stay),
            stay.queue,
            stay.level,
            _patience_of(stay, patience, draw.random()),
            _talk_of(stay, talks, draw.random()),
            affinity=stay.affinity,
        )
        for stay in day.stays
        if stay.queue in served
    ]


def _patience(stays: Iterable[Stay]) -> dict[Level, float]:
    """Mean patience of each level: all waiting ÷ how many left (the likeliest exponential law)."""
    waited: dict[Level, int] = defaultdict(int)
    left: dict[Level, int] = defaultdict(int)
    for stay in stays:
        waited[stay.level] += stay.wait_ms or 0
        left[stay.level] += stay.abandoned
    return {level: waited[level] / left[level] if left[level] else math.inf for level in waited}


def _patience_of(stay: Stay, patience: dict[Level, float], share: float) -> int | None:
    if stay.abandoned:
        return stay.wait_ms
    mean = patience[stay.level]
    if math.isinf(mean):
        return None
    return (stay.wait_ms or 0) + round(-mean * math.log(1 - share))


def _talks(stays: Iterable[Stay]) -> dict[QueueId, list[int]]:
    found: dict[QueueId, list[int]] = defaultdict(list)
    for stay in stays:
        if stay.talk_ms is not None:
            found[stay.queue].append(stay.talk_ms)
    return found


def _talk_of(stay: Stay, talks: dict[QueueId, list[int]], share: float) -> int:
    if stay.talk_ms is not None:
        return stay.talk_ms
    known = talks.get(stay.queue)
    return known[int(share * len(known))] if known else ASSUMED_TALK_MS


def _number(stay: Stay) -> str:
    """A number of its own for each way into a queue."""
    tags = ",".join(f"{name}={value}" for name, value in stay.tags)
    return f"{stay.queue}/{stay.extra}/{tags}"


def _straight_in(policy: Policy, stays: Iterable[Stay]) -> Policy:
    """The policy with a number for each way into a queue, desk phones, and nobody on their own."""
    ways = {_number(stay): stay for stay in stays}
    flows = tuple(
        Flow(FlowId(number), 1, "in", (EnqueueNode("in", stay.queue, priority=stay.extra),))
        for number, stay in ways.items()
    )
    numbers = tuple(
        NumberEntry(number, FlowId(number), tags=stay.tags) for number, stay in ways.items()
    )
    agents = tuple(
        replace(agent, account=agent.id, device=DeviceKind.SIP, on_duty=False)
        for agent in policy.agents
    )
    return replace(policy, numbers=numbers, flows=flows, agents=agents)
