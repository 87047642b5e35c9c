"""`apply(state, at, fact)`: the one place where the state changes. It decides nothing.

Each fact has one small fold, found by its type; a fact without one changes nothing that routing
needs (it is for tables and streams).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core import (
    apply_agents,
    apply_callbacks,
    apply_flows,
    apply_parking,
    apply_parties,
    apply_talks,
    apply_voicemail,
    apply_waits,
)
from trunkline.core import facts as f
from trunkline.core.agent import Agent
from trunkline.core.state import State
from trunkline.core.words import Wish


def apply(state: State, at: int, fact: f.Fact) -> State:
    """Fold one fact, decided at `at` (ms UTC), into the state, which is changed and returned."""
    FOLDS.get(type(fact), unfolded)(state, at, fact)
    return state


def unfolded(state: State, at: int, fact: Any) -> None:
    """Routing needs nothing of this fact."""


def _policy_published(state: State, at: int, fact: f.PolicyPublished) -> None:
    state.policy = fact.policy
    state.index_policy()
    state.paces = {queue: pace for queue, pace in state.paces.items() if queue in state.queues}
    for it in state.interactions.values():
        state.stand(it)
    for profile in fact.policy.agents:
        if profile.id not in state.agents:
            wish = Wish.READY if profile.on_duty else Wish.OFFLINE
            device = profile.device
            state.agents[profile.id] = Agent(
                profile.id, wish, device=device, idle_since=at, shown_at=at
            )
    for agent in state.agents.values():
        state.settle(agent)


FOLDS: dict[type[Any], Callable[[State, int, Any], None]] = {
    f.PolicyPublished: _policy_published,
    **apply_flows.FOLDS,
    **apply_waits.FOLDS,
    **apply_talks.FOLDS,
    **apply_agents.FOLDS,
    **apply_callbacks.FOLDS,
    **apply_parties.FOLDS,
    **apply_parking.FOLDS,
    **apply_voicemail.FOLDS,
}
"""The fold of each fact, by its type."""
