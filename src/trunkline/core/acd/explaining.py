"""Why this agent gets this interaction, as an offer tells it: each list bounded."""

from __future__ import annotations

from math import copysign
from typing import TYPE_CHECKING

from trunkline.core.acd.order import HEADS, LATE, PLAIN
from trunkline.core.acd.policy import Admission, Match, Seen, waiting_of
from trunkline.core.facts import Candidate, Explanation, Rival

if TYPE_CHECKING:
    from trunkline.core.state import State
    from trunkline.core.words import AgentId


EXPLAINED_CANDIDATES = 10


POINT = 1_000
"""Scores are told in thousandths of a point."""


MOST_POINTS = 1e12


SCORED = (PLAIN, LATE)


def explain(state: State, match: Match, chosen: AgentId, now: int) -> Explanation:
    """Why this agent gets this interaction: rule, version, candidates and rivals, each bounded."""
    it = state.interactions[match.interaction]
    waiting = waiting_of(state, match.interaction)
    waited, rules = now - waiting.entered_at, state.queues[waiting.queue]
    line = match.choice.line if match.choice else None
    return Explanation(
        policy_version=state.policy.version,
        rule=rules.strategy if line else Admission.PERSONAL,
        waited_ms=waited,
        position=state.position(it),
        eligible=match.free,
        candidates=_candidates(match, chosen, now),
        order=state.policy.order.kind,
        stage=line.like.stage if line else 0,
        requirement=line.plan.stages[line.like.stage].text if line else "",
        rivals=_rivals(match, now),
        head="" if match.head is None else HEADS[match.head],
    )


def _candidates(match: Match, chosen: AgentId, now: int) -> tuple[Candidate, ...]:
    """Each as they were seen; who has open work is not idle."""
    told = [
        Candidate(agent, idle_ms := now - since if since <= now else 0, _score(key, idle_ms),
                  agent == chosen, Admission.PASSED_BY if spared else why)
        for spared, _, key, since, agent, _, why in _best(match)
    ]  # fmt: skip
    if not match.barred:
        return tuple(told)
    room = EXPLAINED_CANDIDATES - len(told)
    told += [
        Candidate(agent, max(0, now - since), 0, False, why)
        for why, since, agent in sorted(match.barred)[:room]
    ]
    return tuple(told)


def _best(match: Match) -> list[Seen]:
    """The first candidates, each by themselves also where a pool was looked at as one."""
    first, choice = match.seen[:EXPLAINED_CANDIDATES], match.choice
    if choice is None or match.free <= len(match.seen):
        return first
    rule = choice.line.plan.rule
    each = [
        (spared, penalty, rule(choice, pool, since, agent), since, agent, pool, why)
        for spared, penalty, _, _, _, pool, why in first
        for since, agent in pool.idle[:EXPLAINED_CANDIDATES]
    ]
    return sorted(each)[:EXPLAINED_CANDIDATES]


def _score(key: float, idle_ms: int) -> int:
    """The strategy's key, higher is better; where only idleness counts, that."""
    return _points(-key) if key else idle_ms


def _points(key: float) -> int:
    """Thousandths of a point, never beyond what every reader of JSON takes for whole (2^53)."""
    within = key if -MOST_POINTS < key < MOST_POINTS else copysign(MOST_POINTS, key)
    return round(within * POINT)


def _rivals(match: Match, now: int) -> tuple[Rival, ...]:
    """Who else waited for this agent and came after, the next first."""
    return tuple([
        Rival(name, now - entered, _points(-key) if head in SCORED else 0, HEADS[head])
        for key, (entered, name), head in match.rivals
    ])  # fmt: skip
