"""Offers that come to nothing: the interaction goes back to the head, the agent steps aside."""

from __future__ import annotations

from dataclasses import replace

from trunkline.core.acd import callback, callback_rules, engine, offering
from trunkline.core.acd.order import starving_from
from trunkline.core.agent import Agent
from trunkline.core.call import endings
from trunkline.core.call.commands import HangUp
from trunkline.core.call.dialling import DialMode
from trunkline.core.facts import (
    DeclineRested,
    DeviceAway,
    InteractionUnanswered,
    OfferEnded,
    WishPending,
    WishSet,
)
from trunkline.core.flow import engine as flow
from trunkline.core.inputs import DeclineOffer
from trunkline.core.interaction import Interaction, Offer
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import Cause, EndedBy, OfferFault, OfferOutcome, Wish

OUTCOMES = {
    OfferFault.NO_ANSWER: OfferOutcome.TIMED_OUT,
    OfferFault.DECLINED: OfferOutcome.DECLINED,
}
"""The faults of agents; any other is their device's."""
FAULTS = {
    Cause.NO_ANSWER: OfferFault.NO_ANSWER,
    Cause.DECLINED: OfferFault.DECLINED,
    Cause.BUSY: OfferFault.DEVICE_BUSY,
    Cause.NETWORK_LOST: OfferFault.NETWORK_LOST,
}
DEVICE_REST_MS = 30_000
"""A device that failed an offer is tried again after this, or as soon as the edge sees it."""
ALARMING = 2
"""So many offers of one interaction that rang out raise an alert."""
FIXED_PHONE_REST_MS = 10_000
"""A phone without a desk has nobody who could say "I'm here": it is tried again after this."""


def decline(turn: Turn, given: DeclineOffer) -> None:
    """The agent declines, where the queue allows it; or skips what was shown to be looked at."""
    offer = turn.state.offers.get(given.offer)
    if offer is None or offer.agent != given.agent or offer.answer_by is not None:
        raise Refused("offer_gone", "The offer is over.")
    entry = callback_rules.listed(turn.state, turn.state.interactions[offer.interaction])
    if entry and entry.mode is DialMode.PREVIEW:
        callback.skip(turn, offer, given.reason)
        return
    queue = turn.state.queues[offer.queue]
    if not queue.decline_allowed:
        raise Refused("decline_not_allowed", "This queue does not allow offers to be declined.")
    lose(turn, offer, OfferFault.DECLINED, given.reason)


def lose(turn: Turn, offer: Offer, fault: OfferFault, reason: str | None = None) -> None:
    """An offer came to nothing: the interaction goes back to the head, the agent steps aside."""
    if offer.leg:
        turn.do(HangUp(offer.leg))
    outcome = OUTCOMES.get(fault, OfferOutcome.FAILED)
    it = turn.state.interactions[offer.interaction]
    rests = _rests_until(turn, it) if fault is OfferFault.DECLINED else None
    turn.emit(OfferEnded(offer.id, it.id, offer.agent, outcome, fault, reason, rests))
    it = turn.state.interactions[offer.interaction]
    if fault is OfferFault.NO_ANSWER and it.unanswered == ALARMING:
        turn.emit(InteractionUnanswered(it.id, offer.queue, it.unanswered))
    _step_aside(turn, offer, fault)
    back_to_head(turn, turn.state.interactions[offer.interaction])
    offering.serve(turn, offer.agent)


def lose_leg(turn: Turn, offer: Offer, cause: Cause) -> None:
    """The agent's leg ended before it was up."""
    lose(turn, offer, FAULTS.get(cause, OfferFault.DEVICE_UNREACHABLE))


def take_back(turn: Turn, offer: Offer) -> None:
    """An offer ends through no fault of its agent; the interaction goes back to the head."""
    it = turn.state.interactions[offer.interaction]
    offering.withdraw_one(turn, offer)
    back_to_head(turn, it)


def back_to_head(turn: Turn, it: Interaction) -> None:
    """Stand at the head of the same queue with the old clock, and be offered again.

    While it still rings elsewhere it stays where it is; a rule of the queue may lead it on. Who
    waited for one agent waits for any. An entry of a dialling list keeps its place: nobody waits
    there.
    """
    waiting = it.waiting
    if waiting is None:
        raise LookupError(it.id)
    if it.emergency:
        endings.end(turn, it, EndedBy.NOT_REACHED, Cause.UNREACHABLE)
        return
    if waiting.offers:
        engine.offer(turn, it)
        return
    if waiting.direct:
        if not engine.give_up(turn, it, waiting):
            engine.stand(turn, it, replace(waiting, returned=True), again=True)
        return
    left, other = engine.on_untaken(turn, it)
    if other:
        flow.change(turn, it, other)
    if left:
        return
    head = callback_rules.listed(turn.state, it) is None
    engine.stand(
        turn, it, replace(waiting, returned=head, personal=None, personal_until=None), again=True
    )


def ask_again(turn: Turn, it: Interaction) -> None:
    """Who declined was let alone for long enough: they may be asked, if nobody else is free."""
    rests = it.waiting.rests if it.waiting else {}
    for agent in [name for name, until in rests.items() if until <= turn.now]:
        turn.emit(DeclineRested(it.id, agent))
    offering.offer_in_order(turn, it.id)


def _rests_until(turn: Turn, it: Interaction) -> int | None:
    """How long the agent is let alone with what they declined: until it starves at the latest."""
    waiting = it.waiting
    if waiting is None:
        return None
    rest_ms = turn.state.queues[waiting.queue].decline_rest_ms
    starves = waiting.entered_at + starving_from(turn.state.policy.order)
    until = min(turn.now + rest_ms, starves)
    return until if until > turn.now else None


def rest_device(turn: Turn, agent: Agent, fault: OfferFault) -> None:
    """The device in use could not be rung: it is let alone for a while, unless it is known gone."""
    if agent.trouble is None:
        turn.emit(DeviceAway(agent.id, agent.device, fault, turn.now + DEVICE_REST_MS))


def on_offer_due(turn: Turn, offer: Offer) -> None:
    """The offer rang out (RONA), or the accepted leg did not come up in time."""
    if offer.answer_by is None:
        lose(turn, offer, OfferFault.NO_ANSWER)
    else:
        lose(turn, offer, OfferFault.DEVICE_UNREACHABLE)


def _step_aside(turn: Turn, offer: Offer, fault: OfferFault) -> None:
    """Who does not answer is not asked again at once; several declines in a row count alike.

    A desk phone can decline where the queue does not allow it: once is enough then. A device that
    fails is let alone, and its agent is ready again with it. What they handle they may go on with;
    who is rung for a call meanwhile need not look at what is written.
    """
    agent = turn.state.agents[offer.agent]
    rules = turn.state.queues[offer.queue]
    declined = fault is OfferFault.DECLINED
    limit = rules.declines_before_not_ready if rules.decline_allowed else 1
    if agent.wish is not Wish.READY or agent.offer or (declined and agent.declines < limit):
        return
    if fault not in OUTCOMES:
        rest_device(turn, agent, fault)
        return
    reason = "declines" if declined else fault.value
    if agent.writes:
        if agent.pending is not Wish.OFFLINE:
            turn.emit(WishPending(agent.id, Wish.NOT_READY, reason))
        return
    profile = turn.state.profiles.get(agent.id)
    until = turn.now + FIXED_PHONE_REST_MS if profile and profile.on_duty else None
    turn.emit(WishSet(agent.id, Wish.NOT_READY, reason, until))
