"""Lines: interactions that are alike to routing stand together, in order of their entry.

Alike are those of one queue and channel with equal needs, weight, priority and head. Within a line
who entered first is first, so a choice compares the first alone; lines that differ in needs alone
form a group, in which an agent gets the first that they can serve. In a line stand only those for
whom an offer may be made now.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

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
from trunkline.core.acd.strategies import BY_POOL, RULES, Rule, reserved
from trunkline.core.capacity import WRITTEN, WRITTEN_CHANNELS, WrittenChannel
from trunkline.core.records import record
from trunkline.core.words import AgentId, Channel, InteractionId, QueueId

if TYPE_CHECKING:
    from trunkline.core.config import Policy, QueuePolicy
    from trunkline.core.interaction import Interaction, Waiting

Entry = tuple[int, InteractionId]
"""Time of entry (ms), and who."""

LOOKED_AT = 64
"""So many who can be answered in time are looked at for one whom the agent may serve."""

FITS_KEPT = 20_000
"""Answers to "which pools may serve this need" that are remembered."""


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


@dataclass(slots=True, eq=False)
class Fit:
    """The `count` pools that meet a need, and the skills that it asks for.

    `marks` has a bit for each pool, set where it meets the need: to ask for one pool in many lines
    then reads little memory, and reading it is what a choice takes its time for. The pools
    themselves are listed when they are first asked for.
    """

    bench: Pools
    count: int
    marks: bytes
    skills: frozenset[str]
    listed: tuple[Pool, ...] | None = None

    def has(self, pool: Pool) -> bool:
        """Whether the agents of a pool meet the need."""
        return bool(self.marks[pool.number >> 3] >> (pool.number & 7) & 1)

    def pools(self) -> tuple[Pool, ...]:
        """Those who meet the need, in order of number."""
        if self.listed is None:
            self.listed = self.bench.those(self.marks)
        return self.listed


class Claim(NamedTuple):
    """What interactions of one group have in common: all that a score depends on but the wait."""

    queue: QueueId
    head: Head
    priority: int
    weight: float
    vip: bool
    callback: bool
    channel: Channel | None
    """Of what is written; a call has none, which is hashed the quickest."""


class Likeness(NamedTuple):
    """What interactions of one line have in common."""

    claim: Claim
    stage: int
    needs: tuple[str | None, ...]


Key = tuple[
    tuple[QueueId, Head, int, float, bool, bool, Channel | None], int, tuple[str | None, ...]
]
"""A likeness without the names of its parts: equal to it, and quicker made, to find a line by."""


@dataclass(slots=True, eq=False)
class Line:
    """Interactions that are alike, and the pools that may serve them."""

    like: Likeness
    plan: Plan
    group: Group
    fit: Fit
    bench: Pools
    entries: list[Entry] = field(default_factory=list)


First = tuple[int, InteractionId, Line]
"""The first entry of a line, and the line."""
Place = tuple[float, float, int]
"""Base and growth of the scores for agents of one penalty, and the wait (ms) from which on they
may surely be asked."""


@dataclass(slots=True, eq=False)
class Group:
    """Lines of one queue and channel that differ in needs alone; from `starving` ms on they starve.

    Of those that an agent can serve, the one whose first entered first comes first, whatever the
    rule of order; but where some come too `late` to be answered in time, the first of the others
    stands beside. `marks` are those of the lines in `firsts`, at the same places; `places` stand by
    penalty; `everyone` is kept only where being late counts. What is asked of the claim for every
    choice stands beside it.
    """

    claim: Claim
    queue: QueueId
    head: Head
    vip: bool
    starving: int
    late: int = order.NEVER_MS
    late_weight: float = 1.0
    everyone: list[First] = field(default_factory=list)
    firsts: list[First] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    def put_first(self, line: Line) -> None:
        """The line has a first entry now."""
        first = (*line.entries[0], line)
        at = bisect_left(self.firsts, first)
        self.firsts.insert(at, first)
        self.marks.insert(at, line.fit.marks)

    def in_time(self, now: int, byte: int, mark: int) -> First | None:
        """The first who can be answered in time by agents of a pool, among the next who can."""
        everyone, since = self.everyone, now - self.late
        if not everyone or everyone[-1][0] <= since:
            return None
        earliest: Any = (since + 1,)
        at = bisect_left(everyone, earliest)
        for place in range(at, min(at + LOOKED_AT, len(everyone))):
            one = everyone[place]
            if one[2].fit.marks[byte] & mark:
                return one
        return None

    def drop_first(self, line: Line, entry: Entry) -> None:
        """This is the first entry of the line no longer."""
        at = bisect_left(self.firsts, (*entry, line))
        del self.firsts[at], self.marks[at]


Groups = dict[QueueId, dict[Claim, Group]]
Standing = tuple[Entry, Line | AgentId, QueueId | None]
"""Where somebody stands: in a line, or with those who wait for an agent; and the queue that counts
them, if they are on the phone."""


class Lines:
    """All lines of a cell. `reserved` are those who wait for one certain agent.

    Each written channel has groups and a bench of its own: the pools with those who are free for
    it. A bench is there once somebody stood for the channel.
    """

    def __init__(self, policy: Policy, pools: Pools) -> None:
        self.plans = _plans(policy, pools)
        self.groups: Groups = {queue: {} for queue in self.plans}
        self.written: dict[Channel, Groups] = {}
        self.benches: dict[Channel, Pools] = {}
        self.reserved: dict[AgentId, list[Entry]] = {}
        self._pools = pools
        self._policy = policy
        self._every: dict[Key, Line] = {}
        self._standing: dict[InteractionId, Standing] = {}
        self._counts: dict[QueueId, int] = {}
        self._fits: dict[tuple[object, ...], Fit] = {}

    def stand(self, it: Interaction, waiting: Waiting) -> None:
        """Put an interaction in its line, or with those who wait for one agent."""
        entry, counted = (waiting.entered_at, it.id), None if it.written else waiting.queue
        if counted is not None:
            self._counts[counted] = self._counts.get(counted, 0) + 1
        if waiting.personal is not None:
            put_in(self.reserved.setdefault(waiting.personal, []), entry)
            self._standing[it.id] = (entry, waiting.personal, counted)
            return
        line = self._line_for(it, waiting)
        entries = line.entries
        put_in(entries, entry)
        if entries[0] == entry:
            if len(entries) > 1:
                line.group.drop_first(line, entries[1])
            line.group.put_first(line)
        if line.group.late < order.NEVER_MS:
            put_in(line.group.everyone, (*entry, line))
        self._standing[it.id] = (entry, line, counted)

    def leave(self, it: InteractionId) -> None:
        """Take an interaction out of its line, if it stands in one; what is empty goes away."""
        found = self._standing.pop(it, None)
        if found is None:
            return
        entry, place, counted = found
        if counted is not None:
            self._counts[counted] -= 1
        if isinstance(place, Line):
            self._leave_line(place, entry)
            return
        entries = self.reserved[place]
        del entries[place_in(entries, entry)]
        if not entries:
            del self.reserved[place]

    def line_of(self, it: InteractionId) -> Line | None:
        """The line in which the interaction stands, if it does not wait for one certain agent."""
        place = self._standing[it][1]
        return place if isinstance(place, Line) else None

    def stands(self, it: InteractionId) -> bool:
        """Whether an offer may be made for the interaction now."""
        return it in self._standing

    def standing(self) -> int:
        """For how many an offer may be made."""
        return len(self._standing)

    def standing_in(self, queue: QueueId) -> int:
        """For how many calls of a queue an offer may be made."""
        return self._counts.get(queue, 0)

    def occupied(self) -> dict[Key, list[Entry]]:
        """Who stands in which line."""
        return {line.like: line.entries for line in self._every.values()}

    def firsts(self) -> dict[Claim, list[tuple[int, InteractionId]]]:
        """Who is first in the lines of each group, in order."""
        return {
            claim: [(entered, name) for entered, name, _ in group.firsts]
            for every in (self.groups, *self.written.values())
            for groups in every.values()
            for claim, group in groups.items()
        }

    def in_order(self) -> dict[Claim, list[Entry]]:
        """Who stands in each group in which being late counts."""
        return {
            claim: [(entered, name) for entered, name, _ in group.everyone]
            for groups in self.groups.values()
            for claim, group in groups.items()
            if group.everyone
        }

    def add_bench(self, channel: Channel) -> Pools:
        """Room for a written channel: its groups, and a bench with nobody on it yet."""
        self.written[channel] = {queue: {} for queue in self.plans}
        bench = self.benches[channel] = Pools(self._policy)
        return bench

    def bench_of(self, channel: Channel) -> dict[AgentId, int]:
        """Who is free for a written channel, and their place among the idle."""
        bench = self.benches.get(channel)
        return bench.since if bench else {}

    def bench(self, channel: Channel | None) -> Pools:
        """The pools with those who are free for a channel that somebody stands or stood for."""
        if channel is None or channel is Channel.VOICE:
            return self._pools
        return self.benches[channel]

    def place(self, group: Group, penalty: int) -> Place:
        """What the rule of order makes of a group for agents of such a penalty."""
        found = group.places.get(penalty)
        if found is None:
            found = group.places[penalty] = self._place(group.claim, penalty)
        return found

    def _leave_line(self, line: Line, entry: Entry) -> None:
        entries, group = line.entries, line.group
        first = entries[0] == entry
        del entries[place_in(entries, entry)]
        if group.late < order.NEVER_MS:
            del group.everyone[place_in(group.everyone, (*entry, line))]
        if first:
            group.drop_first(line, entry)
            if entries:
                group.put_first(line)
            else:
                del self._every[line.like]
                if not group.firsts:
                    del self._groups_of(group.claim)[group.claim]

    def _line_for(self, it: Interaction, waiting: Waiting) -> Line:
        """The line of such an interaction, made when it is the first."""
        plan, rules = self.plans[waiting.queue], self._policy.order
        stage = min(waiting.stage, len(plan.stages) - 1)
        claim = (
            waiting.queue,
            order.head(rules, it, waiting),
            waiting.priority + plan.policy.priority,
            order.weight(rules, it, waiting.priority),
            order.is_vip(rules, it),
            it.callback is not None and not it.here,
            it.channel if it.written else None,
        )
        key = (claim, stage, needs(it, plan.stages[stage].asked))
        return self._every.get(key) or self._new_line(plan, key)

    def _new_line(self, plan: Plan, key: Key) -> Line:
        claim, stage, asked = key
        like = Likeness(Claim(*claim), stage, asked)
        fit = self._fit(like, plan)
        line = self._every[like] = Line(like, plan, self._group(like.claim), fit, fit.bench)
        return line

    def _group(self, claim: Claim) -> Group:
        groups = self._groups_of(claim)
        found = groups.get(claim)
        if found is None:
            plan, asked = self.plans[claim.queue], (claim, claim.queue, claim.head, claim.vip)
            if claim.channel is None:
                weight = self._policy.order.late_weight
                found = Group(*asked, plan.starving, plan.late, weight)
            else:
                found = Group(*asked, starving_from(self._policy, plan.policy, claim.channel))
            groups[claim] = found
        return found

    def _groups_of(self, claim: Claim) -> dict[Claim, Group]:
        every = self.groups if claim.channel is None else self.written[claim.channel]
        return every[claim.queue]

    def _place(self, claim: Claim, penalty: int) -> Place:
        plan = self.plans[claim.queue]
        base, growth = order.score(
            self._policy.order, claim.priority, claim.weight, plan.speed, primary=not penalty
        )
        if claim.channel is not None:
            growth /= slowness(self._policy, plan.policy, claim.channel)
        opens = penalty * plan.policy.tier_ms
        if penalty and plan.policy.strategy is Strategy.INDEX:
            opens = max(opens, self._policy.sharing.after_ms)
        return (base, growth, opens)

    def _fit(self, like: Likeness, plan: Plan) -> Fit:
        """Who meets the need of such a line."""
        key = (plan.policy.id, like.stage, like.needs, like.claim.channel)
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
        bench = self.bench(like.claim.channel)
        numbers = plan.members & bench.meeting(wanted)
        required = frozenset(skill for skill, _ in plan.policy.skills_required)
        skills = required | skills_of(wanted)
        return Fit(bench, numbers.bit_count(), bench.marks(numbers), skills)


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


def needs(it: Interaction, asked: tuple[str, ...]) -> tuple[str | None, ...]:
    """The interaction's tags of these names; its language and level can be asked for like one."""
    tags = it.tags
    return tuple([tags[name] if name in tags else _own(it, name) for name in asked])


def _own(it: Interaction, name: str) -> str | None:
    if name == "language":
        return it.language
    return it.level.value if name == "level" else None


def put_in(row: list[Any], one: Any) -> None:
    """Put in order; who comes mostly comes after all others."""
    if row and one < row[-1]:
        insort(row, one)
    else:
        row.append(one)


def place_in(row: list[Any], one: Any) -> int:
    """Where it stands in an ordered row, or would; who is looked for mostly stands at an end."""
    if not row or one <= row[0]:
        return 0
    return len(row) - 1 if row[-1] == one else bisect_left(row, one)


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
