"""Offers: whom a waiting interaction is offered to, and whom a free agent gets.

Offers are attributes of a queued interaction: one is open at a time, or several where the queue
rings several; then the first to accept wins and the others are withdrawn. A desk phone is dialled
with the offer and accepts by answering; a browser is asked by message, and dialled when the agent
accepts; what is written is theirs by accepting. An agent who declined an interaction or gave it
away is passed by: they get it again only when nobody else is free and nobody else waits for them.
"""

from __future__ import annotations

from trunkline.core.acd import explaining, policy
from trunkline.core.acd.plans import written_channel
from trunkline.core.acd.policy import Match
from trunkline.core.acd.pools import Pools
from trunkline.core.call.commands import DialAgent, HangUp
from trunkline.core.call.dialling import Dialling, DialMode
from trunkline.core.config import AcceptMode, QueuePolicy
from trunkline.core.facts import InteractionAnswered, OfferAccepted, OfferEnded, OfferMade
from trunkline.core.inputs import AcceptOffer
from trunkline.core.interaction import Interaction, Offer
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    BridgeId,
    DeviceKind,
    InteractionId,
    LegId,
    OfferId,
    OfferOutcome,
)


def offer_to_someone(turn: Turn, it: Interaction) -> None:
    """Offer a waiting interaction to the best free agents, as many as ring at once."""
    board = turn.state.board
    free = board.bench_of(it.channel) if it.written else turn.state.free
    while not turn.settling and free and it.waiting and board.stands(it.id):
        match = policy.for_interaction(turn.state, it, it.waiting, turn.stamp)
        if not match.seen:
            return
        passed_by, _, _, _, agent, *_ = match.seen[0]
        if not passed_by:
            make_offer(turn, match)
            continue
        serve(turn, agent)  # who declined it may take another one first; then the next is asked
        if agent in free:
            return


def offer_in_order(turn: Turn, name: InteractionId) -> None:
    """Let the free agents for an interaction take whoever is first for them, until it has one."""
    it = turn.state.interactions.get(name)
    while not turn.settling and it and it.waiting and turn.state.board.stands(name):
        match = policy.for_interaction(turn.state, it, it.waiting, turn.stamp)
        agent = match.seen[0][4] if match.seen else None
        if agent is None:
            return
        serve(turn, agent)
        if turn.state.is_idle(agent, it.channel) and turn.state.board.stands(name):
            raise RuntimeError(f"{agent} may serve {name} and was not asked")


def serve(turn: Turn, agent: AgentId) -> None:
    """Give a free agent the first interactions in line, as many as there is room for.

    What nobody was spared for may follow.
    """
    state, benches = turn.state, turn.state.board.benches
    while not turn.settling and (
        agent in state.free or (benches and state.is_free_to_write(agent))
    ):
        match = policy.for_agent(turn.state, agent, turn.stamp)
        if match is None:
            _lend(turn, agent)
            return
        make_offer(turn, _own_first(turn, match, agent))


def serve_all(turn: Turn) -> None:
    """All is in order: serve whoever is free, the longest idle first."""
    turn.settling = False
    for bench in (turn.state.pools, *turn.state.board.benches.values()):
        free = dict(bench.since)
        for agent in sorted(free, key=lambda name: (free[name], name)):
            serve(turn, agent)


def make_offer(turn: Turn, match: Match) -> None:
    """Offer to the best, and ring a desk phone at once; a browser rings by the offer's event."""
    it, agent = turn.state.interactions[match.interaction], match.seen[0][4]
    if it.waiting is None:
        raise LookupError(it.id)
    queue = turn.state.queues[it.waiting.queue]
    why = explaining.explain(turn.state, match, agent, turn.now)
    phone = turn.state.agents[agent].device is DeviceKind.SIP and not it.written
    found = turn.state.callbacks.get(it.callback) if it.callback else None
    entry = found.dialling if found else None
    after = None if phone or it.written else _accepted_after(queue, entry)
    leg = LegId(turn.new_id()) if phone else None
    offer = OfferId(turn.new_id())
    accept_at = None if after is None else turn.now + after
    rings = _rings_ms(turn, queue, it, entry)
    expires = turn.now + rings
    turn.emit(OfferMade(offer, it.id, agent, queue.id, expires, accept_at, leg, why))
    if leg:
        dial(turn, it, agent, leg, rings)


def _accepted_after(queue: QueuePolicy, entry: Dialling | None) -> int | None:
    """When the offer is accepted for the agent; None: by themselves alone."""
    if entry:
        return 0 if entry.mode is DialMode.PROGRESSIVE else None
    return queue.accept_after_ms if queue.accept is AcceptMode.AUTOMATIC else None


def _rings_ms(turn: Turn, queue: QueuePolicy, it: Interaction, entry: Dialling | None) -> int:
    if it.written:
        return written_channel(turn.state.policy, it.channel).offer_ms
    if entry:
        return entry.look_ms if entry.mode is DialMode.PREVIEW else queue.offer_timeout_ms
    return queue.callback.preview_ms if it.callback else queue.offer_timeout_ms


def accept(turn: Turn, given: AcceptOffer) -> None:
    """The agent accepts by click or key; a second click is done already."""
    offer = turn.state.offers.get(given.offer)
    if offer is None or offer.agent != given.agent:
        raise Refused("offer_gone", "The offer is over.")
    if offer.leg is None:
        take(turn, offer)


def take(turn: Turn, offer: Offer) -> None:
    """Ring the agent's browser, which answers by itself; others who were asked too hear of it.

    What is written needs no leg: it is the agent's from now.
    """
    if turn.state.interactions[offer.interaction].written:
        _begin(turn, offer)
        return
    leg = LegId(turn.new_id())
    wait_ms = turn.state.policy.answer_timeout_ms
    it = turn.state.interactions[offer.interaction]
    turn.emit(OfferAccepted(offer.id, it.id, offer.agent, leg, turn.now + wait_ms))
    dial(turn, it, offer.agent, leg, wait_ms)
    for agent in win(turn, it, offer):
        serve(turn, agent)


def _begin(turn: Turn, offer: Offer) -> None:
    it = turn.state.interactions[offer.interaction]
    if it.waiting is None:
        raise LookupError(it.id)
    rivals, waited = win(turn, it, offer), turn.now - it.waiting.entered_at
    nothing = LegId(""), BridgeId("")
    turn.emit(InteractionAnswered(it.id, offer.id, offer.agent, offer.queue, *nothing, waited))
    for agent in (*rivals, offer.agent):
        serve(turn, agent)


def win(turn: Turn, it: Interaction, winner: Offer) -> list[AgentId]:
    """One of several offers wins: the others are withdrawn. Whose they were is to be served."""
    names = it.waiting.offers if it.waiting else []
    others = [turn.state.offers[name] for name in names if name != winner.id]
    for offer in others:
        withdraw_one(turn, offer)
    return [offer.agent for offer in others]


def withdraw(turn: Turn, it: Interaction) -> None:
    """The customer leaves the line: whoever is being offered this hears of it."""
    for name in tuple(it.waiting.offers) if it.waiting else ():
        withdraw_one(turn, turn.state.offers[name])


def withdraw_one(turn: Turn, offer: Offer) -> None:
    """One offer is over through no fault of anybody; what rings for it is told."""
    if offer.leg:
        turn.do(HangUp(offer.leg))
    name = offer.interaction
    turn.emit(OfferEnded(offer.id, name, offer.agent, OfferOutcome.WITHDRAWN))


def ring_fewer(turn: Turn, it: Interaction) -> None:
    """The queue may ring fewer at once than it did: the latest offers beyond that are withdrawn."""
    waiting = it.waiting
    if waiting is None:
        return
    for name in waiting.offers[turn.state.queues[waiting.queue].ring_at_once :]:
        withdraw_one(turn, turn.state.offers[name])


def on_accept_due(turn: Turn, offer: Offer) -> None:
    """The queue accepts by itself for the agent."""
    if offer.leg is None:
        take(turn, offer)


def dial(turn: Turn, it: Interaction, agent: AgentId, leg: LegId, ring_ms: int) -> None:
    """Make the agent's leg; the desk has the pop before the device rings."""
    device = turn.state.agents[agent].device
    profile = turn.state.profiles[agent]
    account = profile.account if device is DeviceKind.SIP else f"{profile.account}-web"
    turn.do(DialAgent(leg, account, device, it.id, it.party, ring_ms))


def _own_first(turn: Turn, match: Match, agent: AgentId) -> Match:
    """The best for the first in the agent's line may be another, who has a first of their own."""
    best = match.seen[0][4]
    other = policy.for_agent(turn.state, best, turn.stamp) if best != agent else None
    return other if other and other.seen[0][4] == best else match


def _lend(turn: Turn, agent: AgentId) -> None:
    """One more is idle at home: colleagues who were kept there may help elsewhere now."""
    board = turn.state.board
    if not board.standing():
        return
    if agent in turn.state.free:
        _lend_of(turn, turn.state.pools, agent)
    for bench in tuple(board.benches.values()) if board.benches else ():
        if agent in bench.since:
            _lend_of(turn, bench, agent)


def _lend_of(turn: Turn, bench: Pools, agent: AgentId) -> None:
    for name in policy.colleagues(bench, agent):
        if policy.for_agent(turn.state, name, turn.stamp):
            serve(turn, name)
