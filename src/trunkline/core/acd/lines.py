"""Lines: interactions that are alike to routing stand together, in order of their entry.

Alike are those of one queue and channel with equal needs, weight, priority and head. Within a line
who entered first is first, so a choice compares the first alone; lines that differ in needs alone
form a group, in which an agent gets the first that they can serve. In a line stand only those for
whom an offer may be made now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.acd import order
from trunkline.core.acd.expressions import bind, skills_of
from trunkline.core.acd.groups import (
    Claim,
    Entry,
    Fit,
    Group,
    Groups,
    Key,
    Likeness,
    Line,
    Place,
    place_in,
    put_in,
)
from trunkline.core.acd.plans import Plan, plans_of, slowness, starving_from
from trunkline.core.acd.pools import Pools
from trunkline.core.acd.rules import Strategy
from trunkline.core.words import AgentId, Channel, InteractionId, QueueId

if TYPE_CHECKING:
    from trunkline.core.config import Policy
    from trunkline.core.interaction import Interaction, Waiting


FITS_KEPT = 20_000
"""Answers to "which pools may serve this need" that are remembered."""


Standing = tuple[Entry, Line | AgentId, QueueId | None]
"""Where somebody stands: in a line, or with those who wait for an agent; and the queue that counts
them, if they are on the phone."""


class Lines:
    """All lines of a cell. `reserved` are those who wait for one certain agent.

    Each written channel has groups and a bench of its own: the pools with those who are free for
    it. A bench is there once somebody stood for the channel.
    """

    def __init__(self, policy: Policy, pools: Pools) -> None:
        self.plans = plans_of(policy, pools)
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


def needs(it: Interaction, asked: tuple[str, ...]) -> tuple[str | None, ...]:
    """The interaction's tags of these names; its language and level can be asked for like one."""
    tags = it.tags
    return tuple([tags[name] if name in tags else _own(it, name) for name in asked])


def _own(it: Interaction, name: str) -> str | None:
    if name == "language":
        return it.language
    return it.level.value if name == "level" else None
