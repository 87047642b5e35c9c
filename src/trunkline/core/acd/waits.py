"""What mere waiting changes: a requirement relaxes, help opens, a patience ends, a queue overflows.

Each is a moment after the entry, known beforehand, so the interaction needs one timer: the next of
them. When it comes, everything is looked at anew.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Protocol

from trunkline.core.acd.ewt import of_newcomer, of_written
from trunkline.core.acd.rules import OverflowRule, OverflowWhen
from trunkline.core.capacity import most_of
from trunkline.core.words import AgentId, Channel, InteractionId, QueueId

if TYPE_CHECKING:
    from trunkline.core.acd.plans import Plan
    from trunkline.core.config import QueuePolicy
    from trunkline.core.interaction import Interaction, Waiting
    from trunkline.core.state import State

HISTORY = 3
"""So many interactions about the same matter in a row lead to its queue."""
PUT_OFF_MS = 5_000
"""An overflow whose target has no room is tried again after this."""
MOST_HOPS = 5
"""Queues that an interaction may be led on to at once: rules may form a circle."""


class Newcomer(Protocol):
    """All that overflow looks at in what comes: an interaction, or the wish to open one."""

    @property
    def channel(self) -> Channel:
        """How it comes."""

    @property
    def written(self) -> bool:
        """Whether it has no leg and stands in the line of what is written."""


def stage_at(plan: Plan, waited_ms: int) -> int:
    """Which stage of the requirement is in force after such a wait."""
    return max(0, bisect_right(plan.begins, waited_ms) - 1)


def look_again_at(
    state: State, it: Interaction, waiting: Waiting, now: int, put_off_ms: int
) -> int | None:
    """When the wait changes something next (ms UTC); an overflow that was due is put off so long.

    While an offer is open nobody overflows: the offer decides. Who is called back keeps the place.
    """
    plan = state.board.plans[waiting.queue]
    moments = plan.moments_written if it.written else plan.moments
    at = bisect_right(moments, now - waiting.entered_at)
    found = [waiting.entered_at + moment for moment in moments[at : at + 1]]
    if plan.policy.overflow and (it.here or it.written):
        found += _overflows(plan.policy, it, waiting, now, put_off_ms)
    for moment in (waiting.personal_until, jumps_at(state, it, waiting)):
        if moment is not None and moment > now:
            found.append(moment)
    return min(found) if found else None


def jumps_at(state: State, it: Interaction, waiting: Waiting) -> int | None:
    """When an interaction that is due goes before the others; None when it need not (any more)."""
    due = it.affinity.due_at
    return None if due is None or waiting.boosted else due - state.policy.order.due_lead_ms


def preferred(
    state: State, it: Interaction, queue: QueuePolicy, passed_by: tuple[AgentId, ...]
) -> tuple[AgentId, int] | None:
    """The agent whom the customer should wait for, and how long (ms): one who is on duty.

    Nobody waits for an agent who declined the interaction or gave it away.
    """
    patience = queue.patience
    if not (patience.manager_ms or patience.expert_ms or patience.last_agent_ms):
        return None
    wishes = (
        (it.affinity.manager, patience.manager_ms),
        (it.affinity.expert or _expert(state, it), patience.expert_ms),
        (it.affinity.last_agent, patience.last_agent_ms),
    )
    for agent, length in wishes:
        if agent is None or length <= 0 or agent in passed_by:
            continue
        if on_duty(state, agent):
            return agent, length
    return None


def _expert(state: State, it: Interaction) -> AgentId | None:
    """The first expert of what the interaction's tags say, who is on duty."""
    tags = it.tags
    for one in state.policy.experts if tags else ():
        if tags.get(one.name) == one.value and on_duty(state, one.agent):
            return one.agent
    return None


def on_duty(state: State, agent: AgentId) -> bool:
    """Whether the agent takes interactions, now or when their work ends."""
    there = state.agents.get(agent)
    return agent in state.profiles and there is not None and there.takes_work


def by_history(state: State, it: Interaction, queue: QueueId) -> QueueId:
    """The queue of the last three interactions, where this one yields to it; else itself."""
    if not state.queues[queue].by_history:
        return queue
    recent = it.affinity.recent_queues[:HISTORY]
    same = len(recent) == HISTORY and len(set(recent)) == 1 and recent[0] in state.queues
    return recent[0] if same else queue


def overflow_on_entry(
    state: State, it: Newcomer, queue: QueuePolicy, now: int
) -> OverflowRule | None:
    """The first rule that leads elsewhere what enters now."""
    for rule in queue.overflow:
        if it.channel in rule.channels and _leads(state, it, queue, rule, now):
            return rule
    return None


def overflow_after(queue: QueuePolicy, it: Interaction, waited_ms: int) -> OverflowRule | None:
    """The first rule for who has waited so long."""
    rules = _rules(queue, it, OverflowWhen.WAIT)
    return next((rule for rule in rules if waited_ms >= rule.at), None)


def overflow_untaken(queue: QueuePolicy, it: Interaction, untaken: int) -> OverflowRule | None:
    """The first rule for whom so many offers came to nothing for."""
    rules = _rules(queue, it, OverflowWhen.NO_ANSWER)
    return next((rule for rule in rules if untaken >= max(1, rule.at)), None)


def is_open(queue: QueuePolicy, now: int) -> bool:
    """Whether the queue's hours say so; without hours always."""
    return queue.open_hours is None or any(start <= now < end for start, end in queue.open_hours)


def _rules(queue: QueuePolicy, it: Interaction, when: OverflowWhen) -> list[OverflowRule]:
    return [rule for rule in queue.overflow if rule.when is when and it.channel in rule.channels]


def _overflows(
    queue: QueuePolicy, it: Interaction, waiting: Waiting, now: int, put_off_ms: int
) -> list[int]:
    """When the queue's rules about the wait are due (ms UTC)."""
    here = now - waiting.arrived_at
    return [
        waiting.arrived_at + rule.at if rule.at > here else now + put_off_ms
        for rule in _rules(queue, it, OverflowWhen.WAIT)
        if not (waiting.offers and rule.at <= here)
    ]


def _leads(state: State, it: Newcomer, queue: QueuePolicy, rule: OverflowRule, now: int) -> bool:
    match rule.when:
        case OverflowWhen.WAIT | OverflowWhen.NO_ANSWER:
            return False
        case OverflowWhen.DEPTH:
            lines = state.written_lines if it.written else state.lines
            return len(lines[queue.id]) >= rule.at
        case OverflowWhen.CLOSED:
            return not is_open(queue, now)
        case OverflowWhen.NO_AGENTS:
            return not (_slots(state, it, queue) if it.written else _duty(state, queue))
        case OverflowWhen.EWT if it.written:
            slots, line = _slots(state, it, queue), state.written_lines[queue.id]
            ahead = sum(
                state.interactions[InteractionId(one[-1])].channel is it.channel for one in line
            )
            return not slots or of_written(queue, ahead, slots) >= rule.at
        case OverflowWhen.EWT:
            duty = _duty(state, queue)
            return not duty or of_newcomer(state, queue.id, duty).mean_ms >= rule.at


def _duty(state: State, queue: QueuePolicy) -> int:
    return sum(1 for agent in _members(queue) if on_duty(state, agent))


def _slots(state: State, it: Newcomer, queue: QueuePolicy) -> int:
    """How many of the channel the agents on duty handle at once."""
    there = [agent for agent in _members(queue) if on_duty(state, agent)]
    return sum(most_of(state.capacities[agent], it.channel) for agent in there)


def _members(queue: QueuePolicy) -> dict[AgentId, None]:
    return dict.fromkeys((*queue.agents, *(one.agent for one in queue.memberships)))
