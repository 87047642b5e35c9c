"""Pools: agents who are alike to routing stand together, so that a choice looks at pools.

Alike are agents with equal abilities and equal memberships. In a pool the one who is idle longest
comes first. Which pools meet a requirement is found with sets, one for each term of it; a set of
pools is a number that has a bit for each, so that to intersect two is a step of arithmetic.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trunkline.core.acd.expressions import (
    Abilities,
    Either,
    Every,
    Expression,
    Has,
    Level,
    Not,
    Tag,
    compares,
)
from trunkline.core.words import AgentId, QueueId

if TYPE_CHECKING:
    from trunkline.core.config import AgentProfile, Policy

Idle = tuple[int, AgentId]
"""Idle since (ms), and who."""
Numbers = int
"""A set of pools: bit n stands for the pool of number n."""

SPARED = tuple(0.6**idle for idle in range(64))
"""How much one of so many idle ones is missed: with each further one six tenths as much."""

TERMS_KEPT = 10_000
"""Answers to "which pools meet this term" that are remembered."""


@dataclass(slots=True, eq=False)
class Pool:
    """Agents who are alike. `homes` are the queues of their lowest penalty.

    `counted` are the queues that count them while they are idle, if routing asks for that.
    """

    number: int
    abilities: Abilities
    penalties: dict[QueueId, int]
    homes: tuple[QueueId, ...]
    counted: tuple[QueueId, ...] = ()
    idle: list[Idle] = field(default_factory=list)


def abilities_of(profile: AgentProfile) -> Abilities:
    """What requirements may ask of an agent."""
    levels = dict(profile.skills)
    if profile.tier:
        levels["tier"] = profile.tier
    tags = {*profile.tags, ("region", profile.region), ("team", profile.team)}
    tags |= {("lang", one) for one in profile.languages}
    tags |= {("cert", one) for one in profile.certifications}
    return Abilities(levels, frozenset((name, value) for name, value in tags if value))


def together(numbers: Iterable[int]) -> Numbers:
    """The set of the pools of these numbers."""
    found = 0
    for number in numbers:
        found |= 1 << number
    return found


class Pools:
    """All pools of a policy, and who is idle in them."""

    def __init__(self, policy: Policy) -> None:
        self.every: list[Pool] = []
        self.of: dict[AgentId, Pool] = {}
        self.open: dict[int, Pool] = {}
        """Those with somebody idle, by number."""
        self.idle_at_home: dict[QueueId, int] = {queue.id: 0 for queue in policy.queues}
        self.idle_at: dict[QueueId, int] = {queue.id: 0 for queue in policy.queues}
        """How many are idle who can serve a queue, where the policy reserves agents."""
        self.since: dict[AgentId, int] = {}
        """Who is idle, and their place among the idle."""
        self._group(policy)
        self._all: Numbers = (1 << len(self.every)) - 1
        self._levels: dict[str, dict[int, int]] = {}
        self._tags: dict[tuple[str, str], set[int]] = {}
        self._named: dict[str, set[int]] = {}
        self._terms: dict[Expression, Numbers] = {}
        for pool in self.every:
            self._note(pool)

    def rest(self, agent: AgentId, since: int) -> None:
        """The agent is idle since then."""
        pool, before = self.of.get(agent), self.since.get(agent)
        if pool is None or before == since:
            return
        if before is not None:
            self.work(agent)
        self.since[agent] = since
        insort(pool.idle, (since, agent))
        self.open[pool.number] = pool
        for home in pool.homes:
            self.idle_at_home[home] += 1
        for queue in pool.counted:
            self.idle_at[queue] += 1

    def work(self, agent: AgentId) -> None:
        """The agent is not idle (any more)."""
        since = self.since.pop(agent, None)
        if since is None:
            return
        pool = self.of[agent]
        del pool.idle[bisect_left(pool.idle, (since, agent))]
        if not pool.idle:
            del self.open[pool.number]
        for home in pool.homes:
            self.idle_at_home[home] -= 1
        for queue in pool.counted:
            self.idle_at[queue] -= 1

    def idle_colleagues(self, pool: Pool) -> int:
        """How many are idle at home, the agent asked about among them; the least of the homes."""
        at_home, homes = self.idle_at_home, pool.homes
        if len(homes) == 1:
            return at_home[homes[0]]
        return min([at_home[home] for home in homes], default=0)

    def scarcity(self, pool: Pool, own: QueueId) -> float:
        """How much one of the pool would be missed by the other queues that it serves."""
        missed = 0.0
        for queue in pool.counted:
            if queue != own:
                missed += SPARED[min(self.idle_at[queue], len(SPARED) - 1)]
        return missed

    def serving(self, queue: QueueId) -> Numbers:
        """The pools that belong to a queue."""
        return together(pool.number for pool in self.every if queue in pool.penalties)

    def anybody_idle(self, numbers: Numbers) -> bool:
        """Whether an agent of one of these pools is idle."""
        return any(numbers >> number & 1 for number in self.open)

    def marks(self, numbers: Numbers) -> bytes:
        """The same set as bytes: bit n % 8 of byte n // 8 stands for the pool of number n."""
        return numbers.to_bytes(len(self.every) // 8 + 1, "little")

    def those(self, marks: bytes) -> tuple[Pool, ...]:
        """The pools of a set, in order of number."""
        every, bits = self.every, range(8)
        return tuple(
            [
                every[8 * at + bit]
                for at, byte in enumerate(marks)
                if byte
                for bit in bits
                if byte >> bit & 1
            ]
        )

    def meeting(self, wanted: Expression) -> Numbers:
        """The pools whose agents meet a requirement."""
        match wanted:
            case Not(part):
                return self._all & ~self.meeting(part)
            case Every(parts):
                found = self._all
                for part in parts:
                    found &= self.meeting(part)
                return found
            case Either(parts):
                found = 0
                for part in parts:
                    found |= self.meeting(part)
                return found
            case term:
                known = self._terms.get(term)
                if known is None:
                    if len(self._terms) >= TERMS_KEPT:
                        self._terms.clear()
                    known = self._terms[term] = self._with(term)
                return known

    def _group(self, policy: Policy) -> None:
        """Put each agent in the pool of those like them; pools are numbered in order of agents."""
        penalties = _penalties(policy)
        alike: dict[object, Pool] = {}
        for profile in policy.agents:
            served, has = penalties[profile.id], abilities_of(profile)
            key = (tuple(served.items()), tuple(sorted(has.levels.items())), has.tags)
            pool = alike.get(key)
            if pool is None:
                counted = tuple(served) if policy.sharing.reserve else ()
                pool = alike[key] = Pool(len(self.every), has, served, _homes(served), counted)
                self.every.append(pool)
            self.of[profile.id] = pool

    def _note(self, pool: Pool) -> None:
        for name, level in pool.abilities.levels.items():
            self._levels.setdefault(name, {})[pool.number] = level
            self._named.setdefault(name, set()).add(pool.number)
        for tag in pool.abilities.tags:
            self._tags.setdefault(tag, set()).add(pool.number)
            self._named.setdefault(tag[0], set()).add(pool.number)

    def _with(self, term: Has | Level | Tag) -> Numbers:
        match term:
            case Has(name):
                return together(self._named.get(name, ()))
            case Tag(name, value):
                return together(self._tags.get((name, value), ()))
            case Level(name, comparison, level):
                known = self._levels.get(name, {})
                fit = together(n for n, have in known.items() if compares(have, comparison, level))
                return fit | self._all & ~together(known) if compares(0, comparison, level) else fit


def _penalties(policy: Policy) -> dict[AgentId, dict[QueueId, int]]:
    """For each agent the queues that may offer to them, and with which penalty."""
    skills = {agent.id: dict(agent.skills) for agent in policy.agents}
    found: dict[AgentId, dict[QueueId, int]] = {agent: {} for agent in skills}
    for queue in sorted(policy.queues, key=lambda one: (-one.priority, one.id)):
        penalties = {member.agent: member.penalty for member in queue.memberships}
        for agent in dict.fromkeys((*queue.agents, *penalties)):
            have = skills.get(agent)
            if have is not None and all(have.get(n, 0) >= lv for n, lv in queue.skills_required):
                found[agent][queue.id] = penalties.get(agent, 0)
    return found


def _homes(penalties: dict[QueueId, int]) -> tuple[QueueId, ...]:
    lowest = min(penalties.values(), default=0)
    return tuple(queue for queue, penalty in penalties.items() if penalty == lowest)
