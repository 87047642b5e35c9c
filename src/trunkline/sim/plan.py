"""What a day brings, before anything is decided: who calls when, who works when, under what rules.

A plan is drawn from a scenario and a seed, or read out of a journal. Everything about a caller is
settled in it (patience, length of the talk), so two policies meet just the same people.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trunkline.core.acd.rules import Affinity
from trunkline.core.capacity import Capacity
from trunkline.core.config import AgentProfile, CallbackRules, NumberEntry, Policy, QueuePolicy
from trunkline.core.flow.graph import CallbackNode, EnqueueNode, Flow
from trunkline.core.words import (
    AgentId,
    Cause,
    Channel,
    DeviceKind,
    FlowId,
    Level,
    QueueId,
    Wish,
    WrapUpMode,
)
from trunkline.kit.chance import Stream, stream
from trunkline.sim.scenario import Slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.sim.scenario import (
        CallingBack,
        Clientele,
        Crew,
        Line,
        Phone,
        Scenario,
        Writing,
    )

MORNING_MS = 1_800_000_000_000
"""When a simulated day begins; any moment would do."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """What a customer's phone does when it is rung: answered after so long, or ended by `cause`."""

    after_ms: int
    cause: Cause | None = None


@dataclass(slots=True)
class Caller:
    """One who calls: `patience_ms` from entering the queue (None: for ever), talk at mean pace.

    One who `takes_callback` is called; `pickups` says what comes of each try.
    """

    at: int
    number: str
    queue: QueueId
    level: Level
    patience_ms: int | None
    talk_ms: int
    affinity: Affinity = field(default_factory=Affinity)
    takes_callback: bool = False
    pickups: tuple[Pickup, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Something written: open for `work_ms` at the mean pace, `slower` longer for each one beside.

    `waits_for_calls`: it stands still while its agent is in a call, where it can be interrupted.
    """

    at: int
    channel: Channel
    queue: QueueId
    level: Level
    work_ms: int
    slower: float = 0.0
    patience_ms: int | None = None
    waits_for_calls: bool = True


@dataclass(frozen=True, slots=True)
class Duty:
    """What an agent wants to be from a moment on."""

    at: int
    agent: AgentId
    wish: Wish
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether an agent's device is there, from a moment on."""

    at: int
    agent: AgentId
    reachable: bool


@dataclass(frozen=True, slots=True)
class Rings:
    """How phones are answered, in ms and shares of 1."""

    answer_ms: int = 3_000
    no_answer: float = 0.0
    declined: float = 0.0
    back_after_ms: int = 60_000


@dataclass(frozen=True, slots=True)
class Plan:
    """A day: `callers` and `duties` in order of time, `pace` of agents as a factor of the talk."""

    policy: Policy
    callers: list[Caller]
    duties: list[Duty]
    pace: dict[AgentId, float]
    rings: Rings
    begin: int
    end: int
    reaches: tuple[Reach, ...] = ()
    pieces: tuple[Piece, ...] = ()


def drawn(scenario: Scenario, seed: int, policy: Policy | None = None) -> Plan:
    """The day of a scenario that a seed draws, under a policy or the plain one."""
    end = MORNING_MS + round(scenario.length_s * 1000)
    return Plan(
        policy or plain_policy(scenario),
        _callers(scenario, seed),
        _duties(scenario),
        _pace(scenario, seed),
        _rings(scenario.phone),
        MORNING_MS,
        end,
        pieces=_pieces(scenario, seed),
    )


def plain_policy(scenario: Scenario) -> Policy:
    """Queues, agents and one number a queue, with the defaults of the core."""
    return Policy(
        version=1,
        queues=tuple(_queue(scenario, line) for line in scenario.queues),
        agents=tuple(profile for crew in scenario.agents for profile in _profiles(crew)),
        numbers=tuple(
            NumberEntry(line.name, _flow(scenario, QueueId(line.name)).id)
            for line in scenario.queues
        ),
        flows=tuple(_flow(scenario, QueueId(line.name)) for line in scenario.queues),
    )


def primaries(scenario: Scenario) -> dict[AgentId, QueueId]:
    """The primary queue of each agent."""
    return {name: QueueId(crew.queues[0]) for crew in scenario.agents for name in names(crew)}


def names(crew: Crew) -> tuple[AgentId, ...]:
    """The agents of a crew."""
    return tuple(AgentId(f"{crew.name}-{number:03}") for number in range(1, crew.count + 1))


def _queue(scenario: Scenario, line: Line) -> QueuePolicy:
    agents = tuple(name for crew in scenario.agents if line.name in crew.queues
                   for name in names(crew))  # fmt: skip
    return QueuePolicy(
        QueueId(line.name),
        agents=agents,
        offer_timeout_ms=round(scenario.offer_timeout_s * 1000),
        wrap_up=WrapUpMode.FIXED if line.wrap_up_s else WrapUpMode.NONE,
        wrap_up_ms=round(line.wrap_up_s * 1000),
        disposition_required=False,
        survey_rate_pct=0,
        max_waiting=line.max_waiting,
        service_level_ms=round(line.service_level_s * 1000),
        announce_every_ms=0,
        callback=_rules(scenario.callbacks),
    )


def _rules(callbacks: CallingBack | None) -> CallbackRules:
    if callbacks is None:
        return CallbackRules()
    return CallbackRules(
        enabled=True,
        min_ewt_ms=round(callbacks.offered_from_s * 1000),
        ring_ms=round(callbacks.ring_s * 1000),
        tries=callbacks.tries,
        retry_after_ms=round(callbacks.retry_after_s * 1000),
        most_share_pct=callbacks.most_share_pct,
    )


def _profiles(crew: Crew) -> Iterator[AgentProfile]:
    primary, *others = crew.queues
    skills = ((primary, crew.skill_level), *((name, crew.second_level) for name in others))
    slots = crew.slots
    capacity = None if slots == Slots() else Capacity(**slots.model_dump())
    for name in names(crew):
        yield AgentProfile(name, name, skills, device=DeviceKind.SIP, capacity=capacity)


def _flow(scenario: Scenario, queue: QueueId) -> Flow:
    """Straight into the queue; beside the wait a callback is offered where there are any."""
    name = FlowId(f"to-{queue}")
    if scenario.callbacks is None:
        return Flow(name, 1, "in", (EnqueueNode("in", queue),))
    wait = EnqueueNode("in", queue, callback="callback")
    return Flow(name, 1, "in", (wait, CallbackNode("callback", queue)))


def _callers(scenario: Scenario, seed: int) -> list[Caller]:
    found = [caller for line in scenario.queues for caller in _of_line(scenario, line, seed)]
    found.sort(key=lambda caller: caller.at)
    if scenario.callbacks is not None:
        _settle_callbacks(scenario.callbacks, found, stream(seed, "callbacks"))
    return found


def _settle_callbacks(callbacks: CallingBack, callers: list[Caller], draw: Stream) -> None:
    """Who would take a callback, and what would come of each try."""
    for caller in callers:
        caller.takes_callback = draw.random() < callbacks.takes_pct / 100
        caller.pickups = tuple(_pickup(callbacks, draw) for _ in range(callbacks.tries))


def _pickup(callbacks: CallingBack, draw: Stream) -> Pickup:
    share, half = 100 * draw.random(), callbacks.answer_s / 2
    after_ms = round(half * (1 + draw.expovariate(1)) * 1000)
    if share < callbacks.answers_pct and after_ms < callbacks.ring_s * 1000:
        return Pickup(after_ms)
    if callbacks.answers_pct <= share < callbacks.answers_pct + callbacks.busy_pct:
        return Pickup(round(half * 1000), Cause.BUSY)
    return Pickup(round(callbacks.ring_s * 1000), Cause.NO_ANSWER)


def _of_line(scenario: Scenario, line: Line, seed: int) -> Iterator[Caller]:
    who = stream(seed, f"{line.name}/customers")
    talk = stream(seed, f"{line.name}/talk")
    shares = [part.share_pct for part in scenario.customers]
    queue = QueueId(line.name)
    for at in _arrivals(scenario, line, stream(seed, f"{line.name}/arrivals")):
        part = who.choices(scenario.customers, shares)[0]
        talk_ms = round(_talk_s(line, talk) * 1000)
        yield Caller(at, line.name, queue, part.level, _patience_ms(part, who), talk_ms)


def _arrivals(scenario: Scenario, line: Line, draw: Stream) -> Iterator[int]:
    return _moments(line.calls, scenario.interval_min * 60, scenario.scale(), draw)


def _moments(
    counts: tuple[float, ...], width_s: float, scale: float, draw: Stream
) -> Iterator[int]:
    """Moments of a Poisson process whose rate changes with the interval."""
    for number, count in enumerate(counts):
        at_s, end_s = number * width_s, (number + 1) * width_s
        rate = count * scale / width_s
        while rate and (at_s := at_s + draw.expovariate(rate)) < end_s:
            yield MORNING_MS + round(at_s * 1000)


def _patience_ms(part: Clientele, draw: Stream) -> int | None:
    share = draw.random()
    if part.patience_s is None:
        return None
    return max(1, round(-part.patience_s * math.log(1 - share) * 1000))


def _talk_s(line: Line, draw: Stream) -> float:
    """Handling without its fixed wrap-up, so that the mean of both is `aht_s`."""
    mean = line.aht_s - line.wrap_up_s
    if line.exponential:
        return draw.expovariate(1 / mean)
    variance = math.log1p((line.spread * line.aht_s / mean) ** 2)
    return draw.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


def _pieces(scenario: Scenario, seed: int) -> tuple[Piece, ...]:
    found = [piece for one in scenario.writings for piece in _of_writing(scenario, one, seed)]
    found.sort(key=lambda piece: piece.at)
    return tuple(found)


def _of_writing(scenario: Scenario, one: Writing, seed: int) -> Iterator[Piece]:
    draw = stream(seed, f"{one.channel}:{one.queue}")
    parts = scenario.customers
    shares = [part.share_pct for part in parts]
    variance = math.log1p(one.spread**2)
    for at in _moments(one.pieces, scenario.interval_min * 60, 1.0, draw):
        level = draw.choices(parts, shares)[0].level
        work_s = draw.lognormvariate(math.log(one.aht_s) - variance / 2, math.sqrt(variance))
        patience = None if one.patience_s is None else draw.expovariate(1 / one.patience_s)
        yield Piece(
            at,
            one.channel,
            QueueId(one.queue),
            level,
            max(1, round(work_s * 1000)),
            one.slower_pct / 100,
            None if patience is None else max(1, round(patience * 1000)),
        )


def _duties(scenario: Scenario) -> list[Duty]:
    found = [duty for crew in scenario.agents for duty in _roster(scenario, crew)]
    found.sort(key=lambda duty: (duty.at, duty.agent))
    return found


def _roster(scenario: Scenario, crew: Crew) -> Iterator[Duty]:
    for name in names(crew):
        yield Duty(_minute(crew.from_min), name, Wish.READY)
        for pause in crew.breaks:
            yield Duty(_minute(pause.at_min), name, Wish.NOT_READY, "break")
            yield Duty(_minute(pause.at_min + pause.length_min), name, Wish.READY)
        if crew.to_min is not None and crew.to_min * 60 < scenario.length_s:
            yield Duty(_minute(crew.to_min), name, Wish.OFFLINE)


def _minute(minutes: float) -> int:
    return MORNING_MS + round(minutes * 60_000)


def _pace(scenario: Scenario, seed: int) -> dict[AgentId, float]:
    draw = stream(seed, "pace")
    return {
        name: 1 + crew.pace_pct / 100 * draw.uniform(-1, 1)
        for crew in scenario.agents
        for name in names(crew)
    }


def _rings(phone: Phone) -> Rings:
    return Rings(
        round(phone.answer_s * 1000),
        phone.no_answer_pct / 100,
        phone.declined_pct / 100,
        round(phone.back_after_s * 1000),
    )
