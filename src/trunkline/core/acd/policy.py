"""The rules of routing, each a small pure function: who may, who first, which agent.

This version: an agent serves the queues that list them and whose skills they have; interactions
go by priority, then by time of entry, returned ones first; agents by longest idle. Ties are
broken by id, so that the same state always gives the same choice.
"""

from __future__ import annotations

from trunkline.core.facts import Candidate, Explanation
from trunkline.core.state import Interaction, State
from trunkline.core.words import AgentId, InteractionId, QueueId

EXPLAINED_CANDIDATES = 10
RULE = "longest_idle"

Order = tuple[int, int, int, int, str]
"""Passed by, returned, priority, time of entry, id: the smallest is served first."""


def choose_agent(state: State, it: Interaction, queue: QueueId) -> AgentId | None:
    """The free agent who serves the queue and is idle longest; those it passed by come last."""
    spared = it.waiting.passed_by if it.waiting else []
    fit = (agent for agent in state.free if queue in state.serves[agent])
    return min(fit, key=lambda a: (a in spared, state.free[a], a), default=None)


def choose_interaction(state: State, agent: AgentId) -> InteractionId | None:
    """The first in line for the agent, over all queues they serve; passed-by ones come last."""
    heads = (_head_for(state, queue, agent) for queue in state.serves.get(agent, ()))
    best = min((head for head in heads if head), default=None)
    return InteractionId(best[4]) if best else None


def explain(
    state: State, it: Interaction, queue: QueueId, chosen: AgentId, now: int
) -> Explanation:
    """Why this agent: the free ones who serve the queue, longest idle first."""
    fit = sorted((since, a) for a, since in state.free.items() if queue in state.serves[a])
    spared = it.waiting.passed_by if it.waiting else []
    shown = tuple(
        Candidate(a, now - since, now - since, a == chosen, "passed_by" if a in spared else "free")
        for since, a in fit[:EXPLAINED_CANDIDATES]
    )
    waited = now - it.waiting.entered_at if it.waiting else 0
    return Explanation(state.policy.version, RULE, waited, state.position(it), len(fit), shown)


def expected_wait_ms(waiting: int, agents: int, handling_ms: int) -> int | None:
    """A plain estimate: those ahead, shared by the agents on duty; None when nobody is."""
    return None if agents == 0 else waiting * handling_ms // agents


def _head_for(
    state: State, queue: QueueId, agent: AgentId
) -> tuple[int, int, int, int, str] | None:
    """Order of the queue's first interaction without an offer; the agent's passed-by ones last."""
    spared: Order | None = None
    for head, priority, entered, name in state.lines.get(queue, ()):
        waiting = state.interactions[InteractionId(name)].waiting
        if waiting is None or waiting.offers:
            continue
        order = (head, priority - state.queues[queue].priority, entered, name)
        if agent not in waiting.passed_by:
            return (0, *order)
        spared = spared or (1, *order)
    return spared
