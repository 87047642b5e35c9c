"""The choice itself: the first call for an agent, the first agent for a call, and why.

Both sides obey the same three questions. Who may: the line knows the pools that meet the need at
its stage, and `admission` says whether a secondary agent may help out yet. Who first: `heads`, by
the policy's order. Which agent: `candidates`, by the queue's strategy. Agents that an interaction
was declined by come last. All ties end with an id, so the same state always gives the same choice.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from trunkline.core.acd.order import (
    KEYS,
    LATE,
    PASSED_BY,
    PERSONAL,
    PLAIN,
    STARVING,
    Head,
)
from trunkline.core.acd.rules import Strategy
from trunkline.core.acd.strategies import Choice
from trunkline.core.words import AgentId, InteractionId, QueueId

if TYPE_CHECKING:
    from trunkline.core.acd.groups import Entry, Group, Groups, Line
    from trunkline.core.acd.groups import First as FirstInLine
    from trunkline.core.acd.pools import Pool, Pools
    from trunkline.core.inputs import Stamp
    from trunkline.core.interaction import Interaction, Waiting
    from trunkline.core.state import State

EXPLAINED_RIVALS = 3

First = tuple[float, "Entry", Head]
"""The first of a line: its key (the least is served first), entry and id, and its head."""


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


Seen = tuple[bool, int, float, int, AgentId, "Pool", Admission]
"""A free agent: passed by, penalty (0 where the key has it), the strategy's key, idle since, id,
the pool, and why they may."""

BARRED = (Admission.KEPT, Admission.TIER_CLOSED)
PRIMARY = Admission.PRIMARY


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
    head: Head | None = None
    """What the interaction came first by, where others waited for the agent too."""


def for_interaction(state: State, it: Interaction, waiting: Waiting, stamp: Stamp) -> Match:
    """The free agents who may serve an interaction that stands in a line, the best first."""
    line = state.board.line_of(it.id)
    if line is None:
        return _personal(state, it, waiting)
    match = Match(it.id, Choice(state, line, stamp))
    _look(match, line, waiting)
    return match


def for_agent(state: State, agent: AgentId, stamp: Stamp) -> Match | None:
    """The interaction that a free agent should get first, if there is one; agents as above."""
    found = _within_share(state, _heads(state, agent, stamp.now))
    if found and _declined(state, found[0], agent):
        every = _careful_heads(state, agent, stamp.now)
        found = _within_share(state, every)
        found = every if found and _declined(state, found[0], agent) else found
    if not found:
        return None
    it = state.interactions[found[0][1][1]]
    match = for_interaction(state, it, waiting_of(state, it.id), stamp)
    match.rivals, match.head = found[1 : EXPLAINED_RIVALS + 1], found[0][2]
    return match


def admission(state: State, line: Line, pool: Pool, waited: int) -> Admission:
    """Whether the agents of a pool may be asked after such a wait.

    Primary ones always. Secondary ones when their tier is open; by the index strategy only when
    they are not missed at home, or the interaction waited, is a VIP's, or starves. A callback may
    stand in line before its time: its wait is still negative, and counts as none.
    """
    penalty = pool.penalties[line.group.queue]
    if not penalty:
        return PRIMARY
    if starves(line.group, waited):
        return Admission.STARVING
    if max(0, waited) < penalty * line.plan.policy.tier_ms:
        return Admission.TIER_CLOSED
    if line.plan.policy.strategy is not Strategy.INDEX:
        return Admission.TIER
    sharing = state.policy.sharing
    if waited >= sharing.after_ms:
        return Admission.WAITED
    if line.group.vip:
        return Admission.VIP
    spare = line.bench.idle_colleagues(pool) > sharing.keep_idle
    return Admission.SPARE if spare else Admission.KEPT


def starves(group: Group, waited: int) -> bool:
    """Whether nobody newer may be served before one of the group who waited so long."""
    return waited >= group.starving


def colleagues(bench: Pools, agent: AgentId) -> list[AgentId]:
    """The longest idle of each other pool of the same home whose agents may help elsewhere."""
    own = bench.of[agent]
    alike = (
        pool
        for pool in bench.open.values()
        if pool is not own and len(pool.penalties) > len(pool.homes)
    )
    return [
        pool.idle[0][1]
        for pool in sorted(alike, key=lambda pool: pool.number)
        if not set(own.homes).isdisjoint(pool.homes)
    ]


def _look(match: Match, line: Line, waiting: Waiting) -> None:
    """Note every free agent of the line's pools, with the strategy's key, the best first."""
    choice = match.choice
    if choice is None:
        return
    spared, rests, queue = waiting.passed_by, waiting.rests, line.plan.policy.id
    rule, alike = line.plan.rule, line.plan.alike and not spared
    waited = choice.stamp.now - waiting.entered_at
    for pool in _idle_pools(line):
        why = admission(choice.state, line, pool, waited)
        if why in BARRED:
            match.barred.append((why, *pool.idle[0]))
            continue
        penalty = pool.penalties[queue] if line.plan.ranked else 0
        idle = [one for one in pool.idle if one[1] not in rests] if rests else pool.idle
        match.free += len(idle)
        for since, agent in idle[:1] if alike else idle:
            key = rule(choice, pool, since, agent)
            match.seen.append((agent in spared, penalty, key, since, agent, pool, why))
    if len(match.seen) > 1:
        match.seen.sort()


def _idle_pools(line: Line) -> list[Pool]:
    """The line's pools with somebody idle, by whichever way is shorter."""
    idle = line.bench.open
    if len(idle) < line.fit.count:
        return [pool for pool in idle.values() if line.fit.has(pool)]
    return [pool for pool in line.fit.pools() if pool.idle]


def _personal(state: State, it: Interaction, waiting: Waiting) -> Match:
    """Waiting for one agent: nobody else is looked at."""
    match, agent, bench = Match(it.id), waiting.personal, state.board.bench(it.channel)
    since = bench.since.get(agent) if agent else None
    if agent is not None and since is not None:
        match.free = 1
        pool = bench.of[agent]
        match.seen.append((False, 0, 0.0, since, agent, pool, Admission.PERSONAL))
    return match


def _heads(state: State, agent: AgentId, now: int) -> list[First]:
    """Who the agent may serve now, the first of each group of the channels they are free for."""
    board = state.board
    found: list[First] = []
    if agent in state.free:
        _look_over(found, state, board.groups, state.pools.of[agent], now)
    if board.benches:
        for channel, bench in board.benches.items():
            if agent in bench.since:
                _look_over(found, state, board.written[channel], bench.of[agent], now)
    if board.reserved and agent in board.reserved:
        found += _reserved(state, agent)
    found.sort()
    return found


def _look_over(found: list[First], state: State, groups: Groups, pool: Pool, now: int) -> None:
    """Note the first of each group whom agents of the pool may serve.

    The innermost loop of routing: once for each group of the queues that the agent serves.
    """
    board = state.board
    byte, bit = divmod(pool.number, 8)
    mark = 1 << bit
    for queue, penalty in pool.penalties.items():
        for group in groups[queue].values():
            for place, marks in enumerate(group.marks):
                if marks[byte] & mark:
                    entered, name, line = group.firsts[place]
                    waited, head = now - entered, group.head
                    base, growth, opens = group.places.get(penalty) or board.place(group, penalty)
                    if waited >= group.starving and head > STARVING:
                        found.append((KEYS[STARVING], (entered, name), STARVING))
                    elif waited >= opens or admission(state, line, pool, waited) not in BARRED:
                        if head != PLAIN:
                            found.append((KEYS[head], (entered, name), head))
                        elif waited < group.late:
                            found.append((-(base + growth * waited), (entered, name), PLAIN))
                        else:
                            key = -(base + growth * waited) * group.late_weight
                            found.append((key, (entered, name), LATE))
                            first = group.in_time(now, byte, mark)
                            if first is not None:
                                _note_in_time(found, state, group, pool, now, first)
                    break


def _note_in_time(
    found: list[First], state: State, group: Group, pool: Pool, now: int, first: FirstInLine
) -> None:
    """Note the first of a group who can still be answered in time, beside one who cannot."""
    entered, name, line = first
    waited, penalty = now - entered, pool.penalties[group.queue]
    base, growth, opens = state.board.place(group, penalty)
    if waited >= opens or admission(state, line, pool, waited) not in BARRED:
        found.append((-(base + growth * waited), (entered, name), PLAIN))


def _reserved(state: State, agent: AgentId) -> list[First]:
    """The first of a channel that the agent is free for who waits for them alone.

    After callbacks the first who is there, too: those beyond their share let them go first.
    """
    found: list[First] = []
    for entry in state.board.reserved[agent]:
        it = state.interactions[entry[1]]
        if state.is_idle(agent, it.channel):
            found.append((KEYS[PERSONAL], entry, PERSONAL))
            if it.callback is None or it.here:
                break
    return found


def _declined(state: State, first: First, agent: AgentId) -> bool:
    return agent in waiting_of(state, first[1][1]).passed_by


def _within_share(state: State, found: list[First]) -> list[First]:
    """Without callbacks beyond their share, while somebody on the line may be served instead."""
    if not state.called_back:
        return found
    rest = [first for first in found if not _is_beyond_share(state, first)]
    return rest or found


def _is_beyond_share(state: State, first: First) -> bool:
    """Whether it is a callback, and so many keep agents of its queue busy that the line goes first.

    One may always be called: else a single agent would never call anybody back. The cap of
    starvation does not lift it: it is for who waits on the line, as those do who were reached.
    """
    it = state.interactions[first[1][1]]
    if it.callback is None or it.here:
        return False
    queue = waiting_of(state, it.id).queue
    share = state.queues[queue].callback.most_share_pct
    most = max(1, on_duty(state, queue) * share // 100)
    return len(state.called_back.get(queue, ())) >= most


def on_duty(state: State, queue: QueueId) -> int:
    """How many agents who serve the queue are ready, or will be when their work ends."""
    rules = state.queues[queue]
    members = dict.fromkeys((*rules.agents, *(one.agent for one in rules.memberships)))
    agents = (state.agents.get(name) for name in members)
    return sum(1 for agent in agents if agent and agent.takes_work)


def _careful_heads(state: State, agent: AgentId, now: int) -> list[First]:
    """The same, past those that the agent declined: they come after all others."""
    found = [first for first in _heads(state, agent, now) if first[2] == PERSONAL]
    board = state.board
    if agent in state.free:
        _look_over_carefully(found, state, board.groups, agent, now)
    for channel, bench in board.benches.items():
        if agent in bench.since:
            _look_over_carefully(found, state, board.written[channel], agent, now)
    found.sort()
    return found


def _look_over_carefully(
    found: list[First], state: State, every: Groups, agent: AgentId, now: int
) -> None:
    pool = state.pools.of[agent]  # the pools of each bench are numbered alike
    for queue, penalty in pool.penalties.items():
        for group in every[queue].values():
            base, growth, _ = state.board.place(group, penalty)
            for _, _, line in group.firsts:
                if not line.fit.has(pool):
                    continue
                for entries in _stretches(group, line, now):
                    for first, spared in _willing(state, entries, agent):
                        waited = now - first[0]
                        starving = starves(group, waited) and group.head > STARVING
                        if starving or admission(state, line, pool, waited) not in BARRED:
                            head = STARVING if starving else group.head
                            key = -(base + growth * waited) if head == PLAIN else KEYS[head]
                            if head == PLAIN and waited >= group.late:
                                key, head = key * group.late_weight, LATE
                            found.append((key + PASSED_BY if spared else key, first, head))
                            break


def _stretches(group: Group, line: Line, now: int) -> list[list[Entry]]:
    """The line as one, or in two: who comes too late to be answered in time, and who does not."""
    entries, earliest = line.entries, now - group.late
    if entries[0][0] > earliest:
        return [entries]
    place: Any = (earliest + 1,)
    at = bisect_left(entries, place)
    return [entries[:at], entries[at:]]


def _willing(state: State, entries: list[Entry], agent: AgentId) -> list[tuple[Entry, bool]]:
    """The first of a line that the agent has not declined; then the first they may be asked again.

    The first may be too new for the agent yet, while an older one that they declined is not.
    """
    again: Entry | None = None
    for entry in entries:
        waiting = waiting_of(state, entry[1])
        if agent not in waiting.passed_by:
            return [(entry, False), (again, True)] if again else [(entry, False)]
        if again is None and agent not in waiting.rests:
            again = entry
    return [(again, True)] if again else []


def waiting_of(state: State, name: InteractionId) -> Waiting:
    """The stay of somebody who waits; raises `LookupError`, which is a bug."""
    waiting = state.interactions[name].waiting
    if waiting is None:
        raise LookupError(name)
    return waiting
