"""What always holds of a cell's state (see the invariants of the architecture)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from trunkline.core.deadlines import holds
from trunkline.core.flow.graph import EchoNode
from trunkline.core.state import Interaction, State, is_free, shown_state
from trunkline.core.words import Place, Wish


def check(state: State) -> None:
    """Raise AssertionError when an invariant is broken."""
    for it in state.interactions.values():
        _one_place(state, it)
    _offers(state)
    _agents(state)
    _legs(state)
    _nobody_waits_for_a_free_agent(state)
    _indexes(state)


def _one_place(state: State, it: Interaction) -> None:
    waiting, talk = it.waiting, it.talk
    assert (waiting is not None) == (it.place is Place.QUEUED), "queued, and only then in a line"
    assert (talk is not None) == (it.place is Place.TALKING), "talking, and only then with an agent"
    if waiting:
        assert waiting.queue in state.queues, "nobody waits where nobody serves"
        assert not it.farewell
        assert len(waiting.offers) <= 1, "one open offer an interaction"
    if talk:
        assert state.agents[talk.agent].segment == it.id
        assert (talk.leg is None) == (talk.lost_until is not None), "no leg, then a timer"
        assert it.recording, "every talk is recorded"
    if it.place is Place.SURVEY:
        assert it.step, "a survey waits for a step"
    if it.place is Place.FLOW and it.step is None:
        node = state.nodes.get((it.flow, it.node or ""))
        assert node is None or isinstance(node, EchoNode), f"{it.node} waits for nothing"
    wrapping = sum(1 for a in state.agents.values() if a.wrap_up and a.wrap_up.interaction == it.id)
    assert it.open_work == wrapping + (talk is not None), "work is counted"
    assert it.place is not Place.ENDED or it.open_work, "what is over is forgotten"


def _offers(state: State) -> None:
    for name, offer in state.offers.items():
        assert state.agents[offer.agent].offer == name, "an offer has its agent"
        waiting = state.interactions[offer.interaction].waiting
        assert waiting, "what is offered waits"
        assert waiting.offers == [name], "an offer has its interaction"
        assert (offer.answer_by is None) or offer.leg, "an accepted offer has a leg"
    held = Counter(agent.offer for agent in state.agents.values() if agent.offer)
    assert held == Counter(state.offers.keys()), "one offer an agent, and no other"


def _agents(state: State) -> None:
    for agent in state.agents.values():
        work = [one for one in (agent.offer, agent.segment, agent.wrap_up) if one]
        assert len(work) <= 1, "one work item an agent"
        assert agent.shown is shown_state(agent), "what is shown is derived"
        assert not agent.pending or agent.segment or agent.wrap_up, "pending has work to wait for"
        assert not (agent.connected and agent.grace_until), "there, or in grace"
        if agent.segment:
            talk = state.interactions[agent.segment].talk
            assert talk, "a segment has its talk"
            assert talk.agent == agent.id
        if agent.wrap_up:
            assert agent.wrap_up.interaction in state.interactions
        if agent.id not in state.profiles:
            assert agent.offer is None, "who is gone has no work but a talk"
            assert agent.wrap_up is None, "who is gone has no work but a talk"
            assert agent.segment or agent.wish is Wish.OFFLINE


def _legs(state: State) -> None:
    owned: list[Any] = []
    for it in state.interactions.values():
        if it.place is not Place.ENDED:
            owned.append(it.leg)
        if it.talk:
            owned += [leg for leg in (it.talk.leg, it.talk.dialling) if leg]
    owned += [offer.leg for offer in state.offers.values() if offer.leg]
    assert Counter(owned) == Counter(state.legs.keys()), "each leg has one owner"


def _nobody_waits_for_a_free_agent(state: State) -> None:
    unserved = {
        it.waiting.queue
        for it in state.interactions.values()
        if it.waiting and not it.waiting.offers
    }
    for name in state.free:
        assert not unserved.intersection(state.serves[name]), f"{name} is free and someone waits"


def _indexes(state: State) -> None:
    """The derived parts equal those made from scratch."""
    fresh = State(state.cell, state.policy, state.interactions, state.agents, state.offers)
    fresh.index()
    assert fresh.legs == state.legs
    assert fresh.free == state.free
    assert set(fresh.free) == {n for n in state.profiles if is_free(state.agents[n])}
    assert fresh.recordings == state.recordings
    lines = {queue: line for queue, line in state.lines.items() if line}
    assert {queue: line for queue, line in fresh.lines.items() if line} == lines
    assert all(line == sorted(line) for line in lines.values())
    standing = {entry for entry in state.deadlines if holds(state, *entry)}
    assert standing == set(fresh.deadlines), "every timer is remembered"
    assert not state.touched
