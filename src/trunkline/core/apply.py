"""`apply(state, at, fact)`: the one place where the state changes. It decides nothing.

Each fact has one small fold, found by its type; a fact without one changes nothing that routing
needs (it is for tables and streams).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core import apply_callbacks, apply_parties
from trunkline.core import facts as f
from trunkline.core.acd import watch
from trunkline.core.acd.pace import Estimate
from trunkline.core.inputs import Presumption
from trunkline.core.state import Agent, Interaction, Offer, State, Talk, Trouble, Waiting, WrapUp
from trunkline.core.words import AgentId, DeviceKind, OfferFault, OfferOutcome, Place, Wish

COUNT_AGAINST_AGENT = (OfferFault.NO_ANSWER, OfferFault.DECLINED)
"""A device that fails does not cost the place among the idle."""

STEP_TIMEOUT_MS = 120_000
"""A play or collection that nobody answers for so long is over: every state has a timer."""


def apply(state: State, at: int, fact: f.Fact) -> State:
    """Fold one fact, decided at `at` (ms UTC), into the state, which is changed and returned."""
    fold = _FOLDS.get(type(fact))
    if fold:
        fold(state, at, fact)
    return state


def _policy_published(state: State, at: int, fact: f.PolicyPublished) -> None:
    state.policy = fact.policy
    state.index_policy()
    state.paces = {queue: pace for queue, pace in state.paces.items() if queue in state.queues}
    for it in state.interactions.values():
        state.stand(it)
    for profile in fact.policy.agents:
        if profile.id not in state.agents:
            wish = Wish.READY if profile.on_duty else Wish.OFFLINE
            device = profile.device
            state.agents[profile.id] = Agent(
                profile.id, wish, device=device, idle_since=at, shown_at=at
            )
    for agent in state.agents.values():
        state.settle(agent)


def _started(state: State, at: int, fact: f.InteractionStarted) -> None:
    state.interactions[fact.interaction] = Interaction(
        id=fact.interaction,
        channel=fact.channel,
        leg=fact.leg,
        number=fact.number,
        party=fact.party,
        flow=fact.flow,
        presumption=fact.presumption,
        customer=fact.customer,
        level=fact.level,
        language=fact.language,
        priority=fact.priority,
        survey_seed=fact.survey_seed,
        survey_allowed=fact.survey_allowed,
        survey_reason=fact.survey_reason,
        started_at=at,
        affinity=fact.affinity,
        tags=dict(fact.tags),
        caller=fact.caller,
        bar=fact.bar,
        callback=fact.callback,
        here=fact.callback is None,
    )
    if fact.callback is None:
        state.legs[fact.leg] = ("customer", fact.interaction)


def _tagged(state: State, at: int, fact: f.InteractionTagged) -> None:
    it = state.interactions[fact.interaction]
    it.tags.update(fact.tags)
    state.stand(it)


def _flow_changed(state: State, at: int, fact: f.FlowChanged) -> None:
    it = state.interactions[fact.interaction]
    state.step_out(it)
    it.place, it.waiting, it.flow = Place.FLOW, None, fact.flow
    it.node = it.step = None


def _node_entered(state: State, at: int, fact: f.NodeEntered) -> None:
    it = state.interactions[fact.interaction]
    it.node, it.attempt, it.checking = fact.node, fact.attempt, fact.kind == "check"
    it.stage = fact.kind
    it.asked = it.asked or fact.kind == "callback"
    _await(state, at, it, fact.step)


def _customer_linked(state: State, at: int, fact: f.CustomerLinked) -> None:
    it = state.interactions[fact.interaction]
    if fact.customer != it.customer:
        it.verified_by = None
        it.presumption = Presumption.PRESUMED if fact.customer else Presumption.NONE
    it.customer, it.level = fact.customer, fact.level
    state.stand(it)


def _customer_verified(state: State, at: int, fact: f.CustomerVerified) -> None:
    it = state.interactions[fact.interaction]
    it.verified_by, it.presumption = fact.by, Presumption.VERIFIED
    state.stand(it)


def _queued(state: State, at: int, fact: f.InteractionQueued) -> None:
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
    state.offers[fact.offer] = Offer(
        fact.offer, fact.interaction, fact.agent, fact.queue, at,
        fact.expires_at, fact.accept_at, fact.leg,
    )  # fmt: skip
    it = state.interactions[fact.interaction]
    if it.waiting:
        it.waiting.offers.append(fact.offer)
        state.stand(it)
        state.count_attempt(it)
    state.rounds[fact.queue] = fact.agent
    agent = state.agents[fact.agent]
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
    offer = state.offers[fact.offer]
    state.close_offer(offer)
    agent = state.agents[offer.agent]
    if fact.fault in COUNT_AGAINST_AGENT:
        agent.idle_since = at
    if fact.outcome is OfferOutcome.TIMED_OUT:
        state.interactions[offer.interaction].unanswered += 1
    if fact.outcome is OfferOutcome.DECLINED:
        agent.declines += 1
        waiting = state.interactions[offer.interaction].waiting
        if waiting and agent.id not in waiting.passed_by:
            waiting.passed_by.append(agent.id)
    state.settle(agent)


def _answered(state: State, at: int, fact: f.InteractionAnswered) -> None:
    it = state.interactions[fact.interaction]
    state.step_out(it)
    it.place, it.waiting, it.step, it.node = Place.TALKING, None, None, None
    state.close_offer(state.offers[fact.offer])
    it.talk = Talk(fact.agent, fact.queue, fact.bridge, fact.leg, at)
    it.last_agent, it.last_queue = fact.agent, fact.queue
    it.unanswered = 0
    it.open_work += 1
    state.count_attempt(it)
    state.legs[fact.leg] = ("agent", it.id)
    agent = state.agents[fact.agent]
    agent.segment, agent.disposition, agent.declines = it.id, None, 0
    agent.contacts += 1
    state.settle(agent)


def _recording_started(state: State, at: int, fact: f.RecordingStarted) -> None:
    state.interactions[fact.interaction].recording = fact.recording
    state.recordings[fact.recording] = fact.interaction


def _recording_stopped(state: State, at: int, fact: f.RecordingStopped) -> None:
    state.recordings.pop(fact.recording, None)
    it = state.interactions.get(fact.interaction)
    if it and it.recording == fact.recording:
        it.recording = None


def _held(state: State, at: int, fact: f.InteractionHeld) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.held = True


def _resumed(state: State, at: int, fact: f.InteractionResumed) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.held = False


def _muted(state: State, at: int, fact: f.AgentMuted) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.muted = fact.muted


def _leg_lost(state: State, at: int, fact: f.AgentLegLost) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        _forget_legs(state, talk)
        talk.leg = talk.dialling = None
        talk.muted, talk.lost_until = False, fact.until
        state.due(fact.until, "lost", fact.interaction)


def _leg_redialled(state: State, at: int, fact: f.AgentLegRedialled) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        _forget_legs(state, talk)
        talk.leg, talk.dialling, talk.lost_until = None, fact.leg, fact.until
        talk.muted = False
        state.legs[fact.leg] = ("agent", fact.interaction)
        state.due(fact.until, "lost", fact.interaction)


def _leg_back(state: State, at: int, fact: f.AgentLegBack) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.leg, talk.dialling, talk.lost_until = fact.leg, None, None


def _talk_ended(state: State, at: int, fact: f.TalkEnded) -> None:
    it = state.interactions[fact.interaction]
    if it.talk:
        _forget_legs(state, it.talk)
    if fact.to_party is None:
        it.talk = None
    it.talk_ms += fact.talk_ms
    state.count_attempt(it)
    it.open_work -= 1
    agent = state.agents[fact.agent]
    agent.segment, agent.idle_since = None, at
    agent.busy_ms += fact.talk_ms
    state.settle(agent)


def _disposition_set(state: State, at: int, fact: f.DispositionSet) -> None:
    state.agents[fact.agent].disposition = fact.disposition


def _wrap_up_started(state: State, at: int, fact: f.WrapUpStarted) -> None:
    agent = state.agents[fact.agent]
    agent.wrap_up = WrapUp(fact.interaction, fact.queue, fact.mode, at, fact.ends_at)
    state.interactions[fact.interaction].open_work += 1
    if fact.ends_at is not None:
        state.due(fact.ends_at, "wrap_up", agent.id)
    state.settle(agent)


def _wrap_up_extended(state: State, at: int, fact: f.WrapUpExtended) -> None:
    agent = state.agents[fact.agent]
    if agent.wrap_up:
        agent.wrap_up.ends_at, agent.wrap_up.extended = fact.ends_at, fact.extended
        agent.wrap_up.overrun = fact.overrun
        state.due(fact.ends_at, "wrap_up", agent.id)
        state.touched.add(agent.id)


def _wrap_up_completed(state: State, at: int, fact: f.WrapUpCompleted) -> None:
    agent = state.agents[fact.agent]
    if agent.wrap_up:
        agent.busy_ms += at - agent.wrap_up.began_at
    agent.wrap_up, agent.disposition, agent.idle_since = None, None, at
    if fact.unfinished:
        agent.unfinished[fact.interaction] = fact.queue
    else:
        agent.unfinished.pop(fact.interaction, None)
    it = state.interactions.get(fact.interaction)
    if it:
        it.open_work -= 1
    state.settle(agent)


def _unfinished_done(state: State, at: int, fact: f.UnfinishedDone) -> None:
    del state.agents[fact.agent].unfinished[fact.interaction]


def _survey_asked(state: State, at: int, fact: f.SurveyAsked) -> None:
    it = state.interactions[fact.interaction]
    it.place, it.attempt = Place.SURVEY, fact.attempt
    _await(state, at, it, fact.step)


def _farewell(state: State, at: int, fact: f.FarewellStarted) -> None:
    it = state.interactions[fact.interaction]
    it.farewell = fact.ended_by
    state.step_out(it)
    it.waiting = None
    if it.place is not Place.SURVEY:
        it.place = Place.FLOW
    _await(state, at, it, fact.step)


def _ended(state: State, at: int, fact: f.InteractionEnded) -> None:
    it = state.interactions[fact.interaction]
    state.step_out(it)
    state.legs.pop(it.leg, None)
    if it.outside:
        state.legs.pop(it.outside.leg, None)
        it.outside = None
    it.place, it.waiting, it.step, it.node = Place.ENDED, None, None, None
    state.count_attempt(it)


def _closed(state: State, at: int, fact: f.InteractionClosed) -> None:
    del state.interactions[fact.interaction]


def _wish_set(state: State, at: int, fact: f.WishSet) -> None:
    agent = state.agents[fact.agent]
    _count_duty(agent, at)
    agent.wish, agent.reason = fact.wish, fact.reason
    agent.pending = agent.pending_reason = None
    agent.declines, agent.idle_since, agent.rests_until = 0, at, fact.until
    if fact.until is not None:
        state.due(fact.until, "rest", agent.id)
    state.settle(agent)


def _wish_pending(state: State, at: int, fact: f.WishPending) -> None:
    agent = state.agents[fact.agent]
    agent.pending, agent.pending_reason = fact.wish, fact.reason
    state.touched.add(agent.id)


def _device_set(state: State, at: int, fact: f.DeviceSet) -> None:
    agent = state.agents[fact.agent]
    agent.device = fact.device
    state.settle(agent)


def _device_away(state: State, at: int, fact: f.DeviceAway) -> None:
    _set_trouble(state, fact.agent, fact.device, Trouble(fact.fault, fact.until))
    if fact.until is not None:
        state.due(fact.until, "device", fact.agent)


def _device_back(state: State, at: int, fact: f.DeviceBack) -> None:
    _set_trouble(state, fact.agent, fact.device, None)


def _set_trouble(state: State, name: AgentId, device: DeviceKind, trouble: Trouble | None) -> None:
    agent = state.agents[name]
    if device is DeviceKind.SIP:
        agent.phone_trouble = trouble
    else:
        agent.browser_trouble = trouble
    state.settle(agent)


def _desk_changed(state: State, at: int, fact: f.DeskChanged) -> None:
    agent = state.agents[fact.agent]
    agent.connected, agent.grace_until = fact.connected, fact.until
    if fact.until is not None:
        state.due(fact.until, "grace", agent.id)
    state.settle(agent)


def _shown(state: State, at: int, fact: f.AgentShown) -> None:
    agent = state.agents[fact.agent]
    agent.shown, agent.shown_reason = fact.state, fact.reason
    agent.shown_pending, agent.shown_pending_reason = fact.pending, fact.pending_reason
    agent.shown_at = at


def _count_duty(agent: Agent, at: int) -> None:
    """The present wish ends: who signs in counts anew, and time away is no time on duty."""
    if agent.wish is Wish.OFFLINE:
        agent.on_since, agent.contacts, agent.busy_ms, agent.away_ms = at, 0, 0, 0
    elif agent.wish is Wish.NOT_READY:
        agent.away_ms += at - agent.wished_at
    agent.wished_at = at


def _await(state: State, at: int, it: Interaction, step: str | None) -> None:
    it.step, it.step_at = step, at + STEP_TIMEOUT_MS
    if step:
        state.due(it.step_at, "step", it.id)


def _forget_legs(state: State, talk: Talk) -> None:
    for leg in (talk.leg, talk.dialling):
        if leg:
            state.legs.pop(leg, None)


Fold = Callable[[State, int, Any], None]


def _after(learn: Fold, fold: Fold) -> Fold:
    """What is learnt from a fact is learnt before it changes anything."""

    def both(state: State, at: int, fact: Any) -> None:
        learn(state, at, fact)
        fold(state, at, fact)

    return both


_FOLDS: dict[type[Any], Fold] = {
    f.PolicyPublished: _policy_published,
    f.InteractionStarted: _started,
    f.InteractionTagged: _tagged,
    f.FlowChanged: _flow_changed,
    f.NodeEntered: _node_entered,
    f.CustomerLinked: _customer_linked,
    f.CustomerVerified: _customer_verified,
    f.InteractionQueued: _queued,
    f.WaitForetold: _wait_foretold,
    f.WaitAdvanced: _wait_advanced,
    f.InteractionBoosted: _boosted,
    f.PositionAnnounced: _position_announced,
    f.OfferMade: _offer_made,
    f.OfferAccepted: _offer_accepted,
    f.OfferEnded: _offer_ended,
    f.InteractionAnswered: _answered,
    f.RecordingStarted: _recording_started,
    f.RecordingStopped: _recording_stopped,
    f.InteractionHeld: _held,
    f.InteractionResumed: _resumed,
    f.AgentMuted: _muted,
    f.AgentLegLost: _leg_lost,
    f.AgentLegRedialled: _leg_redialled,
    f.AgentLegBack: _leg_back,
    f.TalkEnded: _talk_ended,
    f.DispositionSet: _disposition_set,
    f.WrapUpStarted: _wrap_up_started,
    f.WrapUpExtended: _wrap_up_extended,
    f.WrapUpCompleted: _wrap_up_completed,
    f.UnfinishedDone: _unfinished_done,
    f.SurveyAsked: _survey_asked,
    f.FarewellStarted: _farewell,
    f.InteractionEnded: _ended,
    f.InteractionClosed: _closed,
    f.WishSet: _wish_set,
    f.WishPending: _wish_pending,
    f.DeviceSet: _device_set,
    f.DeviceAway: _device_away,
    f.DeviceBack: _device_back,
    f.DeskChanged: _desk_changed,
    f.AgentShown: _shown,
    **apply_callbacks.FOLDS,
    **apply_parties.FOLDS,
}
for _kind, _learn in watch.RULES.items():
    _FOLDS[_kind] = _after(_learn, _FOLDS[_kind])
