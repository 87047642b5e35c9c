"""How the state follows from facts about callbacks; part of `core/apply.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from trunkline.core import callback_facts as f
from trunkline.core.interaction import Callback, Talk
from trunkline.core.state import State
from trunkline.core.words import Place

Fold = Callable[[State, int, Any], None]


def _opened(state: State, at: int, fact: f.CallbackOpened) -> None:
    made = Callback(
        fact.callback, fact.origin, fact.queue, fact.number, fact.party, fact.caller,
        fact.customer, fact.level, fact.language, fact.priority, fact.entered_at, fact.due_at,
        fact.owner, fact.dialling, standing=fact.standing,
    )  # fmt: skip
    state.callbacks[made.id] = made
    state.index_callback(made)


def _queued(state: State, at: int, fact: f.CallbackQueued) -> None:
    callback = state.callbacks[fact.callback]
    callback.interaction, callback.was_due_at = fact.interaction, callback.due_at or at
    state.attempts[fact.interaction] = callback.id
    _due(state, callback, fact.closes_at)


def _postponed(state: State, at: int, fact: f.CallbackPostponed) -> None:
    callback = state.callbacks[fact.callback]
    _leave_line(state, callback)
    if fact.entered_at is not None:
        callback.entered_at = fact.entered_at
        callback.standing = replace(callback.standing, boosted=False)
    _due(state, callback, fact.due_at)


def _suspended(state: State, at: int, fact: f.CallbackSuspended) -> None:
    callback = state.callbacks[fact.callback]
    if callback.interaction is None and callback.due_at is not None:
        callback.was_due_at = callback.due_at
    _leave_line(state, callback)
    callback.due_at = None
    callback.suspended_by = fact.by
    state.suspended[fact.by] = callback.id


def _restored(state: State, at: int, fact: f.CallbackRestored) -> None:
    callback = state.callbacks[fact.callback]
    if callback.suspended_by:
        state.suspended.pop(callback.suspended_by, None)
    callback.suspended_by = None
    _due(state, callback, fact.due_at)


def _tried(state: State, at: int, fact: f.CallbackTried) -> None:
    callback = state.callbacks[fact.callback]
    _leave_line(state, callback)
    callback.tries = fact.tries
    _due(state, callback, fact.due_at)


def _ended(state: State, at: int, fact: f.CallbackEnded) -> None:
    callback = state.callbacks.pop(fact.callback)
    _leave_line(state, callback)
    state.callers.pop(callback.caller, None)
    if callback.suspended_by:
        state.suspended.pop(callback.suspended_by, None)


def _proposed(state: State, at: int, fact: f.NumberProposed) -> None:
    state.interactions[fact.interaction].proposed = (fact.party, fact.caller)


def _left(state: State, at: int, fact: f.DialogueLeft) -> None:
    it = state.interactions[fact.interaction]
    it.node, it.step, it.stage = None, None, ""


def _dialled(state: State, at: int, fact: f.CustomerDialled) -> None:
    it = state.interactions[fact.interaction]
    state.step_out(it)
    it.place, it.waiting, it.here = Place.CALLING, None, True
    state.close_offer(state.offers[fact.offer])
    it.talk = Talk(fact.agent, fact.queue, fact.bridge, fact.agent_leg, at)
    it.leg, it.reach_by = fact.leg, fact.until
    if it.callback in state.callbacks:
        state.callbacks[it.callback].due_at = None
    it.last_agent, it.last_queue = fact.agent, fact.queue
    it.open_work += 1
    state.legs[fact.leg] = ("customer", it.id)
    state.legs[fact.agent_leg] = ("agent", it.id)
    agent = state.agents[fact.agent]
    agent.segment, agent.disposition, agent.declines = it.id, None, 0
    state.settle(agent)
    state.due(fact.until, "reach", it.id)
    state.count_attempt(it)


def _dial_ended(state: State, at: int, fact: f.DialEnded) -> None:
    it = state.interactions[fact.interaction]
    state.legs.pop(it.leg, None)
    if it.talk and it.talk.leg:
        state.legs.pop(it.talk.leg, None)
    it.place, it.talk, it.here, it.reach_by = Place.FLOW, None, False, None
    it.open_work -= 1
    agent = state.agents[fact.agent]
    agent.segment, agent.disposition, agent.idle_since = None, None, at
    state.settle(agent)
    state.count_attempt(it)


def _reached(state: State, at: int, fact: f.CustomerReached) -> None:
    it = state.interactions[fact.interaction]
    it.place, it.reach_by = Place.TALKING, None
    if it.talk:
        it.talk.began_at = at


def _leave_line(state: State, callback: Callback) -> None:
    if callback.interaction:
        state.attempts.pop(callback.interaction, None)
    callback.interaction = None


def _due(state: State, callback: Callback, at: int | None) -> None:
    callback.due_at = at
    if at is not None:
        state.due(at, "callback", callback.id)


FOLDS: dict[type[Any], Fold] = {
    f.CallbackOpened: _opened,
    f.CallbackQueued: _queued,
    f.CallbackPostponed: _postponed,
    f.CallbackSuspended: _suspended,
    f.CallbackRestored: _restored,
    f.CallbackTried: _tried,
    f.CallbackEnded: _ended,
    f.NumberProposed: _proposed,
    f.DialogueLeft: _left,
    f.CustomerDialled: _dialled,
    f.DialEnded: _dial_ended,
    f.CustomerReached: _reached,
}
