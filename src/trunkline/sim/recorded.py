"""A real day, read out of a cell's journal: who came when, how long they stayed, who worked.

Each stay in a queue becomes a caller who comes at the moment the stay began, straight into that
queue, with the level, tags and history they came with. Who left had just that patience. Who was
answered was patient longer than they waited: how much longer is drawn from the patience of those
who left (exponential, of their level), with the seed of the day that is played. Talks last as they
did; who left gets the length of another talk of the queue. Agents are there when they were, and can
be rung when they could: a device that the edge did not see is away again.

Who chose to be called back is one caller, with the talk that came of it; attempts are nobody's
calls. Agents are away while they dial, and in talks of callbacks that no call of the day led to.
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
    CallbackOrigin,
    Cause,
    Channel,
    DeviceKind,
    FlowId,
    Level,
    OfferFault,
    QueueId,
    Wish,
)
from trunkline.kit.chance import stream
from trunkline.sim.plan import Caller, Duty, Plan, Reach, Rings
from trunkline.sim.recorded_written import Written, WrittenReading, pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trunkline.ports.journal import Entry, Json

CALLING_BACK = "calling_back"
OF_A_CALL = frozenset({CallbackOrigin.PLACE_KEPT, CallbackOrigin.AFTER_LOSS})
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
    reaches: tuple[Reach, ...] = ()
    pieces: tuple[Written, ...] = ()


def read_day(
    entries: Iterable[Entry], begin: int, end: int, staff: Iterable[AgentId] = ()
) -> Recorded:
    """The day from `begin` until before `end` (ms UTC), out of the entries of the cell.

    They begin `LOOKED_BACK_MS` before it, or earlier; `staff` are there until they go. What is
    read after its end is only what became of those who came before.
    """
    reading, written = _Reading(begin, end, staff), WrittenReading(begin, end)
    for entry in entries:
        settled = reading.is_settled() and written.is_settled()
        if entry.at >= end + OVERTIME_MS or (entry.at >= end and settled):
            break
        for fact in entry.facts:
            written.follow(entry.at, fact)
            follow = _FOLLOW.get(fact["t"])
            if follow:
                follow(reading, entry.at, fact)
    return Recorded(
        begin,
        end,
        tuple(reading.stays),
        reading.every_duty(),
        reading.rings(),
        reading.devices.every_reach(),
        tuple(written.pieces),
    )


def fixed_staff(policy: Policy) -> tuple[AgentId, ...]:
    """Who has a fixed phone and no desk: such agents are there without ever saying so."""
    return tuple(agent.id for agent in policy.agents if agent.on_duty)


def plan_of(day: Recorded, policy: Policy, seed: int) -> Plan:
    """The day with the same people under a policy; the seed draws what nobody can know."""
    known = {agent.id for agent in policy.agents}
    return Plan(
        _straight_in(policy, day.stays),
        _callers(day, policy, seed),
        [duty for duty in day.duties if duty.agent in known],
        {},
        day.rings,
        day.begin,
        day.end,
        tuple(reach for reach in day.reaches if reach.agent in known),
        pieces_of(day.pieces, policy, seed),
    )


class Devices:
    """Which agents can be rung: by the device in use, as far as the edge sees it."""

    def __init__(self, begin: int, end: int) -> None:
        self._begin = begin
        self._end = end
        self._used: dict[AgentId, DeviceKind] = {}
        self._away: set[tuple[AgentId, DeviceKind]] = set()
        self._reaches: list[Reach] = []

    def known(self, agent: AgentId, device: DeviceKind) -> None:
        """How the agent is reached at first."""
        self._used.setdefault(agent, device)

    def uses(self, at: int, agent: AgentId, device: DeviceKind) -> None:
        """The agent is reached by another device."""
        self._used[agent] = device
        self._note(at, agent)

    def sees(self, at: int, agent: AgentId, device: DeviceKind, *, there: bool) -> None:
        """The edge tells of a device."""
        change = self._away.discard if there else self._away.add
        change((agent, device))
        self._note(at, agent)

    def every_reach(self) -> tuple[Reach, ...]:
        """Who could not be rung when the day began, then what changed."""
        last: dict[AgentId, Reach] = {}
        found: list[Reach] = []
        for reach in self._reaches:
            if reach.at >= self._end:
                break
            before = last.get(reach.agent)
            if before is None or before.reachable != reach.reachable:
                found.append(reach)
            last[reach.agent] = reach
        early = {one.agent: one for one in found if one.at < self._begin}
        began = [replace(one, at=self._begin) for one in early.values() if not one.reachable]
        return (*began, *(one for one in found if one.at >= self._begin))

    def _note(self, at: int, agent: AgentId) -> None:
        device = self._used.get(agent, DeviceKind.BROWSER)
        self._reaches.append(Reach(at, agent, (agent, device) not in self._away))


class _Reading:
    """What is known while facts go by."""

    def __init__(self, begin: int, end: int, staff: Iterable[AgentId]) -> None:
        self.begin = begin
        self.end = end
        self.stays: list[Stay] = []
        self._duties: list[Duty] = []
        self._present = {agent: Duty(begin, agent, Wish.READY) for agent in staff}
        self._wishes: dict[AgentId, Duty] = dict(self._present)
        self._called_by: dict[str, AgentId] = {}
        self._called: dict[str, Stay] = {}
        self.devices = Devices(begin, end)
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
        if fact.get("again") or fact.get("callback") or self._is_written(fact) or at >= self.end:
            return  # nobody came, or nobody was on the line
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

    def _is_written(self, fact: Json) -> bool:
        """What is written is read beside the calls (sim/recorded_written.py)."""
        who = self._who.get(fact["interaction"], {})
        return bool(who.get("channel", Channel.VOICE) != Channel.VOICE)

    def offered(self, at: int, fact: Json) -> None:
        if not self._is_written(fact):
            self._offered[fact["offer"]] = at

    def offer_ended(self, at: int, fact: Json) -> None:
        if self._is_written(fact):
            return
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
        self._wishes[agent] = duty
        self._is(duty)

    def dialled(self, at: int, fact: Json) -> None:
        """An agent calls somebody back: nobody else gets them meanwhile."""
        self._offered.pop(fact["offer"], None)
        agent = self._called_by[fact["interaction"]] = AgentId(fact["agent"])
        if at < self.end:
            self._is(Duty(at, agent, Wish.NOT_READY, CALLING_BACK))

    def callback_opened(self, at: int, fact: Json) -> None:
        """Somebody in line chose to be called: what comes of it is their talk."""
        stay = self._open.get(fact.get("interaction") or "")
        if stay and fact["origin"] in OF_A_CALL:
            self._called[fact["callback"]] = stay

    def reached(self, at: int, fact: Json) -> None:
        """The talk of a caller of the day: they are served as one who stayed on the line."""
        name = fact["interaction"]
        stay = self._called.pop(self._who.get(name, {}).get("callback") or "", None)
        if stay:
            self._talking[name] = stay
            self._has_called(at, fact)

    def dial_ended(self, at: int, fact: Json) -> None:
        self._has_called(at, fact)

    def wrapped_up(self, at: int, fact: Json) -> None:
        self._has_called(at, fact)

    def _has_called(self, at: int, fact: Json) -> None:
        """The agent is again what they wished to be."""
        agent = AgentId(fact["agent"])
        if self._called_by.get(fact["interaction"]) != agent:
            return
        del self._called_by[fact["interaction"]]
        wished = self._wishes.get(agent)
        if wished and at < self.end:
            self._is(replace(wished, at=at))

    def _is(self, duty: Duty) -> None:
        if duty.at < self.begin:
            self._present[duty.agent] = duty
        else:
            self._duties.append(duty)

    def published(self, at: int, fact: Json) -> None:
        """Who has a fixed phone and no desk is there from the moment they are known."""
        for profile in fact["policy"]["agents"]:
            agent = AgentId(profile["id"])
            self.devices.known(agent, DeviceKind(profile.get("device", DeviceKind.BROWSER)))
            if profile.get("on_duty") and agent not in self._present:
                self._present[agent] = self._wishes[agent] = Duty(at, agent, Wish.READY)

    def device_set(self, at: int, fact: Json) -> None:
        self.devices.uses(at, AgentId(fact["agent"]), DeviceKind(fact["device"]))

    def device_away(self, at: int, fact: Json) -> None:
        """One that failed an offer is only doubted for a while: that comes of the offers."""
        if fact.get("until") is None:
            self.devices.sees(at, AgentId(fact["agent"]), DeviceKind(fact["device"]), there=False)

    def device_back(self, at: int, fact: Json) -> None:
        self.devices.sees(at, AgentId(fact["agent"]), DeviceKind(fact["device"]), there=True)


_FOLLOW: dict[str, Callable[[_Reading, int, Any], None]] = {
    "InteractionStarted": _Reading.started,
    "InteractionQueued": _Reading.queued,
    "OfferMade": _Reading.offered,
    "OfferEnded": _Reading.offer_ended,
    "InteractionAnswered": _Reading.answered,
    "TalkEnded": _Reading.talk_ended,
    "InteractionEnded": _Reading.ended,
    "WishSet": _Reading.wish,
    "CustomerDialled": _Reading.dialled,
    "CallbackOpened": _Reading.callback_opened,
    "CustomerReached": _Reading.reached,
    "DialEnded": _Reading.dial_ended,
    "WrapUpCompleted": _Reading.wrapped_up,
    "DeviceSet": _Reading.device_set,
    "DeviceAway": _Reading.device_away,
    "DeviceBack": _Reading.device_back,
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
