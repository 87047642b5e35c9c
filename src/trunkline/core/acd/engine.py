"""Queueing: who enters, waits, is told, and is led elsewhere.

    queued ──offer──▶ pending ──accepted──▶ leg being made ──up──▶ talking
       ▲                 │ declined, timed_out, failed, withdrawn     │ leg fails
       └──── head of line┴───────────────────────────────────────────┘

Offers are made in `offering` and lost in `losing`. What waiting changes (acd/waits.py) comes up as
one timer of the interaction. Where a rule leads to a flow, its id is returned: the caller goes
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trunkline.core.acd import ewt, offering, waits
from trunkline.core.acd.rules import OverflowRule
from trunkline.core.call import endings, recording, voicemail
from trunkline.core.call.commands import StartMusic
from trunkline.core.facts import (
    Foretold,
    InteractionBoosted,
    InteractionMoved,
    InteractionOverflowed,
    InteractionQueued,
    WaitAdvanced,
    WaitForetold,
)
from trunkline.core.flow.speech import Prompt
from trunkline.core.inputs import BoostInteraction, MoveInteraction
from trunkline.core.interaction import Interaction, Waiting
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import AgentId, EndedBy, FlowId, InteractionId, QueueId

ALL_BUSY = (Prompt("all-agents-busy"), Prompt("goodbye"))
FIRST_ANNOUNCEMENT_MS = 1_500
DIRECT_MS = 30_000
"""How long somebody who wants one agent alone waits for them."""


def enqueue(
    turn: Turn,
    it: Interaction,
    queue: QueueId,
    priority: int,
    *,
    entered_at: int | None = None,
    passed_by: tuple[AgentId, ...] = (),
    wished: AgentId | None = None,
) -> FlowId | None:
    """Enter a queue; with `entered_at` the place is kept and the interaction goes to the head.

    Who comes anew may be led on by history or overflow; a flow to go to instead is returned. What
    is written hears nothing, and is led on by overflow to other queues alone.
    Who returns is offered to the agent `wished` first, and to anybody when that comes to nothing.
    """
    returned = entered_at is not None
    if not returned:
        target = _led_on(turn, it, queue)
        if isinstance(target, OverflowRule):
            return target.to_flow
        queue = target
    rules = turn.state.queues.get(queue)
    if rules is None or (is_full(turn, queue, it) and not returned):
        endings.farewell(turn, it, ALL_BUSY, EndedBy.FLOW)
        return None
    entered = turn.now if entered_at is None else entered_at
    asks = it.here and not it.written and recording.is_to_be_asked(turn.state, it, queue)
    speaks = not it.written and (rules.announce_every_ms or rules.callback.enabled or asks)
    first = turn.now + FIRST_ANNOUNCEMENT_MS if speaks else None
    waiting = Waiting(queue, priority, entered, returned, first, passed_by=list(passed_by))
    waiting.arrived_at = turn.now
    if returned:
        patience = (wished, rules.offer_timeout_ms) if wished else None
    else:
        patience = waits.preferred(turn.state, it, rules, passed_by)
    if patience:
        waiting.personal, waiting.personal_until = patience[0], turn.now + patience[1]
    stand(turn, it, waiting)
    _foretell(turn, it)
    if not it.written:
        turn.do(StartMusic(it.leg, rules.music))
    return None


def wait_for(turn: Turn, it: Interaction, queue: QueueId, priority: int, agent: AgentId) -> None:
    """Wait for one agent alone, by the rules of a queue; who is not on duty is left a message."""
    rules = turn.state.queues.get(queue)
    if rules is None or not waits.on_duty(turn.state, agent):
        voicemail.begin(turn, it, queue, agent)
        return
    waiting = Waiting(queue, priority, turn.now, returned=False, announce_at=None, direct=True)
    waiting.arrived_at, waiting.personal = turn.now, agent
    waiting.personal_until = turn.now + DIRECT_MS
    stand(turn, it, waiting)
    turn.do(StartMusic(it.leg, rules.music))


def give_up(turn: Turn, it: Interaction, waiting: Waiting) -> bool:
    """Whether a wait for one agent alone is over: they do not come, and are left a message."""
    agent, until = waiting.personal, waiting.personal_until
    if waiting.offers or agent is None or until is None:
        return False
    if waiting.untaken or until <= turn.now or not waits.on_duty(turn.state, agent):
        voicemail.begin(turn, it, waiting.queue, agent)
        return True
    return False


def _wait_on(turn: Turn, it: Interaction, waiting: Waiting) -> None:
    """The time for one agent alone may be over; while it rings for them, the offer decides."""
    if give_up(turn, it, waiting) or waiting.next_at is None or waiting.next_at > turn.now:
        return
    until, plan = waiting.personal_until, turn.state.board.plans[waiting.queue]
    stage = waits.stage_at(plan, turn.now - waiting.entered_at)
    turn.emit(WaitAdvanced(it.id, stage, waiting.personal, until, None))


def foretold(turn: Turn, it: Interaction) -> Foretold | None:
    """What was foretold of a wait that is over now, if anything was."""
    stay = it.waiting
    if stay is None or stay.told is None:
        return None
    return Foretold(stay.told.mean_ms, stay.told.upper_ms, turn.now - stay.told_at)


def has_room(turn: Turn, queue: QueueId, it: waits.Newcomer) -> bool:
    """Whether what enters anew finds room: where overflow leads it, or else in the queue."""
    return any(_ways_on(turn, queue, it)) or not is_full(turn, queue, it)


def is_full(turn: Turn, queue: QueueId, it: waits.Newcomer | None = None) -> bool:
    """Whether as many calls wait in the queue as may; of something written, as many written."""
    lines = turn.state.written_lines if it and it.written else turn.state.lines
    return len(lines[queue]) >= turn.state.queues[queue].max_waiting


def boost(turn: Turn, given: BoostInteraction) -> None:
    """A supervisor lets the interaction go before the others; a second time changes nothing."""
    it = turn.state.interactions.get(given.interaction)
    if it is None or it.waiting is None:
        raise Refused("not_waiting", "This interaction does not wait in a queue.")
    if not it.waiting.boosted:
        turn.emit(InteractionBoosted(it.id, given.by))
        offering.offer_to_someone(turn, it)


def move(turn: Turn, given: MoveInteraction) -> None:
    """A supervisor leads the interaction to another queue; the clock of its wait goes on.

    Whom it rings for lets go of it; who is just taking it keeps it, and the move is refused.
    """
    it = turn.state.interactions.get(given.interaction)
    if it is None or it.waiting is None or not (it.here or it.written):
        raise Refused("not_waiting", "This interaction does not wait in a queue.")
    if given.queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if given.queue == it.waiting.queue:
        return
    if is_full(turn, given.queue, it):
        raise Refused("queue_full", "As many wait in this queue as may.")
    offers = [turn.state.offers[name] for name in it.waiting.offers]
    if any(offer.answer_by is not None for offer in offers):
        raise Refused("being_taken", "An agent is just taking this interaction.")
    for offer in offers:
        offering.withdraw_one(turn, offer)
    waited = turn.now - it.waiting.entered_at
    turn.emit(InteractionMoved(it.id, it.waiting.queue, given.queue, waited, given.by, it.channel))
    _lead_on(turn, it, it.waiting, given.queue)
    _foretell(turn, it)
    for offer in offers:
        offering.serve(turn, offer.agent)


def on_wait_due(turn: Turn, it: Interaction) -> FlowId | None:
    """Waiting changed something: who may serve, whom it waits for, or where it waits.

    Nothing is offered yet: what changes for others at the same moment comes first.
    """
    waiting = it.waiting
    if waiting is None or waiting.direct:
        look_again(turn, it)
        return None
    rules = turn.state.queues[waiting.queue]
    stays = bool(waiting.offers) or not (it.here or it.written)
    late = None if stays else waits.overflow_after(rules, it, turn.now - waiting.arrived_at)
    if late and leads_somewhere(turn, late, it):
        return _overflow(turn, it, waiting, late)
    look_again(turn, it)
    return None


def look_again(turn: Turn, it: Interaction) -> None:
    """Bring the stay up to now: the stage of the requirement, the patience, a promise due."""
    waiting = it.waiting
    if waiting is None:
        return
    if waiting.direct:
        _wait_on(turn, it, waiting)
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
    for name in _let_go(turn):
        offering.offer_in_order(turn, name)


def offer(turn: Turn, it: Interaction) -> None:
    """Offer it; who waited for an agent who went off duty just now is as near to others as it."""
    changed = turn.state.board.reserved and turn.state.touched
    released = _let_go(turn) if changed else []
    if not released:
        offering.offer_to_someone(turn, it)
        return
    for name in (it.id, *released):
        offering.offer_in_order(turn, name)


def _let_go(turn: Turn) -> list[InteractionId]:
    """Who waited for an agent who is no longer on duty, in order; from now on for anybody."""
    reserved = turn.state.board.reserved
    gone = [name for name in reserved if not waits.on_duty(turn.state, name)]
    released = [name for _, name in sorted(entry for agent in gone for entry in reserved[agent])]
    for name in released:
        look_again(turn, turn.state.interactions[name])
    return released


def on_untaken(turn: Turn, it: Interaction) -> tuple[bool, FlowId | None]:
    """After as many offers as a rule of the queue allows: whether it left, and for which flow.

    Who is called back is not led on: nobody is on the line.
    """
    waiting = it.waiting
    if waiting is None or not (it.here or it.written):
        return False, None
    rule = waits.overflow_untaken(turn.state.queues[waiting.queue], it, waiting.untaken)
    if rule is None or not leads_somewhere(turn, rule, it):
        return False, None
    return True, _overflow(turn, it, waiting, rule)


def leads_somewhere(turn: Turn, rule: OverflowRule, it: waits.Newcomer) -> bool:
    """Whether the rule's target is there: a queue with room, a flow, or the queue's own box."""
    if it.written and rule.to_queue is None:
        return False
    if rule.to_voicemail:
        return True
    if rule.to_flow is not None:
        return rule.to_flow in turn.state.flows
    return rule.to_queue in turn.state.queues and not is_full(turn, rule.to_queue, it)


def dissolve(turn: Turn, it: Interaction) -> None:
    """The queue is gone: nobody waits for ever where nobody serves."""
    offering.withdraw(turn, it)
    endings.farewell(turn, it, ALL_BUSY, EndedBy.FLOW)


def _led_on(turn: Turn, it: Interaction, queue: QueueId) -> QueueId | OverflowRule:
    """Where somebody who comes anew waits: another queue by history or overflow, or a flow."""
    if queue not in turn.state.queues:
        return queue
    if not it.written:
        queue = waits.by_history(turn.state, it, queue)
    for rule in _ways_on(turn, queue, it):
        target, flow = rule.to_queue, rule.to_flow
        box = rule.to_voicemail
        turn.emit(InteractionOverflowed(it.id, queue, rule.when, 0, target, flow, box, it.channel))
        if box:
            voicemail.begin(turn, it, queue)
        if target is None:
            return rule
        queue = target
    return queue


def _ways_on(turn: Turn, queue: QueueId, it: waits.Newcomer) -> Iterator[OverflowRule]:
    """The rules that lead what enters anew on, from queue to queue; a target has room."""
    for _ in range(waits.MOST_HOPS):
        rule = waits.overflow_on_entry(turn.state, it, turn.state.queues[queue], turn.now)
        if rule is None or not leads_somewhere(turn, rule, it):
            return
        yield rule
        if rule.to_queue is None:
            return
        queue = rule.to_queue


def _overflow(turn: Turn, it: Interaction, waiting: Waiting, rule: OverflowRule) -> FlowId | None:
    """Leave the queue for another, keeping the clock; for its box; or a flow, which is returned."""
    waited, target = turn.now - waiting.entered_at, rule.to_queue
    left = InteractionOverflowed(
        it.id,
        waiting.queue,
        rule.when,
        waited,
        target,
        rule.to_flow,
        rule.to_voicemail,
        it.channel,
    )
    turn.emit(left)
    if rule.to_voicemail:
        voicemail.begin(turn, it, waiting.queue)
    if target is None:
        return rule.to_flow
    _lead_on(turn, it, waiting, target)
    return None


def _lead_on(turn: Turn, it: Interaction, waiting: Waiting, queue: QueueId) -> None:
    """Stand in another queue with the clock of this one, for anybody there."""
    moved = replace(waiting, queue=queue, arrived_at=turn.now, returned=False, direct=False)
    if it.here and not it.written and recording.is_to_be_asked(turn.state, it, queue):
        moved.announce_at = turn.now + FIRST_ANNOUNCEMENT_MS
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
            callback=not it.here and not it.written,
            channel=it.channel,
            direct=waiting.direct,
        )
    )
    offer(turn, it)


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
    if waiting.direct:
        waiting.next_at = waiting.personal_until
        return
    wished, until = waiting.personal, waiting.personal_until
    if wished and not (waits.on_duty(turn.state, wished) and until and until > turn.now):
        waiting.personal = waiting.personal_until = None
    jumps = waits.jumps_at(turn.state, it, waiting)
    if jumps is not None and jumps <= turn.now:
        waiting.boosted = True
    waiting.next_at = waits.look_again_at(turn.state, it, waiting, turn.now, put_off_ms)
