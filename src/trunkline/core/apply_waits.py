"""How the state follows from the wait in a queue and from offers.

Part of `core/apply.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core import facts as f
from trunkline.core.acd import watch
from trunkline.core.acd.pace import Estimate
from trunkline.core.agent import Work
from trunkline.core.interaction import Offer, Waiting
from trunkline.core.state import State
from trunkline.core.words import OfferFault, OfferOutcome, Place, WorkStage

COUNT_AGAINST_AGENT = (OfferFault.NO_ANSWER, OfferFault.DECLINED)
"""A device that fails does not cost the place among the idle."""

Fold = Callable[[State, int, Any], None]


def _queued(state: State, at: int, fact: f.InteractionQueued) -> None:
    watch.queued(state, at, fact)
    it = state.interactions[fact.interaction]
    state.step_out(it)
    if it.place is Place.FLOW:
        it.queued_by = it.node
    if not fact.again:
        it.node = it.step = None
    it.place = Place.QUEUED
    before = it.waiting if fact.again else None
    it.waiting = Waiting(
        fact.queue,
        fact.priority,
        fact.entered_at,
        fact.returned,
        fact.announce_at,
        passed_by=list(fact.passed_by),
        arrived_at=fact.entered_at if fact.arrived_at is None else fact.arrived_at,
        stage=fact.stage,
        personal=fact.personal,
        personal_until=fact.personal_until,
        boosted=fact.boosted,
        next_at=fact.next_at,
        told=before.told if before else None,
        told_at=before.told_at if before else 0,
        rests=before.rests if before else {},
        untaken=before.untaken if before else 0,
        direct=fact.direct,
    )
    it.last_queue = fact.queue
    if fact.queue not in it.queues:
        it.queues.append(fact.queue)
    state.line_up(it)
    state.count_attempt(it)
    if fact.announce_at is not None:
        state.due(fact.announce_at, "announce", it.id)
    if fact.next_at is not None:
        state.due(fact.next_at, "wait", it.id)


def _wait_foretold(state: State, at: int, fact: f.WaitForetold) -> None:
    waiting = state.interactions[fact.interaction].waiting
    if waiting:
        waiting.told, waiting.told_at = Estimate(fact.mean_ms, fact.upper_ms), at


def _wait_advanced(state: State, at: int, fact: f.WaitAdvanced) -> None:
    it = state.interactions[fact.interaction]
    waiting = it.waiting
    if waiting is None:
        return
    waiting.stage, waiting.next_at = fact.stage, fact.next_at
    waiting.personal, waiting.personal_until = fact.personal, fact.personal_until
    state.stand(it)
    if fact.next_at is not None:
        state.due(fact.next_at, "wait", it.id)


def _boosted(state: State, at: int, fact: f.InteractionBoosted) -> None:
    it = state.interactions[fact.interaction]
    if it.waiting:
        state.step_out(it)
        it.waiting.boosted = True
        state.line_up(it)


def _position_announced(state: State, at: int, fact: f.PositionAnnounced) -> None:
    waiting = state.interactions[fact.interaction].waiting
    if waiting:
        waiting.play, waiting.announce_at = fact.play, fact.announce_at
        if fact.announce_at is not None:
            state.due(fact.announce_at, "announce", fact.interaction)


def _offer_made(state: State, at: int, fact: f.OfferMade) -> None:
    watch.offered(state, at, fact)
    it = state.interactions[fact.interaction]
    state.offers[fact.offer] = Offer(
        fact.offer, fact.interaction, fact.agent, fact.queue, at,
        fact.expires_at, fact.accept_at, fact.leg,
    )  # fmt: skip
    if it.waiting:
        it.waiting.offers.append(fact.offer)
        state.stand(it)
        state.count_attempt(it)
    state.rounds[fact.queue] = fact.agent
    agent = state.agents[fact.agent]
    if it.written:
        agent.works.append(
            Work(it.id, it.channel, fact.queue, WorkStage.OFFERED, at, offer=fact.offer)
        )
    else:
        agent.offer = fact.offer
    state.settle(agent)
    if fact.leg:
        state.legs[fact.leg] = ("offer", fact.offer)
    state.due(fact.expires_at, "offer", fact.offer)
    if fact.accept_at is not None:
        state.due(fact.accept_at, "accept", fact.offer)


def _offer_accepted(state: State, at: int, fact: f.OfferAccepted) -> None:
    offer = state.offers[fact.offer]
    offer.leg, offer.answer_by, offer.accept_at = fact.leg, fact.answer_by, None
    it = state.interactions[fact.interaction]
    state.stand(it)
    state.legs[fact.leg] = ("offer", fact.offer)
    state.due(fact.answer_by, "offer", fact.offer)


def _offer_ended(state: State, at: int, fact: f.OfferEnded) -> None:
    watch.offer_ended(state, at, fact)
    offer = state.offers[fact.offer]
    state.close_offer(offer)
    agent = state.agents[offer.agent]
    if fact.fault in COUNT_AGAINST_AGENT:
        agent.idle_since = at
    waiting = state.interactions[offer.interaction].waiting
    if waiting and fact.fault in COUNT_AGAINST_AGENT:
        waiting.untaken += 1
    if fact.outcome is OfferOutcome.TIMED_OUT:
        state.interactions[offer.interaction].unanswered += 1
    if fact.outcome is OfferOutcome.DECLINED:
        agent.declines += 1
        if waiting and agent.id not in waiting.passed_by:
            waiting.passed_by.append(agent.id)
        if waiting and fact.rests_until is not None:
            waiting.rests[agent.id] = fact.rests_until
            state.due(fact.rests_until, "declined", offer.interaction)
    state.settle(agent)


def _decline_rested(state: State, at: int, fact: f.DeclineRested) -> None:
    waiting = state.interactions[fact.interaction].waiting
    if waiting:
        waiting.rests.pop(fact.agent, None)
        if waiting.rests:
            state.due(min(waiting.rests.values()), "declined", fact.interaction)


FOLDS: dict[type[Any], Fold] = {
    f.InteractionQueued: _queued,
    f.WaitForetold: _wait_foretold,
    f.WaitAdvanced: _wait_advanced,
    f.InteractionBoosted: _boosted,
    f.PositionAnnounced: _position_announced,
    f.OfferMade: _offer_made,
    f.OfferAccepted: _offer_accepted,
    f.OfferEnded: _offer_ended,
    f.DeclineRested: _decline_rested,
}
