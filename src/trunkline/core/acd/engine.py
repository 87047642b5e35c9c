"""Queueing and offers.

    queued ──offer──▶ pending ──accepted──▶ leg being made ──up──▶ talking
       ▲                 │ declined, timed_out, failed, withdrawn     │ leg fails
       └──── head of line┴───────────────────────────────────────────┘

Offers are attributes of a queued interaction; here at most one is open at a time. A desk phone is
dialled with the offer and accepts by answering; a browser is asked by message, and dialled when
the agent accepts. An agent who let an offer pass gets that interaction again only when nobody
else is free.
"""

from __future__ import annotations

from trunkline.core.acd import policy
from trunkline.core.call import endings
from trunkline.core.call.commands import DialAgent, HangUp, Play, StartMusic
from trunkline.core.config import AcceptMode
from trunkline.core.facts import (
    InteractionQueued,
    OfferAccepted,
    OfferEnded,
    OfferMade,
    PositionAnnounced,
    WishSet,
)
from trunkline.core.flow.speech import Position, Prompt
from trunkline.core.inputs import AcceptOffer, DeclineOffer
from trunkline.core.state import Interaction, Offer
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    OfferId,
    OfferOutcome,
    QueueId,
    Wish,
)


def enqueue(
    turn: Turn, it: Interaction, queue: QueueId, priority: int, *, entered_at: int | None = None
) -> None:
    """Enter a queue; with `entered_at` the place is kept and the interaction goes to the head."""
    rules = turn.state.queues.get(queue)
    if rules is None or len(turn.state.lines[queue]) >= rules.max_waiting:
        endings.farewell(turn, it, (Prompt("all-agents-busy"), Prompt("goodbye")), EndedBy.FLOW)
        return
    entered = turn.now if entered_at is None else entered_at
    announce_at = turn.now + 1_500 if rules.announce_every_ms else None
    returned = entered_at is not None
    turn.emit(InteractionQueued(it.id, queue, priority, entered, returned, announce_at))
    turn.do(StartMusic(it.leg, rules.music))
    offer_to_someone(turn, it)


def offer_to_someone(turn: Turn, it: Interaction) -> None:
    """Offer a waiting interaction to the best free agent, if there is one."""
    if it.waiting is None or it.waiting.offers:
        return
    agent = policy.choose_agent(turn.state, it, it.waiting.queue)
    if agent is not None:
        make_offer(turn, it, agent)


def serve(turn: Turn, agent: AgentId) -> None:
    """Give a free agent the first interaction in line, if there is one."""
    if agent not in turn.state.free:
        return
    name = policy.choose_interaction(turn.state, agent)
    if name is not None:
        make_offer(turn, turn.state.interactions[name], agent)


def make_offer(turn: Turn, it: Interaction, agent: AgentId) -> None:
    """Offer, and ring a desk phone at once; a browser rings by the offer's event."""
    if it.waiting is None:
        raise LookupError(it.id)
    queue = turn.state.queues[it.waiting.queue]
    why = policy.explain(turn.state, it, queue.id, agent, turn.now)
    phone = turn.state.agents[agent].device is DeviceKind.SIP
    automatic = queue.accept is AcceptMode.AUTOMATIC and not phone
    leg = LegId(turn.new_id()) if phone else None
    offer = OfferId(turn.new_id())
    accept_at = turn.now + queue.accept_after_ms if automatic else None
    expires = turn.now + queue.offer_timeout_ms
    turn.emit(OfferMade(offer, it.id, agent, queue.id, expires, accept_at, leg, why))
    if leg:
        dial(turn, it, agent, leg, queue.offer_timeout_ms)


def accept(turn: Turn, given: AcceptOffer) -> None:
    """The agent accepts by click or key; a second click is done already."""
    offer = turn.state.offers.get(given.offer)
    if offer is None or offer.agent != given.agent:
        raise Refused("offer_gone", "The offer is over.")
    if offer.leg is None:
        take(turn, offer)


def take(turn: Turn, offer: Offer) -> None:
    """Ring the agent's browser, which answers by itself."""
    leg = LegId(turn.new_id())
    wait_ms = turn.state.policy.answer_timeout_ms
    it = turn.state.interactions[offer.interaction]
    turn.emit(OfferAccepted(offer.id, it.id, offer.agent, leg, turn.now + wait_ms))
    dial(turn, it, offer.agent, leg, wait_ms)


def decline(turn: Turn, given: DeclineOffer) -> None:
    """The agent declines, where the queue allows it."""
    offer = turn.state.offers.get(given.offer)
    if offer is None or offer.agent != given.agent or offer.answer_by is not None:
        raise Refused("offer_gone", "The offer is over.")
    queue = turn.state.queues[offer.queue]
    if not queue.decline_allowed:
        raise Refused("decline_not_allowed", "This queue does not allow offers to be declined.")
    lose(turn, offer, OfferOutcome.DECLINED, Cause.DECLINED, given.reason)


def lose(
    turn: Turn, offer: Offer, outcome: OfferOutcome, cause: Cause, reason: str | None = None
) -> None:
    """An offer came to nothing: the interaction goes back to the head, the agent steps aside."""
    if offer.leg:
        turn.do(HangUp(offer.leg))
    turn.emit(OfferEnded(offer.id, offer.interaction, offer.agent, outcome, cause, reason))
    _step_aside(turn, offer, outcome, cause)
    it = turn.state.interactions[offer.interaction]
    if it.waiting:
        back_to_head(turn, it)


def back_to_head(turn: Turn, it: Interaction) -> None:
    """Stand at the head of the same queue with the old clock, and be offered again."""
    waiting = it.waiting
    if waiting is None:
        raise LookupError(it.id)
    turn.emit(
        InteractionQueued(
            it.id,
            waiting.queue,
            waiting.priority,
            waiting.entered_at,
            returned=True,
            announce_at=waiting.announce_at,
            passed_by=tuple(waiting.passed_by),
        )
    )
    offer_to_someone(turn, it)


def withdraw(turn: Turn, it: Interaction) -> None:
    """The customer left: whoever is being offered this hears of it."""
    if it.waiting is None:
        return
    for name in tuple(it.waiting.offers):
        offer = turn.state.offers[name]
        if offer.leg:
            turn.do(HangUp(offer.leg))
        turn.emit(OfferEnded(offer.id, it.id, offer.agent, OfferOutcome.WITHDRAWN, Cause.NORMAL))
        serve(turn, offer.agent)


def on_offer_due(turn: Turn, offer: Offer) -> None:
    """The offer rang out (RONA), or the accepted leg did not come up in time."""
    if offer.answer_by is None and turn.now >= offer.expires_at:
        lose(turn, offer, OfferOutcome.TIMED_OUT, Cause.NO_ANSWER)
    elif offer.answer_by is not None and turn.now >= offer.answer_by:
        lose(turn, offer, OfferOutcome.FAILED, Cause.UNREACHABLE)


def on_accept_due(turn: Turn, offer: Offer) -> None:
    """The queue accepts by itself for the agent."""
    if offer.accept_at is not None and turn.now >= offer.accept_at and offer.leg is None:
        take(turn, offer)


def announce(turn: Turn, it: Interaction) -> None:
    """Tell the place in line; the music goes on after it."""
    waiting = it.waiting
    if waiting is None or waiting.announce_at is None or turn.now < waiting.announce_at:
        return
    rules = turn.state.queues.get(waiting.queue)
    again = turn.now + (rules.announce_every_ms if rules else 60_000)
    place, step = turn.state.position(it), turn.new_id()
    turn.emit(PositionAnnounced(it.id, place, step, again))
    if not waiting.offers:
        turn.do(Play(it.leg, step, (Position(place), Prompt("hold-on")), it.language))


def dial(turn: Turn, it: Interaction, agent: AgentId, leg: LegId, ring_ms: int) -> None:
    """Make the agent's leg; the desk has the pop before the device rings."""
    device = turn.state.agents[agent].device
    profile = turn.state.profiles[agent]
    account = profile.account if device is DeviceKind.SIP else f"{profile.account}-web"
    turn.do(DialAgent(leg, account, device, it.id, it.party, ring_ms))


def _step_aside(turn: Turn, offer: Offer, outcome: OfferOutcome, cause: Cause) -> None:
    """Who does not answer is not asked again at once; several declines in a row count alike."""
    agent = turn.state.agents[offer.agent]
    limit = turn.state.queues[offer.queue].declines_before_not_ready
    if outcome is OfferOutcome.DECLINED and agent.declines < limit:
        serve(turn, agent.id)
        return
    reason = "declines" if outcome is OfferOutcome.DECLINED else cause.value
    turn.emit(WishSet(agent.id, Wish.NOT_READY, reason))
