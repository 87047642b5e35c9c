"""What a line's pace is learnt from: facts of calls, each seen just before it changes the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import facts as f
from trunkline.core.acd.pace import compare, rang
from trunkline.core.words import Channel, EndedBy, InteractionId

if TYPE_CHECKING:
    from trunkline.core.state import State


VOICE = Channel.VOICE


def queued(state: State, at: int, fact: f.InteractionQueued) -> None:
    """Who enters leaves where they waited before."""
    if fact.channel is not VOICE:
        return
    leaves(state, at, fact)
    state.pace(fact.queue, at)


def offered(state: State, at: int, fact: f.OfferMade) -> None:
    """The first offer of a wait is a place taken."""
    it = state.interactions[fact.interaction]
    if it.written:
        return
    pace, waiting = state.pace(fact.queue, at), it.waiting
    first = waiting is not None and not (waiting.offers or waiting.returned)
    if first and waiting and at > waiting.entered_at:
        pace.taken += 1


def offer_ended(state: State, at: int, fact: f.OfferEnded) -> None:
    """Until now the line stood as it was."""
    if state.interactions[fact.interaction].written:
        return
    state.pace(state.offers[fact.offer].queue, at)


def answered(state: State, at: int, fact: f.InteractionAnswered) -> None:
    """How long it rang, and how the wait compares with what was foretold."""
    it = state.interactions[fact.interaction]
    if it.written:
        return
    pace, waiting = state.pace(fact.queue, at), it.waiting
    rang(pace, at - state.offers[fact.offer].made_at)
    if waiting and waiting.told:
        compare(pace, waiting.told, at - waiting.told_at)


def ended(state: State, at: int, fact: f.InteractionEnded) -> None:
    """Who hangs up while nobody is asked has left the line."""
    it = state.interactions[fact.interaction]
    waiting = it.waiting
    if waiting and not it.written:
        pace = state.pace(waiting.queue, at)
        if fact.ended_by is EndedBy.ABANDONED and not waiting.offers:
            pace.left += 1


def leaves(state: State, at: int, fact: Any) -> None:
    """Whoever waits leaves the line."""
    it = state.interactions.get(InteractionId(fact.interaction))
    if it and it.waiting and not it.written:
        state.pace(it.waiting.queue, at)
