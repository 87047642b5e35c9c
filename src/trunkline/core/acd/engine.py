"""Queueing and offers.

    queued ──offer──▶ pending ──accepted──▶ leg being made ──up──▶ talking
       ▲                 │ declined, timed_out, failed, withdrawn     │ leg fails
       └──── head of line┴───────────────────────────────────────────┘

Offers are attributes of a queued interaction: one is open at a time, or several where the queue
rings several; then the first to accept wins and the others are withdrawn. A desk phone is dialled
with the offer and accepts by answering; a browser is asked by message, and dialled when the agent
accepts. An agent who declined an interaction or gave it away is passed by: they get it again only
when nobody else is free and nobody else waits for them. What waiting changes (acd/waits.py) comes
up as one timer of the interaction. Where a rule leads to a flow, its id is returned: the caller
goes there.
"""

from __future__ import annotations

from dataclasses import replace

from trunkline.core.acd import ewt, policy, waits
from trunkline.core.acd.policy import Match
from trunkline.core.acd.rules import OverflowRule
from trunkline.core.agent import Agent
from trunkline.core.call import endings
from trunkline.core.call.commands import DialAgent, HangUp, Play, StartMusic
from trunkline.core.config import AcceptMode, QueuePolicy
from trunkline.core.facts import (
    DeviceAway,
    Foretold,
    InteractionBoosted,
    InteractionMoved,
    InteractionOverflowed,
    InteractionQueued,
    InteractionUnanswered,
    OfferAccepted,
    OfferEnded,
    OfferMade,
    PositionAnnounced,
    WaitAdvanced,
    WaitForetold,
    WishSet,
)
from trunkline.core.flow.speech import Duration, Position, Prompt, Say
from trunkline.core.inputs import AcceptOffer, BoostInteraction, DeclineOffer, MoveInteraction
from trunkline.core.interaction import Interaction, Offer, Waiting
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    Cause,
    DeviceKind,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    OfferFault,
    OfferId,
    OfferOutcome,
    QueueId,
    Wish,
)

ALL_BUSY = (Prompt("all-agents-busy"), Prompt("goodbye"))
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
FIRST_ANNOUNCEMENT_MS = 1_500
ALARMING = 2
"""So many offers of one interaction that rang out raise an alert."""
LOOK_AGAIN_MS = 30_000
"""Where no place is told: how often it is looked whether a callback may be offered by now."""
LONGEST_TOLD_MS = 3_600_000
"""A longer wait is not announced: nobody is there, or the figure helps nobody."""
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
) -> FlowId | None:
    """Enter a queue; with `entered_at` the place is kept and the interaction goes to the head.

    Who comes anew may be led on by history or overflow; a flow to go to instead is returned.
    """
    returned = entered_at is not None
    if not returned:
        target = _led_on(turn, it, queue)
        if isinstance(target, OverflowRule):
            return target.to_flow
        queue = target
    rules = turn.state.queues.get(queue)
    if rules is None or (is_full(turn, queue) and not returned):
        endings.farewell(turn, it, ALL_BUSY, EndedBy.FLOW)
        return None
    entered = turn.now if entered_at is None else entered_at
    speaks = rules.announce_every_ms or rules.callback.enabled
    first = turn.now + FIRST_ANNOUNCEMENT_MS if speaks else None
    waiting = Waiting(queue, priority, entered, returned, first, passed_by=list(passed_by))
    waiting.arrived_at = turn.now
    if not returned:
        wished = waits.preferred(turn.state, it, rules, passed_by)
        if wished:
            waiting.personal, waiting.personal_until = wished[0], turn.now + wished[1]
    stand(turn, it, waiting)
    _foretell(turn, it)
    turn.do(StartMusic(it.leg, rules.music))
    return None


def foretold(turn: Turn, it: Interaction) -> Foretold | None:
    """What was foretold of a wait that is over now, if anything was."""
    stay = it.waiting
    if stay is None or stay.told is None:
        return None
    return Foretold(stay.told.mean_ms, stay.told.upper_ms, turn.now - stay.told_at)


def is_full(turn: Turn, queue: QueueId) -> bool:
    """Whether as many wait in the queue as may."""
    return len(turn.state.lines[queue]) >= turn.state.queues[queue].max_waiting


def offer_to_someone(turn: Turn, it: Interaction) -> None:
    """Offer a waiting interaction to the best free agents, as many as ring at once."""
    while not turn.settling and turn.state.free and it.waiting and turn.state.board.stands(it.id):
        match = policy.for_interaction(turn.state, it, it.waiting, turn.stamp)
        if not match.seen:
            return
        passed_by, *_, agent, _ = match.seen[0]
        if not passed_by:
            make_offer(turn, match)
            continue
        serve(turn, agent)  # who declined it may take another one first; then the next is asked
        if agent in turn.state.free:
            return


def offer_in_order(turn: Turn, name: InteractionId) -> None:
    """Let the free agents for an interaction take whoever is first for them, until it has one."""
    it = turn.state.interactions.get(name)
    while it and it.waiting and turn.state.board.stands(name):
        match = policy.for_interaction(turn.state, it, it.waiting, turn.stamp)
        agent = match.seen[0][4] if match.seen else None
        if agent is None:
            return
        serve(turn, agent)
        if agent in turn.state.free:
            raise RuntimeError(f"{agent} may serve {name} and was not asked")


def serve(turn: Turn, agent: AgentId) -> None:
    """Give a free agent the first interaction in line; what nobody was spared for may follow."""
    while not turn.settling and agent in turn.state.free:
        match = policy.for_agent(turn.state, agent, turn.stamp)
        if match is None:
            _lend(turn, agent)
            return
        make_offer(turn, _own_first(turn, match, agent))


def _own_first(turn: Turn, match: Match, agent: AgentId) -> Match:
    """The best for the first in the agent's line may be another, who has a first of their own."""
    best = match.seen[0][4]
    other = policy.for_agent(turn.state, best, turn.stamp) if best != agent else None
    return other if other and other.seen[0][4] == best else match


def serve_all(turn: Turn) -> None:
    """All is in order: serve whoever is free, the longest idle first."""
    turn.settling = False
    free = turn.state.free
    for agent in sorted(free, key=lambda name: (free[name], name)):
        serve(turn, agent)


def make_offer(turn: Turn, match: Match) -> None:
    """Offer to the best, and ring a desk phone at once; a browser rings by the offer's event."""
    it, agent = turn.state.interactions[match.interaction], match.seen[0][4]
    if it.waiting is None:
        raise LookupError(it.id)
    queue = turn.state.queues[it.waiting.queue]
    why = policy.explain(turn.state, match, agent, turn.now)
    phone = turn.state.agents[agent].device is DeviceKind.SIP
    automatic = queue.accept is AcceptMode.AUTOMATIC and not phone
    leg = LegId(turn.new_id()) if phone else None
    offer = OfferId(turn.new_id())
    accept_at = turn.now + queue.accept_after_ms if automatic else None
    rings = queue.callback.preview_ms if it.callback else queue.offer_timeout_ms
    expires = turn.now + rings
    turn.emit(OfferMade(offer, it.id, agent, queue.id, expires, accept_at, leg, why))
    if leg:
        dial(turn, it, agent, leg, rings)


def accept(turn: Turn, given: AcceptOffer) -> None:
    """The agent accepts by click or key; a second click is done already."""
    offer = turn.state.offers.get(given.offer)
    if offer is None or offer.agent != given.agent:
        raise Refused("offer_gone", "The offer is over.")
    if offer.leg is None:
        take(turn, offer)


def take(turn: Turn, offer: Offer) -> None:
    """Ring the agent's browser, which answers by itself; others who were asked too hear of it."""
    leg = LegId(turn.new_id())
    wait_ms = turn.state.policy.answer_timeout_ms
    it = turn.state.interactions[offer.interaction]
    turn.emit(OfferAccepted(offer.id, it.id, offer.agent, leg, turn.now + wait_ms))
    dial(turn, it, offer.agent, leg, wait_ms)
    for agent in win(turn, it, offer):
        serve(turn, agent)


def win(turn: Turn, it: Interaction, winner: Offer) -> list[AgentId]:
    """One of several offers wins: the others are withdrawn. Whose they were is to be served."""
    names = it.waiting.offers if it.waiting else []
    others = [turn.state.offers[name] for name in names if name != winner.id]
    for offer in others:
        _withdraw_one(turn, offer)
    return [offer.agent for offer in others]


def decline(turn: Turn, given: DeclineOffer) -> None:
    """The agent declines, where the queue allows it."""
    offer = turn.state.offers.get(given.offer)
    if offer is None or offer.agent != given.agent or offer.answer_by is not None:
        raise Refused("offer_gone", "The offer is over.")
    queue = turn.state.queues[offer.queue]
    if not queue.decline_allowed:
        raise Refused("decline_not_allowed", "This queue does not allow offers to be declined.")
    lose(turn, offer, OfferFault.DECLINED, given.reason)


def lose(turn: Turn, offer: Offer, fault: OfferFault, reason: str | None = None) -> None:
    """An offer came to nothing: the interaction goes back to the head, the agent steps aside."""
    if offer.leg:
        turn.do(HangUp(offer.leg))
    outcome = OUTCOMES.get(fault, OfferOutcome.FAILED)
    turn.emit(OfferEnded(offer.id, offer.interaction, offer.agent, outcome, fault, reason))
    it = turn.state.interactions[offer.interaction]
    if fault is OfferFault.NO_ANSWER and it.unanswered == ALARMING:
        turn.emit(InteractionUnanswered(it.id, offer.queue, it.unanswered))
    _step_aside(turn, offer, fault)
    back_to_head(turn, turn.state.interactions[offer.interaction])
    serve(turn, offer.agent)


def lose_leg(turn: Turn, offer: Offer, cause: Cause) -> None:
    """The agent's leg ended before it was up."""
    lose(turn, offer, FAULTS.get(cause, OfferFault.DEVICE_UNREACHABLE))


def rest_device(turn: Turn, agent: Agent, fault: OfferFault) -> None:
    """The device in use could not be rung: it is let alone for a while, unless it is known gone."""
    if agent.trouble is None:
        turn.emit(DeviceAway(agent.id, agent.device, fault, turn.now + DEVICE_REST_MS))


def take_back(turn: Turn, offer: Offer) -> None:
    """An offer ends through no fault of its agent; the interaction goes back to the head."""
    it = turn.state.interactions[offer.interaction]
    _withdraw_one(turn, offer)
    back_to_head(turn, it)


def back_to_head(turn: Turn, it: Interaction) -> None:
    """Stand at the head of the same queue with the old clock, and be offered again.

    While it still rings elsewhere it stays where it is. Who waited for one agent waits for any.
    """
    waiting = it.waiting
    if waiting is None:
        raise LookupError(it.id)
    if waiting.offers:
        offer_to_someone(turn, it)
        return
    stand(turn, it, replace(waiting, returned=True, personal=None, personal_until=None), again=True)


def boost(turn: Turn, given: BoostInteraction) -> None:
    """A supervisor lets the interaction go before the others; a second time changes nothing."""
    it = turn.state.interactions.get(given.interaction)
    if it is None or it.waiting is None:
        raise Refused("not_waiting", "This interaction does not wait in a queue.")
    if not it.waiting.boosted:
        turn.emit(InteractionBoosted(it.id, given.by))
        offer_to_someone(turn, it)


def move(turn: Turn, given: MoveInteraction) -> None:
    """A supervisor leads the interaction to another queue; the clock of its wait goes on.

    Whom it rings for lets go of it; who is just taking it keeps it, and the move is refused.
    """
    it = turn.state.interactions.get(given.interaction)
    if it is None or it.waiting is None or not it.here:
        raise Refused("not_waiting", "This interaction does not wait in a queue.")
    if given.queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if given.queue == it.waiting.queue:
        return
    if is_full(turn, given.queue):
        raise Refused("queue_full", "As many wait in this queue as may.")
    offers = [turn.state.offers[name] for name in it.waiting.offers]
    if any(offer.answer_by is not None for offer in offers):
        raise Refused("being_taken", "An agent is just taking this interaction.")
    for offer in offers:
        _withdraw_one(turn, offer)
    waited = turn.now - it.waiting.entered_at
    turn.emit(InteractionMoved(it.id, it.waiting.queue, given.queue, waited, given.by))
    _lead_on(turn, it, it.waiting, given.queue)
    _foretell(turn, it)
    for offer in offers:
        serve(turn, offer.agent)


def on_wait_due(turn: Turn, it: Interaction) -> FlowId | None:
    """Waiting changed something: who may serve, whom it waits for, or where it waits.

    Nothing is offered yet: what changes for others at the same moment comes first.
    """
    waiting = it.waiting
    if waiting is None:
        return None
    rules = turn.state.queues[waiting.queue]
    stays = bool(waiting.offers) or not it.here
    late = None if stays else waits.overflow_after(rules, turn.now - waiting.arrived_at)
    if late and leads_somewhere(turn, late):
        return _overflow(turn, it, waiting, late)
    look_again(turn, it)
    return None


def look_again(turn: Turn, it: Interaction) -> None:
    """Bring the stay up to now: the stage of the requirement, the patience, a promise due."""
    waiting = it.waiting
    if waiting is None:
        return
    jumps = waits.jumps_at(turn.state, it, waiting)
    if jumps is not None and jumps <= turn.now:
        turn.emit(InteractionBoosted(it.id, "due"))
    now = replace(waiting)
    _advance(turn, it, now)
    if now != waiting:
        turn.emit(WaitAdvanced(it.id, now.stage, now.personal, now.personal_until, now.next_at))


def release(turn: Turn) -> None:
    """Who waits for an agent who is no longer on duty waits for anybody."""
    reserved = turn.state.board.reserved
    for agent in sorted(name for name in reserved if not waits.on_duty(turn.state, name)):
        for _, name in tuple(reserved[agent]):
            it = turn.state.interactions[name]
            look_again(turn, it)
            offer_to_someone(turn, it)


def leads_somewhere(turn: Turn, rule: OverflowRule) -> bool:
    """Whether the rule's target is there: a queue with room, or a flow."""
    if rule.to_flow is not None:
        return rule.to_flow in turn.state.flows
    return rule.to_queue in turn.state.queues and not is_full(turn, rule.to_queue)


def withdraw(turn: Turn, it: Interaction) -> None:
    """The customer leaves the line: whoever is being offered this hears of it."""
    for name in tuple(it.waiting.offers) if it.waiting else ():
        _withdraw_one(turn, turn.state.offers[name])


def dissolve(turn: Turn, it: Interaction) -> None:
    """The queue is gone: nobody waits for ever where nobody serves."""
    withdraw(turn, it)
    endings.farewell(turn, it, ALL_BUSY, EndedBy.FLOW)


def ring_fewer(turn: Turn, it: Interaction) -> None:
    """The queue may ring fewer at once than it did: the latest offers beyond that are withdrawn."""
    waiting = it.waiting
    if waiting is None:
        return
    for name in waiting.offers[turn.state.queues[waiting.queue].ring_at_once :]:
        _withdraw_one(turn, turn.state.offers[name])


def on_offer_due(turn: Turn, offer: Offer) -> None:
    """The offer rang out (RONA), or the accepted leg did not come up in time."""
    if offer.answer_by is None:
        lose(turn, offer, OfferFault.NO_ANSWER)
    else:
        lose(turn, offer, OfferFault.DEVICE_UNREACHABLE)


def on_accept_due(turn: Turn, offer: Offer) -> None:
    """The queue accepts by itself for the agent."""
    if offer.leg is None:
        take(turn, offer)


def announce(turn: Turn, it: Interaction) -> None:
    """Tell the place in line, unless something else is being said; the music goes on after it."""
    if it.waiting is None:
        return
    rules = turn.state.queues[it.waiting.queue]
    every = rules.announce_every_ms
    look = every or (LOOK_AGAIN_MS if rules.callback.enabled and not it.asked else 0)
    place, step = turn.state.position(it), turn.new_id()
    upper_ms = ewt.estimate(turn.state, it.waiting.queue, ewt.place_of(turn.state, it)).upper_ms
    again_at = turn.now + look if look else None
    turn.emit(PositionAnnounced(it.id, place, step, again_at, upper_ms))
    if every and not it.step:
        turn.do(Play(it.leg, step, _announced(rules, place, upper_ms), it.language))


def dial(turn: Turn, it: Interaction, agent: AgentId, leg: LegId, ring_ms: int) -> None:
    """Make the agent's leg; the desk has the pop before the device rings."""
    device = turn.state.agents[agent].device
    profile = turn.state.profiles[agent]
    account = profile.account if device is DeviceKind.SIP else f"{profile.account}-web"
    turn.do(DialAgent(leg, account, device, it.id, it.party, ring_ms))


def _announced(rules: QueuePolicy, place: int, upper_ms: int) -> tuple[Say, ...]:
    """What the queue tells who waits: their place, how long it will be, to hold on."""
    where = (Position(place),) if rules.tell_place else ()
    told = rules.tell_wait and upper_ms <= LONGEST_TOLD_MS
    wait = (Prompt("estimated-wait"), Duration(upper_ms)) if told else ()
    return (*where, *wait, Prompt("hold-on"))


def _led_on(turn: Turn, it: Interaction, queue: QueueId) -> QueueId | OverflowRule:
    """Where somebody who comes anew waits: another queue by history or overflow, or a flow."""
    if queue not in turn.state.queues:
        return queue
    queue = waits.by_history(turn.state, it, queue)
    for _ in range(waits.MOST_HOPS):
        rule = waits.overflow_on_entry(turn.state, turn.state.queues[queue], turn.now)
        if rule is None or not leads_somewhere(turn, rule):
            break
        target, flow = rule.to_queue, rule.to_flow
        turn.emit(InteractionOverflowed(it.id, queue, rule.when, 0, target, flow))
        if target is None:
            return rule
        queue = target
    return queue


def _overflow(turn: Turn, it: Interaction, waiting: Waiting, rule: OverflowRule) -> FlowId | None:
    """Leave the queue for another, keeping the clock; or for a flow, which is returned."""
    waited, target = turn.now - waiting.entered_at, rule.to_queue
    left = InteractionOverflowed(it.id, waiting.queue, rule.when, waited, target, rule.to_flow)
    turn.emit(left)
    if target is None:
        return rule.to_flow
    _lead_on(turn, it, waiting, target)
    return None


def _lead_on(turn: Turn, it: Interaction, waiting: Waiting, queue: QueueId) -> None:
    """Stand in another queue with the clock of this one, for anybody there."""
    moved = replace(waiting, queue=queue, arrived_at=turn.now, returned=False)
    stand(turn, it, replace(moved, personal=None, personal_until=None))


def stand(turn: Turn, it: Interaction, waiting: Waiting, *, again: bool = False) -> None:
    """Wait so from now on, and be offered if somebody is free."""
    _advance(turn, it, waiting, put_off_ms=0)
    turn.emit(
        InteractionQueued(
            it.id,
            waiting.queue,
            waiting.priority,
            waiting.entered_at,
            returned=waiting.returned,
            announce_at=waiting.announce_at,
            passed_by=tuple(waiting.passed_by),
            again=again,
            arrived_at=waiting.arrived_at,
            stage=waiting.stage,
            personal=waiting.personal,
            personal_until=waiting.personal_until,
            boosted=waiting.boosted,
            next_at=waiting.next_at,
            callback=not it.here,
        )
    )
    offer_to_someone(turn, it)


def _foretell(turn: Turn, it: Interaction) -> None:
    """Whom nobody could be asked for waits.

    Told nothing is who waits for one certain agent, or whose place is kept without a leg.
    """
    stay = it.waiting
    if stay is None or stay.offers or stay.returned or stay.personal or not it.here:
        return
    place = ewt.place_of(turn.state, it)
    told = ewt.estimate(turn.state, stay.queue, place)
    turn.emit(WaitForetold(it.id, stay.queue, place, told.mean_ms, told.upper_ms))


def _advance(
    turn: Turn, it: Interaction, waiting: Waiting, put_off_ms: int = waits.PUT_OFF_MS
) -> None:
    """Bring a stay that is not yet in the state up to now."""
    plan = turn.state.board.plans[waiting.queue]
    waiting.stage = waits.stage_at(plan, turn.now - waiting.entered_at)
    wished, until = waiting.personal, waiting.personal_until
    if wished and not (waits.on_duty(turn.state, wished) and until and until > turn.now):
        waiting.personal = waiting.personal_until = None
    jumps = waits.jumps_at(turn.state, it, waiting)
    if jumps is not None and jumps <= turn.now:
        waiting.boosted = True
    waiting.next_at = waits.look_again_at(turn.state, it, waiting, turn.now, put_off_ms)


def _lend(turn: Turn, agent: AgentId) -> None:
    """One more is idle at home: colleagues who were kept there may help elsewhere now."""
    if not turn.state.board.standing():
        return
    for name in policy.colleagues(turn.state, agent):
        if policy.for_agent(turn.state, name, turn.stamp):
            serve(turn, name)


def _withdraw_one(turn: Turn, offer: Offer) -> None:
    if offer.leg:
        turn.do(HangUp(offer.leg))
    name = offer.interaction
    turn.emit(OfferEnded(offer.id, name, offer.agent, OfferOutcome.WITHDRAWN))


def _step_aside(turn: Turn, offer: Offer, fault: OfferFault) -> None:
    """Who does not answer is not asked again at once; several declines in a row count alike.

    A desk phone can decline where the queue does not allow it: once is enough then. A device that
    fails is let alone, and its agent is ready again with it.
    """
    agent = turn.state.agents[offer.agent]
    rules = turn.state.queues[offer.queue]
    declined = fault is OfferFault.DECLINED
    limit = rules.declines_before_not_ready if rules.decline_allowed else 1
    if agent.wish is not Wish.READY or (declined and agent.declines < limit):
        return
    if fault not in OUTCOMES:
        rest_device(turn, agent, fault)
        return
    reason = "declines" if declined else fault.value
    profile = turn.state.profiles.get(agent.id)
    until = turn.now + FIXED_PHONE_REST_MS if profile and profile.on_duty else None
    turn.emit(WishSet(agent.id, Wish.NOT_READY, reason, until))
