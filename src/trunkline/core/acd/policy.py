"""The choice itself: the first call for an agent, the first agent for a call, and why.

Both sides obey the same three questions. Who may: the line knows the pools that meet the need at
its stage, and `admission` says whether a secondary agent may help out yet. Who first: `heads`, by
the policy's order. Which agent: `candidates`, by the queue's strategy. Agents that an interaction
was declined by come last. All ties end with an id, so the same state always gives the same choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from heapq import nsmallest
from typing import TYPE_CHECKING

from trunkline.core.acd.order import Head, starves
from trunkline.core.acd.rules import Strategy
from trunkline.core.acd.strategies import BY_POOL, RULES, Choice
from trunkline.core.facts import Candidate, Explanation, Rival
from trunkline.core.words import AgentId, InteractionId

if TYPE_CHECKING:
    from trunkline.core.acd.lines import Entry, Line
    from trunkline.core.acd.pools import Pool
    from trunkline.core.inputs import Stamp
    from trunkline.core.state import Interaction, State, Waiting

EXPLAINED_CANDIDATES = 10
EXPLAINED_RIVALS = 3
POINT = 1_000
"""Scores are told in thousandths of a point."""

First = tuple[bool, Head, float, int, InteractionId, "Line | None"]
"""The first of a line: passed by, head, score (negative), entry, id, and its line, if any."""
Seen = tuple[bool, int, float, int, AgentId, "Pool"]
"""A free agent: passed by, penalty, the strategy's key, idle since, id."""


class Admission(StrEnum):
    """Why an agent may be asked now, or may not yet."""

    PRIMARY = "free"
    SPARE = "colleagues_idle"
    WAITED = "waited"
    VIP = "vip"
    STARVING = "starving"
    TIER = "tier_open"
    PERSONAL = "personal"
    PASSED_BY = "passed_by"
    KEPT = "kept_at_home"
    TIER_CLOSED = "tier_closed"


BARRED = frozenset({Admission.KEPT, Admission.TIER_CLOSED})


@dataclass(slots=True)
class Match:
    """An interaction, the free agents for it with the best first, and what it came before.

    Where agents of a pool are alike, `seen` has the longest idle of each; `free` counts all.
    Without a choice the interaction waits for one certain agent.
    """

    interaction: InteractionId
    choice: Choice | None = None
    free: int = 0
    seen: list[Seen] = field(default_factory=list)
    barred: list[tuple[Admission, int, AgentId]] = field(default_factory=list)
    rivals: list[First] = field(default_factory=list)


def for_interaction(state: State, it: Interaction, waiting: Waiting, stamp: Stamp) -> Match:
    """The free agents who may serve it now, the best first."""
    if waiting.personal is not None:
        return _personal(state, it, waiting.personal)
    choice = Choice(state, state.board.line_for(it, waiting), stamp)
    match = Match(it.id, choice)
    _look(match, choice, waiting)
    return match


def for_agent(state: State, agent: AgentId, stamp: Stamp) -> Match | None:
    """The interaction that a free agent should get first, if there is one; agents as above."""
    found = _heads(state, agent, stamp.now)
    if found and agent in _waiting(state, min(found)[4]).passed_by:
        found = _heads(state, agent, stamp.now, careful=True)
    if not found:
        return None
    it = state.interactions[min(found)[4]]
    match = for_interaction(state, it, _waiting(state, it.id), stamp)
    match.rivals = found
    return match


def admission(state: State, line: Line, pool: Pool, waited: int) -> Admission:
    """Whether the agents of a pool may be asked after such a wait.

    Primary ones always. Secondary ones when their tier is open; by the index strategy only when
    they are not missed at home, or the interaction waited, is a VIP's, or starves.
    """
    penalty = pool.penalties[line.like.queue]
    if not penalty:
        return Admission.PRIMARY
    if starves(state.policy.order, waited):
        return Admission.STARVING
    if waited < penalty * line.plan.policy.tier_ms:
        return Admission.TIER_CLOSED
    if line.plan.policy.strategy is not Strategy.INDEX:
        return Admission.TIER
    sharing = state.policy.sharing
    if waited >= sharing.after_ms:
        return Admission.WAITED
    if line.like.vip:
        return Admission.VIP
    spare = state.pools.idle_colleagues(pool) > sharing.keep_idle
    return Admission.SPARE if spare else Admission.KEPT


def colleagues(state: State, agent: AgentId) -> list[AgentId]:
    """The longest idle of each other pool of the same home whose agents may help elsewhere."""
    own = state.pools.of[agent]
    alike = (
        pool
        for pool in state.pools.open.values()
        if pool is not own and len(pool.penalties) > len(pool.homes)
    )
    return [
        pool.idle[0][1]
        for pool in sorted(alike, key=lambda pool: pool.number)
        if not set(own.homes).isdisjoint(pool.homes)
    ]


def explain(state: State, match: Match, chosen: AgentId, now: int) -> Explanation:
    """Why this agent gets this interaction: rule, version, candidates and rivals, each bounded."""
    it = state.interactions[match.interaction]
    waiting = _waiting(state, match.interaction)
    waited, rules = now - waiting.entered_at, state.queues[waiting.queue]
    line = match.choice.line if match.choice else None
    return Explanation(
        policy_version=state.policy.version,
        rule=rules.strategy.value if line else Admission.PERSONAL.value,
        waited_ms=waited,
        position=state.position(it),
        eligible=match.free,
        candidates=_candidates(state, match, chosen, waited, now),
        order=state.policy.order.kind.value,
        stage=line.like.stage if line else 0,
        requirement=line.plan.stages[line.like.stage].text if line else "",
        rivals=_rivals(state, match, now),
    )


def expected_wait_ms(waiting: int, agents: int, handling_ms: int) -> int | None:
    """A plain estimate: those ahead, shared by the agents on duty; None when nobody is."""
    return None if agents == 0 else waiting * handling_ms // agents


def _look(match: Match, choice: Choice, waiting: Waiting) -> None:
    """Note every free agent of the line's pools, with the strategy's key, the best first."""
    line = choice.line
    strategy, spared = line.plan.policy.strategy, waiting.passed_by
    rule, alike = RULES[strategy], strategy in BY_POOL and not spared
    waited = choice.stamp.now - waiting.entered_at
    for pool in _idle_pools(choice.state, line):
        why = admission(choice.state, line, pool, waited)
        if why in BARRED:
            match.barred.append((why, *pool.idle[0]))
            continue
        penalty = pool.penalties[line.like.queue]
        match.free += len(pool.idle)
        for since, agent in pool.idle[:1] if alike else pool.idle:
            key = rule(choice, pool, since, agent)
            match.seen.append((agent in spared, penalty, key, since, agent, pool))
    match.seen.sort()


def _idle_pools(state: State, line: Line) -> Iterator[Pool]:
    """The line's pools with somebody idle, by whichever way is shorter."""
    idle = state.pools.open
    if len(idle) < len(line.pools):
        return (pool for number, pool in idle.items() if number in line.numbers)
    return (pool for pool in line.pools if pool.idle)


def _personal(state: State, it: Interaction, agent: AgentId) -> Match:
    """Waiting for one agent: nobody else is looked at."""
    match = Match(it.id)
    since = state.free.get(agent)
    if since is not None:
        match.free = 1
        match.seen.append((False, 0, 0.0, since, agent, state.pools.of[agent]))
    return match


def _heads(state: State, agent: AgentId, now: int, *, careful: bool = False) -> list[First]:
    """The first of each line that the agent may serve now; carefully, past whom they declined."""
    pool, order = state.pools.of[agent], state.policy.order
    found: list[First] = []
    for line, (base, growth) in pool.lines.items():
        if not line.entries:
            continue
        entered, name = _willing(state, line, agent) if careful else line.entries[0]
        waited, head = now - entered, line.like.head
        spared = careful and agent in _waiting(state, name).passed_by
        if head > Head.STARVING and starves(order, waited):
            found.append((spared, Head.STARVING, 0.0, entered, name, line))
        elif admission(state, line, pool, waited) not in BARRED:
            found.append((spared, head, -(base + growth * waited), entered, name, line))
    if agent in state.board.reserved:
        found.append((False, Head.PERSONAL, 0.0, *state.board.reserved[agent][0], None))
    return found


def _willing(state: State, line: Line, agent: AgentId) -> Entry:
    """The first of a line that the agent has not declined; if there is none, the first."""
    for entry in line.entries:
        if agent not in _waiting(state, entry[1]).passed_by:
            return entry
    return line.entries[0]


def _candidates(
    state: State, match: Match, chosen: AgentId, waited: int, now: int
) -> tuple[Candidate, ...]:
    told = [
        Candidate(agent, now - since, _score(key, now - since), agent == chosen,
                  _why(state, match, spared, pool, waited))
        for spared, _, key, since, agent, pool in _best(match)
    ]  # fmt: skip
    room = EXPLAINED_CANDIDATES - len(told)
    told += [
        Candidate(agent, now - since, 0, False, why.value)
        for why, since, agent in sorted(match.barred)[:room]
    ]
    return tuple(told)


def _best(match: Match) -> list[Seen]:
    """The first candidates, each by themselves also where a pool was looked at as one."""
    first, choice = match.seen[:EXPLAINED_CANDIDATES], match.choice
    if choice is None or match.free <= len(match.seen):
        return first
    rule = RULES[choice.line.plan.policy.strategy]
    each = [
        (spared, penalty, rule(choice, pool, since, agent), since, agent, pool)
        for spared, penalty, _, _, _, pool in first
        for since, agent in pool.idle[:EXPLAINED_CANDIDATES]
    ]
    return sorted(each)[:EXPLAINED_CANDIDATES]


def _why(state: State, match: Match, spared: bool, pool: Pool, waited: int) -> str:
    if spared:
        return Admission.PASSED_BY.value
    if match.choice is None:
        return Admission.PERSONAL.value
    return admission(state, match.choice.line, pool, waited).value


def _score(key: float, idle_ms: int) -> int:
    """The strategy's key, higher is better; where only idleness counts, that."""
    return round(-key * POINT) if key else idle_ms


def _rivals(state: State, match: Match, now: int) -> tuple[Rival, ...]:
    """Who else waited for this agent and came after, the next first."""
    behind = nsmallest(EXPLAINED_RIVALS + 1, match.rivals)
    return tuple(
        Rival(name, now - entered, round(-score * POINT), head.name.lower())
        for _, head, score, entered, name, _ in behind
        if name != match.interaction
    )[:EXPLAINED_RIVALS]


def _waiting(state: State, name: InteractionId) -> Waiting:
    waiting = state.interactions[name].waiting
    if waiting is None:
        raise LookupError(name)
    return waiting
