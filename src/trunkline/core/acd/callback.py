"""Callbacks: somebody's place in line is kept without a leg, and an agent calls them.

    scheduled ──due──▶ in line ──accepted──▶ the customer is dialled ──▶ talking ──▶ reached
       ▲  ▲              │ day over: the next      │ busy, no answer, machine
       │  └──────────────┘                         ▼
       └────── 15 min later, `tries` times ◀──── tried ──▶ exhausted
    scheduled or in line ──the customer calls──▶ suspended ──answered──▶ called_again
                                                     └──came to nothing──▶ scheduled as before

A callback in line is an interaction like any other, only that nobody is there: `here` is false.
Its place is `entered_at`, the moment its customer entered the queue, and it stands there as they
did (acd/standing.py). A number has at most one open callback, a callback at most one interaction,
and that at most one dial. An agent who fails costs no try. A callback that is being dialled or
talked is left alone by whatever else happens.

An entry of a dialling list is a callback too (core/call/dialling.py): of one try, behind all who
wait, and never at the head of the line.
"""

from __future__ import annotations

from trunkline.core.acd import engine as acd
from trunkline.core.acd import offering, waits
from trunkline.core.acd.callback_rules import (
    closes_at,
    first_fact,
    first_look,
    open_from,
    prefer,
    queue_of,
    rules_of,
    stay_of,
)
from trunkline.core.acd.standing import standing_of
from trunkline.core.call import dialling, endings
from trunkline.core.call.commands import HangUp
from trunkline.core.callback_facts import (
    CallbackEnded,
    CallbackOpened,
    CallbackPostponed,
    CallbackQueued,
    CallbackRestored,
    CallbackSuspended,
    CallbackTried,
    CallerLost,
)
from trunkline.core.facts import (
    InteractionAnswered,
    InteractionEnded,
    OfferEnded,
)
from trunkline.core.inputs import CancelCallback, OpenCallback, RescheduleCallback
from trunkline.core.interaction import Callback, Interaction, Offer
from trunkline.core.state import State
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    LEVEL_PRIORITY,
    AgentId,
    CallbackId,
    CallbackOrigin,
    CallbackOutcome,
    Cause,
    EndedBy,
    InteractionId,
    OfferOutcome,
    Place,
    QueueId,
    Token,
    TryOutcome,
)

SETTLE_MS = 10_000
"""Who just left a callback hears the last words first: only then are they called."""


# -- opening and changing -----------------------------------------------------------------------


def keep_place(
    turn: Turn, it: Interaction, queue: QueueId, origin: CallbackOrigin, party: Token, caller: Token
) -> None:
    """A customer on the line asks to be called, or was lost; one open callback a number."""
    if caller in turn.state.callers:
        return
    entered = it.waiting.entered_at if it.waiting else turn.now
    due = open_from(turn.state, it.number, turn.now + SETTLE_MS)
    turn.emit(
        CallbackOpened(
            CallbackId(turn.new_id()),
            origin,
            queue,
            it.number,
            party,
            caller,
            it.customer if caller == it.caller else None,
            it.level,
            it.language,
            it.waiting.priority if it.waiting else it.priority,
            entered,
            due,
            it.id,
            standing=standing_of(it),
        )
    )


def keep_place_of_lost(turn: Turn, it: Interaction, *, lost: bool) -> None:
    """Someone was lost by us, or hung up waiting: their place is kept, or supervisors are told.

    A loss of ours is owed whether or not the queue offers callbacks to who waits; who hung up is
    called where both are switched on. Whose number cannot be called back is at least told of.
    """
    queue = it.waiting.queue if it.waiting else queue_of(turn.state, it) if lost else None
    if queue is None or it.callback is not None:
        return
    rules = rules_of(turn.state, queue)
    if not (rules.after_loss if lost else rules.enabled and rules.after_abandon):
        return
    if it.caller is not None and it.bar is None:
        origin = CallbackOrigin.AFTER_LOSS if lost else CallbackOrigin.AFTER_ABANDON
        keep_place(turn, it, queue, origin, it.party, it.caller)
    elif lost:
        turn.emit(CallerLost(it.id, queue))


def open_callback(turn: Turn, given: OpenCallback) -> None:
    """An agent, or a customer by the portal, wants a call at a time."""
    state = turn.state
    if given.queue not in state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if given.caller in state.callers:
        raise Refused("callback_open", "This number has an open callback already.")
    if given.owner is not None and given.owner not in state.profiles:
        raise Refused("agent_unknown", "There is no such agent.")
    due = max(given.due_at, turn.now)
    turn.emit(
        CallbackOpened(
            given.callback,
            given.origin,
            given.queue,
            given.number,
            given.party,
            given.caller,
            given.customer,
            given.level,
            given.language,
            _priority(given),
            due,
            due if given.dialling else first_look(state, given.number, given.owner, due, turn.now),
            given.interaction,
            given.owner,
            given.dialling,
        )
    )


def cancel(turn: Turn, given: CancelCallback) -> None:
    """Nobody is to be called any more."""
    _hand_back(turn, _at_rest(turn, given.callback))


def reschedule(turn: Turn, given: RescheduleCallback) -> None:
    """Another time: the place in line is that time's."""
    callback = _at_rest(turn, given.callback)
    if callback.suspended_by:
        raise Refused("callback_suspended", "The customer is calling right now.")
    at = max(given.due_at, turn.now)
    due = first_look(turn.state, callback.number, callback.owner, at, turn.now)
    attempt = callback.interaction
    turn.emit(CallbackPostponed(callback.id, due, at))
    _withdraw_attempt(turn, attempt)


# -- the clock ----------------------------------------------------------------------------------


def on_due(turn: Turn, callback: Callback) -> None:
    """Its time has come: stand in line; or the day is over: be the first of the next."""
    if callback.interaction is None:
        line_up(turn, callback)
        return
    it = turn.state.interactions[callback.interaction]
    if it.here or it.waiting is None:
        return  # an agent is at it: whoever is being called is called
    if callback.dialling:
        _hand_back(turn, callback)
        return
    _postpone(turn, callback, open_from(turn.state, callback.number, turn.now))


def line_up(turn: Turn, callback: Callback) -> None:
    """Enter the queue at the old place, if it is open and there at all."""
    early = callback.owner is not None and turn.now < callback.entered_at
    if early and not waits.on_duty(turn.state, callback.owner or AgentId("")):
        turn.emit(CallbackPostponed(callback.id, callback.entered_at))
        return
    opens = turn.now if callback.dialling else open_from(turn.state, callback.number, turn.now)
    if opens > turn.now:
        turn.emit(CallbackPostponed(callback.id, opens))
        return
    if callback.queue not in turn.state.queues:
        turn.emit(CallbackEnded(callback.id, _given_up(callback)))
        return
    it = InteractionId(turn.new_id())
    turn.emit(first_fact(turn, callback, it))
    turn.emit(CallbackQueued(callback.id, it, _stands_until(turn, callback)))
    waiting = stay_of(turn, callback, returned=False)
    if early:
        waiting.personal, waiting.personal_until = callback.owner, callback.entered_at
    else:
        prefer(turn, turn.state.interactions[it], waiting)
    acd.stand(turn, turn.state.interactions[it], waiting)


# -- what follows from other decisions ----------------------------------------------------------


def on_call(turn: Turn, it: Interaction) -> None:
    """The customer calls by themselves: a callback that nobody is at waits for what comes of it."""
    callback = turn.state.callbacks.get(turn.state.callers.get(it.caller or Token(""), _NONE))
    if callback is None or callback.suspended_by or _is_busy(turn.state, callback):
        return
    attempt = callback.interaction
    turn.emit(CallbackSuspended(callback.id, it.id))
    _withdraw_attempt(turn, attempt)


def follow(turn: Turn) -> None:
    """Look through what was decided for what ends, restores or lines up a callback."""
    for fact in turn.facts:  # grows while it is walked
        if isinstance(fact, InteractionAnswered):
            _called_again(turn, fact.interaction)
        elif isinstance(fact, InteractionEnded):
            _over(turn, fact)


def dissolve(turn: Turn, it: Interaction) -> None:
    """Its queue is gone, and nobody is on the line who could be told."""
    name = turn.state.attempts.get(it.id)
    if name is not None:
        turn.emit(CallbackEnded(name, _given_up(turn.state.callbacks[name]), it.id))


def skip(turn: Turn, offer: Offer, reason: str) -> None:
    """The agent looked at an entry of a list and will not call it; nobody is at fault."""
    it = turn.state.interactions[offer.interaction]
    if offer.leg:
        turn.do(HangUp(offer.leg))
    skipped = OfferOutcome.SKIPPED
    turn.emit(OfferEnded(offer.id, it.id, offer.agent, skipped, reason=reason))
    offering.withdraw(turn, it)
    turn.emit(CallbackEnded(it.callback or _NONE, CallbackOutcome.SKIPPED, it.id))
    endings.end(turn, it, EndedBy.WITHDRAWN, Cause.NORMAL)
    offering.serve(turn, offer.agent)


def tried(turn: Turn, it: Interaction, agent: AgentId, outcome: TryOutcome) -> None:
    """The customer was not reached: again later, unless that was the last try."""
    callback = turn.state.callbacks.get(it.callback or _NONE)
    if callback is None:
        return
    if callback.dialling:
        turn.emit(CallbackTried(callback.id, it.id, agent, outcome, 1, None))
        turn.emit(CallbackEnded(callback.id, CallbackOutcome.TRIED, it.id))
        return
    rules = rules_of(turn.state, callback.queue)
    tries = callback.tries + 1
    again = tries < rules.tries
    later = open_from(turn.state, callback.number, turn.now + rules.retry_after_ms)
    turn.emit(CallbackTried(callback.id, it.id, agent, outcome, tries, later if again else None))
    if not again:
        turn.emit(CallbackEnded(callback.id, CallbackOutcome.EXHAUSTED, it.id))


def back_in_line(turn: Turn, it: Interaction, agent: AgentId) -> None:
    """The agent failed, not the customer: the same place, and others are asked first."""
    callback = turn.state.callbacks.get(it.callback or _NONE)
    if callback is None:
        endings.end(turn, it, EndedBy.NOT_REACHED, Cause.UNREACHABLE)
        return
    if callback.queue not in turn.state.queues:
        turn.emit(CallbackEnded(callback.id, _given_up(callback), it.id))
        endings.end(turn, it, EndedBy.WITHDRAWN, Cause.NORMAL)
        return
    turn.emit(CallbackQueued(callback.id, it.id, _stands_until(turn, callback)))
    waiting = stay_of(turn, callback, returned=callback.dialling is None)
    waiting.passed_by = [agent]
    acd.stand(turn, it, waiting)


_NONE = CallbackId("")


def _called_again(turn: Turn, it: InteractionId) -> None:
    name = turn.state.suspended.get(it)
    if name is not None:
        turn.emit(CallbackEnded(name, CallbackOutcome.CALLED_AGAIN, it))


def _over(turn: Turn, ended: InteractionEnded) -> None:
    """An interaction ended: one that suspended a callback, or the attempt that reached its end.

    Who was reached and then lost by us in the talk is called again.
    """
    it = ended.interaction
    name = turn.state.suspended.get(it)
    if name is not None:
        callback = turn.state.callbacks[name]
        turn.emit(CallbackRestored(name, max(callback.was_due_at, turn.now + SETTLE_MS)))
        return
    name = turn.state.attempts.get(it)
    if name is not None:
        callback = turn.state.callbacks[name]
        turn.emit(CallbackEnded(name, CallbackOutcome.REACHED, it))
        if ended.ended_by is EndedBy.FAILURE and callback.dialling is None:
            _open_again(turn, callback, it)


def _open_again(turn: Turn, lost: Callback, it: InteractionId) -> None:
    if not rules_of(turn.state, lost.queue).after_loss:
        return
    due = open_from(turn.state, lost.number, turn.now + SETTLE_MS)
    ended = turn.state.interactions.get(it)
    turn.emit(
        CallbackOpened(
            CallbackId(turn.new_id()),
            CallbackOrigin.AFTER_LOSS,
            lost.queue,
            lost.number,
            lost.party,
            lost.caller,
            lost.customer,
            lost.level,
            lost.language,
            lost.priority,
            turn.now,
            due,
            it,
            standing=standing_of(ended) if ended else lost.standing,
        )
    )


def _priority(given: OpenCallback) -> int:
    if given.dialling:
        return dialling.PRIORITY
    return LEVEL_PRIORITY[given.level] if given.customer else 0


def _given_up(callback: Callback) -> CallbackOutcome:
    """An entry of a list goes back to its list."""
    return CallbackOutcome.CANCELLED if callback.dialling else CallbackOutcome.EXHAUSTED


def _hand_back(turn: Turn, callback: Callback) -> None:
    attempt = callback.interaction
    turn.emit(CallbackEnded(callback.id, CallbackOutcome.CANCELLED))
    _withdraw_attempt(turn, attempt)


def _stands_until(turn: Turn, callback: Callback) -> int | None:
    if callback.dialling:
        return turn.now + dialling.WAITS_MS
    return closes_at(turn.state, callback.number, turn.now)


def _at_rest(turn: Turn, name: CallbackId) -> Callback:
    callback = turn.state.callbacks.get(name)
    if callback is None:
        raise Refused("callback_unknown", "There is no such open callback.")
    if _is_busy(turn.state, callback):
        raise Refused("callback_busy", "An agent is at it right now.")
    return callback


def _is_busy(state: State, callback: Callback) -> bool:
    """Whether an agent accepted it: the customer may be ringing, or be on the line.

    Whoever was reached and led on to another queue waits there like anybody on the line.
    """
    it = state.interactions.get(callback.interaction or InteractionId(""))
    if it is None:
        return False
    offers = it.waiting.offers if it.waiting else []
    taken = any(state.offers[offer].answer_by is not None for offer in offers)
    return it.here or it.waiting is None or taken


def _postpone(turn: Turn, callback: Callback, due: int) -> None:
    attempt = callback.interaction
    turn.emit(CallbackPostponed(callback.id, due))
    _withdraw_attempt(turn, attempt)


def _withdraw_attempt(turn: Turn, name: InteractionId | None) -> None:
    """Nobody is to be called now: whoever is being offered it hears of it."""
    it = turn.state.interactions.get(name) if name else None
    if it is None or it.place is Place.ENDED:
        return
    asked = [turn.state.offers[offer].agent for offer in (it.waiting.offers if it.waiting else ())]
    offering.withdraw(turn, it)
    endings.end(turn, it, EndedBy.WITHDRAWN, Cause.NORMAL)
    for agent in asked:
        offering.serve(turn, agent)
