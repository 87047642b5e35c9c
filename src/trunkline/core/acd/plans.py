"""Plans: what the policy says of a queue, made ready for routing.

A queue's requirements are parsed, its members found, and the moments of a wait at which anything
changes are known beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.core.acd import order
from trunkline.core.acd.expressions import Expression, ExpressionError, parse, variables
from trunkline.core.acd.pools import Numbers, Pools
from trunkline.core.acd.rules import Membership, Strategy
from trunkline.core.acd.strategies import BY_POOL, RULES, Rule, reserved
from trunkline.core.capacity import WRITTEN, WRITTEN_CHANNELS, WrittenChannel
from trunkline.core.records import record
from trunkline.core.words import AgentId, Channel, QueueId

if TYPE_CHECKING:
    from trunkline.core.config import Policy, QueuePolicy


@record(frozen=True, slots=True)
class Stage:
    """From `after_ms` in the queue on, this is required; `asked` are the tags it looks at."""

    after_ms: int
    text: str
    requirement: Expression
    asked: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Plan:
    """A queue's policy, made ready: its requirements parsed, its members found and in order.

    `speed` is the mean handling time of all queues by that of this one. `begins` are the waits
    (ms) after which the stages begin, `moments` those after which anything changes for a call, and
    `moments_written` for what is written. From `starving` ms on a call starves, from `late` ms on
    it cannot be answered in time.
    """

    policy: QueuePolicy
    members: Numbers
    speed: float
    stages: tuple[Stage, ...]
    begins: tuple[int, ...]
    moments: tuple[int, ...]
    moments_written: tuple[int, ...]
    starving: int
    late: int
    memberships: dict[AgentId, Membership]
    places: dict[AgentId, int]
    rule: Rule
    alike: bool
    """Whether the strategy's rule tells agents of a pool apart by nothing but their idleness."""
    ranked: bool
    """Whether a lower penalty comes first whatever the rule says."""


def plans_of(policy: Policy, pools: Pools) -> dict[QueueId, Plan]:
    """The plan of each queue of a policy."""
    known = [queue.handling_ms for queue in policy.queues if queue.handling_ms]
    mean = sum(known) / len(known) if known else 0.0
    return {
        queue.id: _plan(
            policy, pools, queue, mean / queue.handling_ms if queue.handling_ms else 1.0
        )
        for queue in policy.queues
    }


def unreadable(policy: Policy) -> str | None:
    """The first requirement of a policy that cannot be read, and what is wrong with it."""
    for queue in policy.queues:
        for text in (queue.requirement, *(step.requirement for step in queue.relaxing)):
            try:
                parse(text)
            except ExpressionError as wrong:
                return f"queue {queue.id}: {wrong}"
    return None


def slowness(policy: Policy, queue: QueuePolicy, channel: Channel) -> float:
    """How much longer one of the channel may wait in the queue than a call, by their targets."""
    if channel is Channel.VOICE:
        return 1.0
    target_ms = written_channel(policy, channel).target_ms
    return max(1.0, target_ms / max(1, queue.service_level_ms))


def starving_from(policy: Policy, queue: QueuePolicy, channel: Channel) -> int:
    """The wait (ms) from which on nobody newer is served first, in the measure of the channel."""
    starving = order.starving_from(policy.order)
    if channel is Channel.VOICE or starving >= order.NEVER_MS:
        return starving
    return round(starving * slowness(policy, queue, channel))


def written_channel(policy: Policy, channel: Channel) -> WrittenChannel:
    """What the policy says of a written channel, or else the usual."""
    return next(one for one in (*policy.written, *WRITTEN_CHANNELS) if one.channel is channel)


def _plan(policy: Policy, pools: Pools, queue: QueuePolicy, speed: float) -> Plan:
    memberships = {member.agent: member for member in queue.memberships}
    members, stages = pools.serving(queue.id), _stages(queue)
    penalties = {pool.penalties[queue.id] for pool in pools.every if queue.id in pool.penalties}
    reserves = queue.strategy is Strategy.INDEX and policy.sharing.reserve > 0
    return Plan(
        policy=queue,
        members=members,
        speed=speed,
        stages=stages,
        begins=tuple(stage.after_ms for stage in stages),
        moments=_moments(policy, queue, stages, penalties, (Channel.VOICE,)),
        moments_written=_moments(policy, queue, stages, penalties, WRITTEN),
        starving=starving_from(policy, queue, Channel.VOICE),
        late=order.late_from(policy.order, queue.service_level_ms),
        memberships=memberships,
        places=_places(queue, memberships),
        rule=reserved if reserves else RULES[queue.strategy],
        alike=queue.strategy in BY_POOL,
        ranked=not reserves,
    )


def _moments(
    policy: Policy,
    queue: QueuePolicy,
    stages: tuple[Stage, ...],
    penalties: set[int],
    channels: tuple[Channel, ...],
) -> tuple[int, ...]:
    found = {stage.after_ms for stage in stages}
    found |= {penalty * queue.tier_ms for penalty in penalties}
    if any(penalties):
        found |= {starving_from(policy, queue, channel) for channel in channels}
        if queue.strategy is Strategy.INDEX:
            found.add(policy.sharing.after_ms)
    return tuple(sorted(moment for moment in found if 0 < moment < order.NEVER_MS))


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
