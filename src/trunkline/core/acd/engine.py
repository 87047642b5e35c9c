"""Queueing and offers.

    queued ──offer──▶ pending ──accepted──▶ leg being made ──up──▶ talking
       ▲                 │ declined, timed_out, failed, withdrawn     │ leg fails
       └──── head of line┴───────────────────────────────────────────┘

Offers are attributes of a queued interaction; here at most one is open at a time. A desk phone is
dialled with the offer and accepts by answering; a browser is asked by message, and dialled when
the agent accepts. An agent who declined an interaction or gave it away is passed by: they get it
again only when nobody else is free and nobody else waits for them.
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

ALL_BUSY = (Prompt("all-agents-busy"), Prompt("goodbye"))
FIRST_ANNOUNCEMENT_MS = 1_500
FIXED_PHONE_REST_MS = 10_000
"""A phone without a desk has nobody who could say "I'm here": it is tried again after this."""


def enqueue(
    turn: Turn,
    it: Interaction,
    queue: QueueId,
    priority: int,
    *,
    entered_at: int | None = None,
    passed_by: tuple[AgentId, ...] = (),
) -> None:
    """Enter a queue; with `entered_at` the place is kept and the interaction goes to the head."""
    rules = turn.state.queues.get(queue)
    returned = entered_at is not None
    if rules is None or (is_full(turn, queue) and not returned):
        endings.farewell(turn, it, ALL_BUSY, EndedBy.FLOW)
        return
    entered = turn.now if entered_at is None else entered_at
    first = turn.now + FIRST_ANNOUNCEMENT_MS if rules.announce_every_ms else None
    turn.emit(InteractionQueued(it.id, queue, priority, entered, returned, first, passed_by))
    offer_to_someone(turn, it)
    turn.do(StartMusic(it.leg, rules.music))


def is_full(turn: Turn, queue: QueueId) -> bool:
    """Whether as many wait in the queue as may."""
    return len(turn.state.lines[queue]) >= turn.state.queues[queue].max_waiting


def offer_to_someone(turn: Turn, it: Interaction) -> None:
    """Offer a waiting interaction to the best free agent, if there is one."""
    if turn.settling or it.waiting is None or it.waiting.offers:
        return
    agent = policy.choose_agent(turn.state, it, it.waiting.queue)
    if agent in it.waiting.passed_by:
        serve(turn, agent)
    elif agent is not None:
        make_offer(turn, it, agent)


def serve(turn: Turn, agent: AgentId) -> None:
    """Give a free agent the first interaction in line, if there is one."""
    if turn.settling or agent not in turn.state.free:
        return
    name = policy.choose_interaction(turn.state, agent)
    if name is not None:
        make_offer(turn, turn.state.interactions[name], agent)


def serve_all(turn: Turn) -> None:
    """All is in order: serve whoever is free, the longest idle first."""
    turn.settling = False
    free = turn.state.free
    for agent in sorted(free, key=lambda name: (free[name], name)):
        serve(turn, agent)


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
    back_to_head(turn, turn.state.interactions[offer.interaction])
    serve(turn, offer.agent)


def take_back(turn: Turn, offer: Offer, cause: Cause) -> None:
    """An offer ends through no fault of its agent; the interaction goes back to the head."""
    it = turn.state.interactions[offer.interaction]
    _withdraw_one(turn, offer, cause)
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
            again=True,
        )
    )
    offer_to_someone(turn, it)


def withdraw(turn: Turn, it: Interaction) -> None:
    """The customer leaves the line: whoever is being offered this hears of it."""
    for name in tuple(it.waiting.offers) if it.waiting else ():
        _withdraw_one(turn, turn.state.offers[name], Cause.NORMAL)


def dissolve(turn: Turn, it: Interaction) -> None:
    """The queue is gone: nobody waits for ever where nobody serves."""
    withdraw(turn, it)
    endings.farewell(turn, it, ALL_BUSY, EndedBy.FLOW)


def on_offer_due(turn: Turn, offer: Offer) -> None:
    """The offer rang out (RONA), or the accepted leg did not come up in time."""
    if offer.answer_by is None:
        lose(turn, offer, OfferOutcome.TIMED_OUT, Cause.NO_ANSWER)
    else:
        lose(turn, offer, OfferOutcome.FAILED, Cause.UNREACHABLE)


def on_accept_due(turn: Turn, offer: Offer) -> None:
    """The queue accepts by itself for the agent."""
    if offer.leg is None:
        take(turn, offer)


def announce(turn: Turn, it: Interaction) -> None:
    """Tell the place in line; the music goes on after it."""
    if it.waiting is None:
        return
    every = turn.state.queues[it.waiting.queue].announce_every_ms
    place, step = turn.state.position(it), turn.new_id()
    turn.emit(PositionAnnounced(it.id, place, step, turn.now + every if every else None))
    turn.do(Play(it.leg, step, (Position(place), Prompt("hold-on")), it.language))


def dial(turn: Turn, it: Interaction, agent: AgentId, leg: LegId, ring_ms: int) -> None:
    """Make the agent's leg; the desk has the pop before the device rings."""
    device = turn.state.agents[agent].device
    profile = turn.state.profiles[agent]
    account = profile.account if device is DeviceKind.SIP else f"{profile.account}-web"
    turn.do(DialAgent(leg, account, device, it.id, it.party, ring_ms))


def _withdraw_one(turn: Turn, offer: Offer, cause: Cause) -> None:
    if offer.leg:
        turn.do(HangUp(offer.leg))
    name = offer.interaction
    turn.emit(OfferEnded(offer.id, name, offer.agent, OfferOutcome.WITHDRAWN, cause))


def _step_aside(turn: Turn, offer: Offer, outcome: OfferOutcome, cause: Cause) -> None:
    """Who does not answer is not asked again at once; several declines in a row count alike.

    A desk phone can decline where the queue does not allow it: once is enough then.
    """
    agent = turn.state.agents[offer.agent]
    rules = turn.state.queues[offer.queue]
    declined = outcome is OfferOutcome.DECLINED
    limit = rules.declines_before_not_ready if rules.decline_allowed else 1
    if agent.wish is Wish.READY and not (declined and agent.declines < limit):
        reason = "declines" if declined else cause.value
        profile = turn.state.profiles.get(agent.id)
        until = turn.now + FIXED_PHONE_REST_MS if profile and profile.on_duty else None
        turn.emit(WishSet(agent.id, Wish.NOT_READY, reason, until))
