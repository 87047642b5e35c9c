"""Callbacks: somebody's place in line is kept without a leg, and an agent calls them.

    scheduled ──due──▶ in line ──accepted──▶ the customer is dialled ──▶ talking ──▶ reached
       ▲  ▲              │ day over: the next      │ busy, no answer, machine
       │  └──────────────┘                         ▼
       └────── 15 min later, `tries` times ◀──── tried ──▶ exhausted
    scheduled or in line ──the customer calls──▶ suspended ──answered──▶ called_again
                                                     └──came to nothing──▶ scheduled as before

A callback in line is an interaction like any other, only that nobody is there: `here` is false.
Its place is `entered_at`, the moment its customer entered the queue. A number has at most one
open callback, a callback at most one interaction, and that at most one dial. An agent who fails
costs no try. A callback that is being dialled or talked is left alone by whatever else happens.

An entry of a dialling list is a callback too (core/call/dialling.py): of one try, behind all who
wait, and never at the head of the line.
"""

from __future__ import annotations

from trunkline.core.acd import engine as acd
from trunkline.core.acd import ewt, offering, policy, waits
from trunkline.core.call import dialling, endings
from trunkline.core.call.commands import HangUp
from trunkline.core.call.dialling import Dialling
from trunkline.core.callback_facts import (
    CallbackEnded,
    CallbackOpened,
    CallbackPostponed,
    CallbackQueued,
    CallbackRestored,
    CallbackSuspended,
    CallbackTried,
)
from trunkline.core.config import CallbackRules
from trunkline.core.facts import (
    InteractionAnswered,
    InteractionEnded,
    InteractionStarted,
    OfferEnded,
)
from trunkline.core.flow.graph import queue_ahead
from trunkline.core.inputs import CancelCallback, OpenCallback, Presumption, RescheduleCallback
from trunkline.core.interaction import Callback, Interaction, Offer, Waiting
from trunkline.core.state import State
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    LEVEL_PRIORITY,
    AgentId,
    CallbackId,
    CallbackOrigin,
    CallbackOutcome,
    Cause,
    Channel,
    ConsentPolicy,
    EndedBy,
    InteractionId,
    LegId,
    OfferOutcome,
    Place,
    QueueId,
    Token,
    TryOutcome,
)

SETTLE_MS = 10_000
"""Who just left a callback hears the last words first: only then are they called."""
CLOSED_RETRY_MS = 3_600_000
"""No hours are known that far ahead: look again."""
LEAD_MS = 120_000
"""An owner is asked for so long before others may take it."""


def rules_of(state: State, queue: QueueId) -> CallbackRules:
    """How the queue calls back; not at all when it is gone."""
    found = state.queues.get(queue)
    return found.callback if found else CallbackRules()


def listed(state: State, it: Interaction) -> Dialling | None:
    """How an entry of a dialling list is called; None where it is none."""
    found = state.callbacks.get(it.callback) if it.callback else None
    return found.dialling if found else None


def ring_ms(state: State, it: Interaction, queue: QueueId) -> int:
    """How long the customer's phone may ring."""
    entry = listed(state, it)
    return entry.ring_ms if entry else rules_of(state, queue).ring_ms


def tells_machine(state: State, it: Interaction, queue: QueueId) -> bool:
    """Whether an answering machine is told from a person; never where an agent calls for help."""
    entry = listed(state, it)
    if entry:
        return entry.tell_machine
    return it.callback is not None and rules_of(state, queue).tell_machine


def may_offer(turn: Turn, it: Interaction, queue: QueueId, *, at_once: bool) -> bool:
    """Whether a customer may be offered a callback; `at_once` whatever the expected wait is.

    Not to numbers that are withheld, foreign or premium, and not where the wait is short.
    """
    rules = rules_of(turn.state, queue)
    if not rules.enabled or it.caller is None or it.bar is not None:
        return False
    return at_once or expected_wait_ms(turn.state, it, queue) >= rules.min_ewt_ms


def expected_wait_ms(state: State, it: Interaction, queue: QueueId) -> int:
    """How long a customer will likely wait; where nobody is on duty, longer than any limit."""
    duty = policy.on_duty(state, queue)
    if not duty:
        return 2**53
    if it.waiting is None:
        return ewt.of_newcomer(state, queue, duty).mean_ms
    return ewt.estimate(state, queue, ewt.place_of(state, it), duty).mean_ms


# -- opening and changing -----------------------------------------------------------------------


def keep_place(
    turn: Turn, it: Interaction, queue: QueueId, origin: CallbackOrigin, party: Token, caller: Token
) -> None:
    """A customer on the line asks to be called, or was lost; one open callback a number."""
    if caller in turn.state.callers:
        return
    entered = it.waiting.entered_at if it.waiting else turn.now
    due = _open_from(turn.state, it.number, turn.now + SETTLE_MS)
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
        )
    )


def keep_place_of_lost(turn: Turn, it: Interaction, *, lost: bool) -> None:
    """Someone waiting was lost by us, or hung up: their place is kept where that is switched on."""
    queue = it.waiting.queue if it.waiting else _queue_of(turn.state, it) if lost else None
    if queue is None or it.caller is None or it.bar is not None or it.callback is not None:
        return
    rules = rules_of(turn.state, queue)
    if rules.enabled and (rules.after_loss if lost else rules.after_abandon):
        origin = CallbackOrigin.AFTER_LOSS if lost else CallbackOrigin.AFTER_ABANDON
        keep_place(turn, it, queue, origin, it.party, it.caller)


def _queue_of(state: State, it: Interaction) -> QueueId | None:
    """In whose name somebody talks with the customer or parked them; else where their way led.

    Who was at a box had no message taken yet, or it is there; who heard last words was served.
    """
    if it.talk or it.parked:
        return it.talk.queue if it.talk else it.parked.queue if it.parked else None
    if it.voicemail:
        return None if it.voicemail.since is not None else it.voicemail.queue
    if it.place is not Place.FLOW or it.node is None or it.farewell:
        return None
    return queue_ahead(state.nodes, it.flow, it.node)


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
            due if given.dialling else _first_look(state, given.number, given.owner, due, turn.now),
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
    due = _first_look(turn.state, callback.number, callback.owner, at, turn.now)
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
    _postpone(turn, callback, _open_from(turn.state, callback.number, turn.now))


def line_up(turn: Turn, callback: Callback) -> None:
    """Enter the queue at the old place, if it is open and there at all."""
    early = callback.owner is not None and turn.now < callback.entered_at
    if early and not waits.on_duty(turn.state, callback.owner or AgentId("")):
        turn.emit(CallbackPostponed(callback.id, callback.entered_at))
        return
    opens = turn.now if callback.dialling else _open_from(turn.state, callback.number, turn.now)
    if opens > turn.now:
        turn.emit(CallbackPostponed(callback.id, opens))
        return
    if callback.queue not in turn.state.queues:
        turn.emit(CallbackEnded(callback.id, _given_up(callback)))
        return
    it = InteractionId(turn.new_id())
    turn.emit(_started(turn, callback, it))
    turn.emit(CallbackQueued(callback.id, it, _stands_until(turn, callback)))
    waiting = Waiting(
        callback.queue, callback.priority, callback.entered_at, returned=False, announce_at=None
    )
    waiting.arrived_at = turn.now
    if early:
        waiting.personal, waiting.personal_until = callback.owner, callback.entered_at
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
            _over(turn, fact.interaction)


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
    later = _open_from(turn.state, callback.number, turn.now + rules.retry_after_ms)
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
    head = callback.dialling is None
    waiting = Waiting(
        callback.queue, callback.priority, callback.entered_at, returned=head, announce_at=None
    )
    waiting.arrived_at, waiting.passed_by = turn.now, [agent]
    acd.stand(turn, it, waiting)


_NONE = CallbackId("")


def _called_again(turn: Turn, it: InteractionId) -> None:
    name = turn.state.suspended.get(it)
    if name is not None:
        turn.emit(CallbackEnded(name, CallbackOutcome.CALLED_AGAIN, it))


def _over(turn: Turn, it: InteractionId) -> None:
    """An interaction ended: one that suspended a callback, or the attempt that reached its end."""
    name = turn.state.suspended.get(it)
    if name is not None:
        callback = turn.state.callbacks[name]
        turn.emit(CallbackRestored(name, max(callback.was_due_at, turn.now + SETTLE_MS)))
        return
    name = turn.state.attempts.get(it)
    if name is not None:
        turn.emit(CallbackEnded(name, CallbackOutcome.REACHED, it))


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
    return _closes_at(turn.state, callback.number, turn.now)


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


def _started(turn: Turn, callback: Callback, it: InteractionId) -> InteractionStarted:
    entry = turn.state.numbers.get(callback.number)
    known = callback.customer is not None
    return InteractionStarted(
        it,
        Channel.VOICE,
        LegId(turn.new_id()),
        callback.number,
        callback.party,
        entry.flow if entry else next(iter(turn.state.flows)),
        Presumption.PRESUMED if known else Presumption.NONE,
        callback.customer,
        callback.level,
        callback.language,
        callback.priority,
        turn.stamp.seed,
        survey_allowed=callback.dialling is None,
        survey_reason="not_drawn" if callback.dialling else None,
        caller=callback.caller,
        callback=callback.id,
        consent=_consent(turn, callback),
    )


def _consent(turn: Turn, callback: Callback) -> ConsentPolicy | None:
    """What their country asks for before a recording; nobody abroad is called back."""
    listed = callback.dialling
    return listed.consent if listed else turn.state.policy.consent_at_home


def _first_look(state: State, number: str, owner: AgentId | None, due: int, now: int) -> int:
    """From when it stands in line: a little earlier for an owner, never outside the hours."""
    early = due - LEAD_MS if owner is not None else due
    return _open_from(state, number, max(early, now))


def _open_from(state: State, number: str, at: int) -> int:
    """The first moment from `at` on at which the number is open."""
    entry = state.numbers.get(number)
    if entry is None or entry.open_hours is None:
        return at
    later = (max(at, start) for start, end in entry.open_hours if at < end)
    return min(later, default=at + CLOSED_RETRY_MS)


def _closes_at(state: State, number: str, now: int) -> int | None:
    entry = state.numbers.get(number)
    if entry is None or entry.open_hours is None:
        return None
    return next((end for start, end in entry.open_hours if start <= now < end), None)
