"""The state of a cell: interactions, agents and offers, and the indexes that make matching quick.

Only `apply` changes it. What stands in `dump` is the truth; the indexes below the line `derived`
are rebuilt from it by `index`, so that a snapshot and a replay give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappush

from trunkline.core.acd.groups import place_in, put_in
from trunkline.core.acd.lines import Lines
from trunkline.core.acd.pace import Pace, pass_time
from trunkline.core.acd.pools import Pools
from trunkline.core.acd.rules import Strategy
from trunkline.core.agent import Agent, Work, idle_since, is_free, is_free_to_write
from trunkline.core.capacity import Capacity
from trunkline.core.config import AgentProfile, NumberEntry, Policy, QueuePolicy
from trunkline.core.flow.graph import Flow, Node
from trunkline.core.interaction import (
    Callback,
    Interaction,
    Offer,
    Parked,
    Party,
    Rank,
    Waiting,
    ends_at,
    rank,
)
from trunkline.core.words import (
    AgentId,
    CallbackId,
    Channel,
    FlowId,
    InteractionId,
    LegId,
    OfferId,
    PartyId,
    Place,
    QueueId,
    RecordingId,
    Token,
)


@dataclass(slots=True)
class State:
    """Everything that one cell knows."""

    cell: str
    policy: Policy = field(default_factory=Policy)
    interactions: dict[InteractionId, Interaction] = field(default_factory=dict)
    agents: dict[AgentId, Agent] = field(default_factory=dict)
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    rounds: dict[QueueId, AgentId] = field(default_factory=dict)
    callbacks: dict[CallbackId, Callback] = field(default_factory=dict)
    paces: dict[QueueId, Pace] = field(default_factory=dict)
    # derived
    callers: dict[Token, CallbackId] = field(default_factory=dict)
    suspended: dict[InteractionId, CallbackId] = field(default_factory=dict)
    attempts: dict[InteractionId, CallbackId] = field(default_factory=dict)
    called_back: dict[QueueId, set[InteractionId]] = field(default_factory=dict)
    queues: dict[QueueId, QueuePolicy] = field(default_factory=dict)
    profiles: dict[AgentId, AgentProfile] = field(default_factory=dict)
    capacities: dict[AgentId, Capacity] = field(default_factory=dict)
    """Of those who have a profile: their own, or the tenant's."""

    numbers: dict[str, NumberEntry] = field(default_factory=dict)
    flows: dict[FlowId, Flow] = field(default_factory=dict)
    nodes: dict[tuple[FlowId, str], Node] = field(default_factory=dict)
    serves: dict[AgentId, tuple[QueueId, ...]] = field(default_factory=dict)
    lines: dict[QueueId, list[Rank]] = field(default_factory=dict)
    """Calls; and what is written, which counts no place of a caller:"""

    written_lines: dict[QueueId, list[Rank]] = field(default_factory=dict)
    written: set[InteractionId] = field(default_factory=set)
    internal: set[InteractionId] = field(default_factory=set)
    """Calls among agents."""

    free: dict[AgentId, int] = field(default_factory=dict)
    pools: Pools = field(default_factory=lambda: Pools(Policy()))
    board: Lines = field(default_factory=lambda: Lines(Policy(), Pools(Policy())))
    legs: dict[LegId, tuple[str, str]] = field(default_factory=dict)
    recordings: dict[RecordingId, InteractionId] = field(default_factory=dict)
    parties: dict[PartyId, InteractionId] = field(default_factory=dict)
    slots: dict[int, InteractionId] = field(default_factory=dict)
    deadlines: list[tuple[int, str, str]] = field(default_factory=list)
    touched: set[AgentId] = field(default_factory=set)

    def index(self) -> None:
        """Make the derived parts anew from the others."""
        self.index_policy()
        self.lines = {queue: [] for queue in self.queues}
        self.written_lines = {queue: [] for queue in self.queues}
        self.written, self.internal = set(), set()
        self.free, self.legs, self.recordings, self.deadlines = {}, {}, {}, []
        self.callers, self.suspended, self.attempts = {}, {}, {}
        self.called_back, self.parties, self.slots = {}, {}, {}
        for callback in self.callbacks.values():
            self.index_callback(callback)
        for interaction in self.interactions.values():
            self._index_interaction(interaction)
        for offer in self.offers.values():
            self._index_offer(offer)
        for agent in self.agents.values():
            self.settle(agent)
            if agent.wrap_up and agent.wrap_up.ends_at is not None:
                self.due(agent.wrap_up.ends_at, "wrap_up", agent.id)
            if agent.grace_until is not None:
                self.due(agent.grace_until, "grace", agent.id)
            if agent.rests_until is not None:
                self.due(agent.rests_until, "rest", agent.id)
            self.wrap_ups_due(agent)
            for trouble in (agent.browser_trouble, agent.phone_trouble):
                if trouble and trouble.until is not None:
                    self.due(trouble.until, "device", agent.id)
        self.touched.clear()

    def index_policy(self) -> None:
        """Make the look-ups of the policy anew; queues that still hold someone keep their line."""
        policy = self.policy
        self.queues = {queue.id: queue for queue in policy.queues}
        self.profiles = {agent.id: agent for agent in policy.agents}
        self.capacities = {agent.id: agent.capacity or policy.capacity for agent in policy.agents}
        self.numbers = {entry.number: entry for entry in policy.numbers}
        self.flows = {flow.id: flow for flow in policy.flows}
        self.nodes = {(flow.id, node.id): node for flow in policy.flows for node in flow.nodes}
        self.pools = Pools(policy)
        self.board = Lines(policy, self.pools)
        self.serves = {name: tuple(pool.penalties) for name, pool in self.pools.of.items()}
        for queue in self.queues:
            self.lines.setdefault(queue, [])
            self.written_lines.setdefault(queue, [])

    def due(self, at: int, kind: str, name: str) -> None:
        """Remember a deadline; one that no longer holds is skipped when it comes up."""
        heappush(self.deadlines, (at, kind, name))

    def wrap_ups_due(self, agent: Agent) -> None:
        """Remember when the first of the agent's wrap-ups of something written ends."""
        ends = [work.ends_at for work in agent.works if work.ends_at is not None]
        if ends:
            self.due(min(ends), "work", agent.id)

    def settle(self, agent: Agent) -> None:
        """Keep the index of free agents true after any change of an agent."""
        name = agent.id
        self.touched.add(name)
        capacity = self.capacities.get(name)
        if capacity is not None and is_free(agent, capacity):
            since = idle_since(agent) if agent.works else agent.idle_since
            self.free[name] = since
            self.pools.rest(name, since)
        elif name in self.free:
            del self.free[name]
            self.pools.work(name)
        if self.board.benches:
            for channel, bench in self.board.benches.items():
                self._seat(agent, channel, bench)

    def is_idle(self, name: AgentId, channel: Channel) -> bool:
        """Whether the agent may be offered one of the channel, which somebody stands for."""
        return name in self.board.bench(channel).since

    def is_free_to_write(self, name: AgentId) -> bool:
        """Whether the agent may be offered anything that is written."""
        benches = self.board.benches
        return bool(benches) and any(name in bench.since for bench in benches.values())

    def _seat(self, agent: Agent, channel: Channel, bench: Pools) -> None:
        capacity = self.capacities.get(agent.id)
        if capacity is not None and is_free_to_write(agent, channel, capacity):
            bench.rest(agent.id, idle_since(agent))
        else:
            bench.work(agent.id)

    def line_up(self, interaction: Interaction) -> None:
        """Put a queued interaction in its place, and in a line if an offer may be made."""
        waiting = interaction.waiting
        if waiting:
            lines = self.written_lines if interaction.written else self.lines
            put_in(lines.setdefault(waiting.queue, []), rank(interaction))
            self.stand(interaction)

    def step_out(self, interaction: Interaction) -> None:
        """Take an interaction out of its place and line."""
        waiting = interaction.waiting
        if waiting:
            line = self.line_with(interaction, waiting.queue)
            at = place_in(line, rank(interaction))
            if at < len(line) and line[at][3] == interaction.id:
                del line[at]
            self.board.leave(interaction.id)

    def stand(self, interaction: Interaction) -> None:
        """Let an interaction stand in the line that it belongs to now, or in none."""
        self.board.leave(interaction.id)
        waiting = interaction.waiting
        queue = self.queues.get(waiting.queue) if waiting else None
        if waiting and queue and self._may_be_offered(queue, waiting):
            if interaction.written and interaction.channel not in self.board.benches:
                self._add_bench(interaction.channel)
            self.board.stand(interaction, waiting)

    def _add_bench(self, channel: Channel) -> None:
        bench = self.board.add_bench(channel)
        for agent in self.agents.values():
            self._seat(agent, channel, bench)

    def line_with(self, interaction: Interaction, queue: QueueId) -> list[Rank]:
        """Those of a queue in whose order it stands: calls, or what is written."""
        return (self.written_lines if interaction.written else self.lines)[queue]

    def pace(self, queue: QueueId, at: int) -> Pace:
        """The pace of a queue's line, with the time until now; asked before the line changes."""
        found = self.paces.get(queue)
        if found is None:
            found = self.paces[queue] = Pace(at)
        pass_time(found, self.board.standing_in(queue), at)
        return found

    def position(self, interaction: Interaction) -> int:
        """Place in line, 1 is next; 0 when it does not wait."""
        if interaction.waiting is None:
            return 0
        line = self.line_with(interaction, interaction.waiting.queue)
        return place_in(line, rank(interaction)) + 1

    def _may_be_offered(self, queue: QueuePolicy, waiting: Waiting) -> bool:
        """As many offers may be open as the strategy rings at once, and none that is accepted."""
        if not waiting.offers:
            return True
        if queue.strategy is not Strategy.RING_ALL or waiting.personal is not None:
            return False
        accepted = any(self.offers[name].answer_by is not None for name in waiting.offers)
        return not accepted and len(waiting.offers) < queue.ring_at_once

    def index_callback(self, callback: Callback) -> None:
        """Find it by its caller, by the call that suspends it, and by its time."""
        self.callers[callback.caller] = callback.id
        if callback.interaction:
            self.attempts[callback.interaction] = callback.id
        if callback.suspended_by:
            self.suspended[callback.suspended_by] = callback.id
        elif callback.due_at is not None:
            self.due(callback.due_at, "callback", callback.id)

    def close_offer(self, offer: Offer) -> None:
        """Forget an offer: its agent and its interaction have it no longer."""
        del self.offers[offer.id]
        if offer.leg:
            self.legs.pop(offer.leg, None)
        agent = self.agents[offer.agent]
        if agent.offer == offer.id:
            agent.offer = None
        else:
            self.end_work(agent, offer.interaction)
        it = self.interactions.get(offer.interaction)
        if it and it.waiting and offer.id in it.waiting.offers:
            it.waiting.offers.remove(offer.id)
            self.stand(it)
            self.count_attempt(it)

    def end_work(self, agent: Agent, interaction: InteractionId) -> Work | None:
        """Take a written interaction from the agent's open work."""
        work = agent.work(interaction)
        if work:
            agent.works.remove(work)
        return work

    def count_attempt(self, interaction: Interaction) -> None:
        """Keep true which callbacks of a queue keep an agent busy: offered, calling or talking."""
        if interaction.callback is None:
            return
        queue = interaction.last_queue
        waiting = interaction.waiting
        for busy in self.called_back.values():
            busy.discard(interaction.id)
        if queue and (interaction.talk or (waiting and waiting.offers)):
            self.called_back.setdefault(queue, set()).add(interaction.id)

    def _index_interaction(self, interaction: Interaction) -> None:
        if interaction.place is not Place.ENDED and interaction.here:
            self.legs[interaction.leg] = ("customer", interaction.id)
        if interaction.written:
            self.written.add(interaction.id)
        if interaction.internal:
            self.internal.add(interaction.id)
        if interaction.reach_by is not None:
            self.due(interaction.reach_by, "reach", interaction.id)
        self.count_attempt(interaction)
        if interaction.recording:
            self.recordings[interaction.recording] = interaction.id
        if interaction.step:
            self.due(interaction.step_at, "step", interaction.id)
        self.line_up(interaction)
        waiting, talk = interaction.waiting, interaction.talk
        if waiting and waiting.announce_at is not None:
            self.due(waiting.announce_at, "announce", interaction.id)
        if waiting and waiting.next_at is not None:
            self.due(waiting.next_at, "wait", interaction.id)
        if waiting and waiting.rests:
            self.due(min(waiting.rests.values()), "declined", interaction.id)
        if talk:
            for leg in (talk.leg, talk.dialling):
                if leg:
                    self.legs[leg] = ("agent", interaction.id)
            if talk.lost_until is not None:
                self.due(talk.lost_until, "lost", interaction.id)
            if talk.remind_at is not None:
                self.due(talk.remind_at, "remind", interaction.id)
            for party in talk.parties:
                self.index_party(interaction.id, party)
        if interaction.outside:
            self.legs[interaction.outside.leg] = ("outside", interaction.id)
        if interaction.parked:
            self.index_parked(interaction, interaction.parked)

    def index_party(self, interaction: InteractionId, party: Party) -> None:
        """Find a party by itself and by its leg, and remember by when it has to be there."""
        self.parties[party.id] = interaction
        if party.leg:
            self.legs[party.leg] = ("party", party.id)
        if party.until is not None:
            self.due(party.until, "party", party.id)

    def index_parked(self, interaction: Interaction, parked: Parked) -> None:
        """Find a parked call by its slot; its time runs while nobody retrieves it."""
        self.slots[parked.slot] = interaction.id
        if interaction.talk is None:
            self.due(parked.until, "parked", interaction.id)

    def party(self, name: PartyId) -> Party | None:
        """A party of a talk; None when it is gone."""
        it = self.interactions.get(self.parties.get(name, InteractionId("")))
        talk = it.talk if it else None
        return next((one for one in talk.parties if one.id == name), None) if talk else None

    def _index_offer(self, offer: Offer) -> None:
        if offer.leg:
            self.legs[offer.leg] = ("offer", offer.id)
        self.due(ends_at(offer), "offer", offer.id)
        if offer.accept_at is not None:
            self.due(offer.accept_at, "accept", offer.id)
