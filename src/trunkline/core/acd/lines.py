"""Lines: interactions that are alike to routing stand together, in order of their entry.

Alike are those of one queue with equal needs, weight, priority and head. Within a line who entered
first is first, so a choice compares heads alone. In a line stand only those for whom an offer may
be made now; each line knows the pools that may serve it, and each pool its lines.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from trunkline.core.acd import order
from trunkline.core.acd.expressions import (
    Expression,
    ExpressionError,
    bind,
    parse,
    skills_of,
    variables,
)
from trunkline.core.acd.order import Head
from trunkline.core.acd.pools import Numbers, Pool, Pools
from trunkline.core.acd.rules import Membership, Strategy
from trunkline.core.words import AgentId, InteractionId, QueueId

if TYPE_CHECKING:
    from trunkline.core.config import Policy, QueuePolicy
    from trunkline.core.state import Interaction, Waiting

Entry = tuple[int, InteractionId]
"""Time of entry (ms), and who."""

FITS_KEPT = 20_000
"""Answers to "which pools may serve this need" that are remembered."""
EMPTY_KEPT = 256
"""Lines that are kept though nobody stands in them: most are soon used again."""


@dataclass(frozen=True, slots=True)
class Stage:
    """From `after_ms` in the queue on, this is required; `asked` are the tags it looks at."""

    after_ms: int
    text: str
    requirement: Expression
    asked: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Plan:
    """A queue's policy, made ready: its requirements parsed, its members found and in order.

    `speed` is the mean handling time of all queues by that of this one. `moments` are the waits
    (ms) after which something changes for who stands in the queue.
    """

    policy: QueuePolicy
    members: Numbers
    speed: float
    stages: tuple[Stage, ...]
    moments: tuple[int, ...]
    memberships: dict[AgentId, Membership]
    places: dict[AgentId, int]


class Fit(NamedTuple):
    """The pools that meet a need, in order of number, and the skills that it asks for."""

    pools: tuple[Pool, ...]
    numbers: Numbers
    skills: frozenset[str]


class Likeness(NamedTuple):
    """What interactions of one line have in common."""

    queue: QueueId
    stage: int
    needs: tuple[str | None, ...]
    head: Head
    priority: int
    weight: float
    vip: bool


@dataclass(slots=True, eq=False)
class Line:
    """Interactions that are alike, and the pools that may serve them."""

    like: Likeness
    plan: Plan
    pools: tuple[Pool, ...]
    numbers: Numbers
    skills: frozenset[str]
    entries: list[Entry] = field(default_factory=list)


class Lines:
    """All lines of a cell. `reserved` are those who wait for one certain agent."""

    def __init__(self, policy: Policy, pools: Pools) -> None:
        self.plans = _plans(policy, pools)
        self.reserved: dict[AgentId, list[Entry]] = {}
        self._pools = pools
        self._order = policy.order
        self._every: dict[Likeness, Line] = {}
        self._empty: dict[Likeness, Line] = {}
        self._standing: dict[InteractionId, tuple[Entry, Line | AgentId]] = {}
        self._fits: dict[tuple[object, ...], Fit] = {}

    def stand(self, it: Interaction, waiting: Waiting) -> None:
        """Put an interaction in its line, or with those who wait for one agent."""
        entry = (waiting.entered_at, it.id)
        if waiting.personal is not None:
            insort(self.reserved.setdefault(waiting.personal, []), entry)
            self._standing[it.id] = (entry, waiting.personal)
            return
        line = self.line_for(it, waiting)
        insort(line.entries, entry)
        self._empty.pop(line.like, None)
        self._standing[it.id] = (entry, line)

    def leave(self, it: InteractionId) -> None:
        """Take an interaction out of its line, if it stands in one."""
        found = self._standing.pop(it, None)
        if found is None:
            return
        entry, place = found
        entries = place.entries if isinstance(place, Line) else self.reserved[place]
        del entries[bisect_left(entries, entry)]
        if not entries:
            self._emptied(place)

    def stands(self, it: InteractionId) -> bool:
        """Whether an offer may be made for the interaction now."""
        return it in self._standing

    def anybody(self) -> bool:
        """Whether an offer may be made for anyone."""
        return bool(self._standing)

    def occupied(self) -> dict[Likeness, list[Entry]]:
        """The lines in which somebody stands."""
        return {like: line.entries for like, line in self._every.items() if line.entries}

    def line_for(self, it: Interaction, waiting: Waiting) -> Line:
        """The line of such an interaction, made when it is the first."""
        plan = self.plans[waiting.queue]
        stage = min(waiting.stage, len(plan.stages) - 1)
        like = Likeness(
            waiting.queue,
            stage,
            tuple(tag(it, name) for name in plan.stages[stage].asked),
            order.head(self._order, it, waiting),
            waiting.priority + plan.policy.priority,
            order.weight(self._order, it, waiting.priority),
            order.is_vip(self._order, it),
        )
        return self._every.get(like) or self._open(like, plan)

    def _open(self, like: Likeness, plan: Plan) -> Line:
        fit = self._fit(like, plan)
        line = self._every[like] = Line(like, plan, *fit)
        self._emptied(line)
        for pool in fit.pools:
            primary = pool.penalties[like.queue] == 0
            pool.lines[line] = order.merit(
                self._order, like.priority, like.weight, plan.speed, primary=primary
            )
        return line

    def _fit(self, like: Likeness, plan: Plan) -> Fit:
        """Who meets the need of such a line."""
        key = (like.queue, like.stage, like.needs)
        found = self._fits.get(key)
        if found is None:
            if len(self._fits) >= FITS_KEPT:
                self._fits.clear()
            found = self._fits[key] = self._meeting(like, plan)
        return found

    def _meeting(self, like: Likeness, plan: Plan) -> Fit:
        stage = plan.stages[like.stage]
        pairs = zip(stage.asked, like.needs, strict=True)
        wanted = bind(stage.requirement, {name: value for name, value in pairs if value})
        numbers = plan.members & self._pools.meeting(wanted)
        pools = tuple(self._pools.every[number] for number in sorted(numbers))
        required = frozenset(skill for skill, _ in plan.policy.skills_required)
        return Fit(pools, numbers, required | skills_of(wanted))

    def _emptied(self, place: Line | AgentId) -> None:
        if not isinstance(place, Line):
            del self.reserved[place]
            return
        self._empty[place.like] = place
        if len(self._empty) > EMPTY_KEPT:
            oldest = next(iter(self._empty))
            gone = self._empty.pop(oldest)
            del self._every[oldest]
            for pool in gone.pools:
                del pool.lines[gone]


def unreadable(policy: Policy) -> str | None:
    """The first requirement of a policy that cannot be read, and what is wrong with it."""
    for queue in policy.queues:
        for text in (queue.requirement, *(step.requirement for step in queue.relaxing)):
            try:
                parse(text)
            except ExpressionError as wrong:
                return f"queue {queue.id}: {wrong}"
    return None


def tag(it: Interaction, name: str) -> str | None:
    """A tag of the interaction; its language and level can be asked for like one."""
    if name == "language":
        return it.language
    if name == "level":
        return it.level.value
    return it.tags.get(name)


def _plans(policy: Policy, pools: Pools) -> dict[QueueId, Plan]:
    known = [queue.handling_ms for queue in policy.queues if queue.handling_ms]
    mean = sum(known) / len(known) if known else 0.0
    return {
        queue.id: _plan(
            policy, pools, queue, mean / queue.handling_ms if queue.handling_ms else 1.0
        )
        for queue in policy.queues
    }


def _plan(policy: Policy, pools: Pools, queue: QueuePolicy, speed: float) -> Plan:
    memberships = {member.agent: member for member in queue.memberships}
    members, stages = pools.serving(queue.id), _stages(queue)
    return Plan(
        policy=queue,
        members=members,
        speed=speed,
        stages=stages,
        moments=_moments(
            policy, queue, stages, {pools.every[n].penalties[queue.id] for n in members}
        ),
        memberships=memberships,
        places=_places(queue, memberships),
    )


def _moments(
    policy: Policy, queue: QueuePolicy, stages: tuple[Stage, ...], penalties: set[int]
) -> tuple[int, ...]:
    found = {stage.after_ms for stage in stages}
    found |= {penalty * queue.tier_ms for penalty in penalties}
    if any(penalties):
        found.add(policy.order.starving_ms)
        if queue.strategy is Strategy.INDEX:
            found.add(policy.sharing.after_ms)
    return tuple(sorted(moment for moment in found if moment > 0))


def _places(queue: QueuePolicy, memberships: dict[AgentId, Membership]) -> dict[AgentId, int]:
    """The agents' places in the queue: by position, then as they are listed."""
    listed = dict.fromkeys((*queue.agents, *memberships))
    ordered = sorted(listed, key=lambda one: memberships[one].position if one in memberships else 0)
    return {agent: place for place, agent in enumerate(ordered)}


def _stages(queue: QueuePolicy) -> tuple[Stage, ...]:
    steps = sorted(queue.relaxing, key=lambda step: step.after_ms)
    texts = [(0, queue.requirement), *((step.after_ms, step.requirement) for step in steps)]
    return tuple(
        Stage(after, text, parse(text), tuple(sorted(variables(parse(text)))))
        for after, text in texts
    )
