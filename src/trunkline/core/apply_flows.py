"""How the state follows from an interaction's beginning, its way through a flow, and its end.

Part of `core/apply.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core import facts as f
from trunkline.core.acd import watch
from trunkline.core.inputs import Presumption
from trunkline.core.interaction import Interaction
from trunkline.core.state import State
from trunkline.core.words import Channel, Place

STEP_TIMEOUT_MS = 120_000
"""A play or collection that nobody answers for so long is over: every state has a timer."""

Fold = Callable[[State, int, Any], None]


def _started(state: State, at: int, fact: f.InteractionStarted) -> None:
    written = fact.channel is not Channel.VOICE
    here = not (fact.callback or fact.emergency or fact.internal or written)
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
        here=here,
        emergency=fact.emergency,
        internal=fact.internal,
        consent_policy=fact.consent,
        written=written,
        level_counts=fact.level_counts,
    )
    if written:
        state.written.add(fact.interaction)
    elif fact.internal:
        state.internal.add(fact.interaction)
    elif here:
        state.legs[fact.leg] = ("customer", fact.interaction)


def _tagged(state: State, at: int, fact: f.InteractionTagged) -> None:
    it = state.interactions[fact.interaction]
    it.tags.update(fact.tags)
    state.stand(it)


def _flow_changed(state: State, at: int, fact: f.FlowChanged) -> None:
    watch.leaves(state, at, fact)
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
    it.customer, it.level, it.level_counts = fact.customer, fact.level, False
    state.stand(it)


def _customer_verified(state: State, at: int, fact: f.CustomerVerified) -> None:
    it = state.interactions[fact.interaction]
    it.verified_by, it.presumption = fact.by, Presumption.VERIFIED
    state.stand(it)


def _survey_asked(state: State, at: int, fact: f.SurveyAsked) -> None:
    it = state.interactions[fact.interaction]
    it.place, it.attempt = Place.SURVEY, fact.attempt
    _await(state, at, it, fact.step)


def _farewell(state: State, at: int, fact: f.FarewellStarted) -> None:
    watch.leaves(state, at, fact)
    it = state.interactions[fact.interaction]
    it.farewell = fact.ended_by
    state.step_out(it)
    it.waiting = it.voicemail = None
    if it.place is not Place.SURVEY:
        it.place = Place.FLOW
    _await(state, at, it, fact.step)


def _ended(state: State, at: int, fact: f.InteractionEnded) -> None:
    watch.ended(state, at, fact)
    it = state.interactions[fact.interaction]
    state.step_out(it)
    state.legs.pop(it.leg, None)
    if it.outside:
        state.legs.pop(it.outside.leg, None)
        it.outside = None
    if it.parked:
        state.slots.pop(it.parked.slot, None)
        it.parked = None
    it.voicemail = None
    it.place, it.waiting, it.step, it.node = Place.ENDED, None, None, None
    state.count_attempt(it)


def _closed(state: State, at: int, fact: f.InteractionClosed) -> None:
    del state.interactions[fact.interaction]
    state.written.discard(fact.interaction)
    state.internal.discard(fact.interaction)


def _await(state: State, at: int, it: Interaction, step: str | None) -> None:
    it.step, it.step_at = step, at + STEP_TIMEOUT_MS
    if step:
        state.due(it.step_at, "step", it.id)


FOLDS: dict[type[Any], Fold] = {
    f.InteractionStarted: _started,
    f.InteractionTagged: _tagged,
    f.FlowChanged: _flow_changed,
    f.NodeEntered: _node_entered,
    f.CustomerLinked: _customer_linked,
    f.CustomerVerified: _customer_verified,
    f.SurveyAsked: _survey_asked,
    f.FarewellStarted: _farewell,
    f.InteractionEnded: _ended,
    f.InteractionClosed: _closed,
}
