"""What a line's pace is learnt from: facts, each seen just before it changes the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trunkline.core import facts as f
from trunkline.core.acd.pace import compare, rang
from trunkline.core.words import EndedBy, InteractionId

if TYPE_CHECKING:
    from trunkline.core.state import State


def _queued(state: State, at: int, fact: f.InteractionQueued) -> None:
    _leaves(state, at, fact)
    state.pace(fact.queue, at)


def _offered(state: State, at: int, fact: f.OfferMade) -> None:
    pace, waiting = state.pace(fact.queue, at), state.interactions[fact.interaction].waiting
    first = waiting is not None and not (waiting.offers or waiting.returned)
    if first and waiting and at > waiting.entered_at:
        pace.taken += 1


def _offer_ended(state: State, at: int, fact: f.OfferEnded) -> None:
    state.pace(state.offers[fact.offer].queue, at)


def _answered(state: State, at: int, fact: f.InteractionAnswered) -> None:
    pace, waiting = state.pace(fact.queue, at), state.interactions[fact.interaction].waiting
    rang(pace, at - state.offers[fact.offer].made_at)
    if waiting and waiting.told:
        compare(pace, waiting.told, at - waiting.told_at)


def _ended(state: State, at: int, fact: f.InteractionEnded) -> None:
    waiting = state.interactions[fact.interaction].waiting
    if waiting:
        pace = state.pace(waiting.queue, at)
        if fact.ended_by is EndedBy.ABANDONED and not waiting.offers:
            pace.left += 1


def _leaves(state: State, at: int, fact: Any) -> None:
    it = state.interactions.get(InteractionId(fact.interaction))
    if it and it.waiting:
        state.pace(it.waiting.queue, at)


RULES: dict[type[Any], Callable[[State, int, Any], None]] = {
    f.InteractionQueued: _queued,
    f.OfferMade: _offered,
    f.OfferEnded: _offer_ended,
    f.InteractionAnswered: _answered,
    f.InteractionEnded: _ended,
    f.FarewellStarted: _leaves,
    f.FlowChanged: _leaves,
}
"""What is learnt from a fact that is about to be folded (at ms UTC), by its type."""
