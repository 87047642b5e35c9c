"""How the state follows from parking and retrieving; part of `core/apply.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core.call import parking_facts as f
from trunkline.core.interaction import Interaction, Parked, Talk
from trunkline.core.state import State
from trunkline.core.words import Place

Fold = Callable[[State, int, Any], None]


def _parked(state: State, at: int, fact: f.CallParked) -> None:
    it = state.interactions[fact.interaction]
    it.place = Place.PARKED
    it.parked = Parked(fact.slot, fact.agent, fact.queue, at, fact.until)
    state.index_parked(it, it.parked)


def _began(state: State, at: int, fact: f.RetrievalBegan) -> None:
    it = state.interactions[fact.interaction]
    it.talk = Talk(
        fact.agent, fact.queue, fact.bridge, None, at, dialling=fact.leg, lost_until=fact.until
    )
    it.open_work += 1
    state.legs[fact.leg] = ("agent", it.id)
    state.due(fact.until, "lost", it.id)
    agent = state.agents[fact.agent]
    agent.segment, agent.disposition = it.id, None
    state.settle(agent)
    state.count_attempt(it)


def _failed(state: State, at: int, fact: f.RetrievalFailed) -> None:
    it = state.interactions[fact.interaction]
    if it.talk and it.talk.dialling:
        state.legs.pop(it.talk.dialling, None)
    it.talk = None
    it.open_work -= 1
    if it.parked:
        state.index_parked(it, it.parked)
    agent = state.agents[fact.agent]
    agent.segment, agent.disposition, agent.idle_since = None, None, at
    state.settle(agent)
    state.count_attempt(it)


def _retrieved(state: State, at: int, fact: f.CallRetrieved) -> None:
    it = state.interactions[fact.interaction]
    _leave_slot(state, it)
    it.place = Place.TALKING
    if it.talk:
        it.talk.leg, it.talk.dialling, it.talk.lost_until = fact.leg, None, None
        it.talk.began_at = at
    it.last_agent = fact.agent
    agent = state.agents[fact.agent]
    agent.declines = 0
    agent.contacts += 1
    state.touched.add(agent.id)


def _ended(state: State, at: int, fact: f.ParkingEnded) -> None:
    _leave_slot(state, state.interactions[fact.interaction])


def _leave_slot(state: State, it: Interaction) -> None:
    if it.parked:
        state.slots.pop(it.parked.slot, None)
    it.parked = None


FOLDS: dict[type[Any], Fold] = {
    f.CallParked: _parked,
    f.RetrievalBegan: _began,
    f.RetrievalFailed: _failed,
    f.CallRetrieved: _retrieved,
    f.ParkingEnded: _ended,
}
