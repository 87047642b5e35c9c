"""What always holds of a cell's state (see the invariants of the architecture)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.core.fake_edge import FakeEdge
from trunkline.core.acd.expressions import bind, parse
from trunkline.core.acd.expressions import holds as holds_for
from trunkline.core.acd.pools import abilities_of
from trunkline.core.acd.rules import Strategy
from trunkline.core.agent import is_free, is_free_to_write, shown_state
from trunkline.core.call.parties import MOST_MEMBERS
from trunkline.core.call.supervision import MOST_ATTENDING
from trunkline.core.config import AgentProfile
from trunkline.core.deadlines import holds
from trunkline.core.flow.graph import EchoNode
from trunkline.core.interaction import Interaction, Talk, Waiting
from trunkline.core.state import State
from trunkline.core.words import (
    ATTENDING,
    AgentId,
    InteractionId,
    PartyRole,
    Place,
    QueueId,
    Wish,
    WorkStage,
)


def check(state: State) -> None:
    """Raise AssertionError when an invariant is broken."""
    wrapping = _wrapping(state)
    for it in state.interactions.values():
        _one_place(state, it, wrapping[it.id])
    _offers(state)
    _agents(state)
    _works(state)
    _legs(state)
    _nobody_waits_for_a_free_agent(state)
    _callbacks(state)
    _indexes(state)


def nobody_listens_in_a_pause(state: State, edge: FakeEdge) -> None:
    """What the edge lets a supervisor hear while a talk is paused: nothing."""
    for it in state.interactions.values():
        for one in it.talk.attending if it.talk and it.pause else ():
            there = edge.legs.get(one.leg) if one.leg else None
            assert there is None or there.listens is None, "nobody hears what is not recorded"
            barged = one.role is PartyRole.BARGE
            assert there is None or barged or there.bridge is None, "who attends is aside"


def _callbacks(state: State) -> None:
    """One open callback a number, one attempt a callback, and always something to wait for."""
    callers = [callback.caller for callback in state.callbacks.values()]
    assert len(callers) == len(set(callers)), "one open callback a number"
    open_ones = [it for it in state.interactions.values() if it.place is not Place.ENDED]
    attempts = Counter(it.callback for it in open_ones if it.callback)
    for callback in state.callbacks.values():
        assert attempts[callback.id] <= 1, "dialled at most once at a time"
        it = state.interactions.get(callback.interaction) if callback.interaction else None
        waits = (callback.due_at is not None, it is not None, callback.suspended_by is not None)
        assert any(waits), "a callback has a time, a place or a call that suspends it"
        assert not (callback.suspended_by and callback.interaction), "nobody calls meanwhile"
        if callback.suspended_by:
            assert callback.suspended_by in state.interactions, "what suspends it goes on"
        if it:
            assert it.callback == callback.id


def _wrapping(state: State) -> Counter[InteractionId]:
    """How many agents wrap up each interaction."""
    agents = state.agents.values()
    found = Counter(agent.wrap_up.interaction for agent in agents if agent.wrap_up)
    found.update(
        work.interaction
        for agent in agents
        for work in agent.works
        if work.stage is WorkStage.WRAP_UP
    )
    return found


def _one_place(state: State, it: Interaction, wrapping: int) -> None:
    waiting, talk = it.waiting, it.talk
    assert (waiting is not None) == (it.place is Place.QUEUED), "queued, and only then in a line"
    with_agent = it.place in (Place.TALKING, Place.CALLING)
    fetched = it.place is Place.PARKED and talk is not None
    assert (talk is not None) == (with_agent or fetched), "only then with an agent"
    assert (it.parked is not None) == (it.place is Place.PARKED), "in a slot, or not"
    assert not it.parked or state.slots[it.parked.slot] == it.id, "a slot holds one call"
    assert (it.outside is not None) == (it.place is Place.OUTSIDE), "given outside, or not"
    assert (it.reach_by is not None) == (it.place is Place.CALLING), "ringing has a timer"
    if it.written:
        _written(state, it)
    else:
        nobody = it.place is Place.QUEUED or (it.internal is not None and talk is not None)
        assert it.here or nobody, "who is not there waits to be called"
        assert it.here or it.callback or it.internal, "only who is called back is not there"
    assert (it.handling is not None) == (it.place is Place.HANDLED), "with an agent, or not"
    if waiting:
        assert waiting.queue in state.queues, "nobody waits where nobody serves"
        assert not it.farewell
        taken = [name for name in waiting.offers if state.offers[name].answer_by is not None]
        assert len(taken) <= 1, "one winner a round"
        most = state.queues[waiting.queue].ring_at_once
        assert len(waiting.offers) <= most, "as many open offers as ring at once"
        assert not taken or waiting.offers == taken, "who lost hears of it"
    if waiting and waiting.personal:
        wished = state.agents[waiting.personal]
        assert waiting.personal in state.profiles, "nobody waits for who is gone"
        assert wished.wish is Wish.READY, "nobody waits for who is not on duty"
        assert waiting.personal_until, "patience has an end"
    if talk:
        assert state.agents[talk.agent].segment == it.id
        assert (talk.leg is None) == (talk.lost_until is not None), "no leg, then a timer"
        assert not (it.recording and it.pause), "what is paused is not recorded"
        reminded = talk.remind_at is not None
        paused = it.pause is not None and it.place is Place.TALKING
        assert reminded == paused, "of a pause its agent is reminded"
        rings = it.place in (Place.CALLING, Place.PARKED)
        assert not (it.recording and rings), "nobody is recorded who rings"
        _parties(state, it, talk)
    assert (it.voicemail is not None) == (it.place is Place.VOICEMAIL), "at a box, or not"
    if it.voicemail:
        assert it.step, "a box waits for words, or for the message to be over"
        assert (it.voicemail.since is not None) == (it.recording is not None), (
            "what is said is kept"
        )
    if it.place is Place.SURVEY:
        assert it.step, "a survey waits for a step"
    if it.place is Place.FLOW and it.step is None:
        node = state.nodes.get((it.flow, it.node or ""))
        assert node is None or isinstance(node, EchoNode), f"{it.node} waits for nothing"
    with_agents = (talk is not None) + (it.handling is not None)
    with_agents += it.internal is not None and it.here  # the caller, at the colleague's box
    assert it.open_work == wrapping + with_agents, "work is counted"
    assert it.place is not Place.ENDED or it.open_work, "what is over is forgotten"


def _written(state: State, it: Interaction) -> None:
    """It has no leg and is in a line, with one agent, or over."""
    assert not it.here, "nobody is on the line"
    assert not it.leg
    assert it.place in (Place.QUEUED, Place.HANDLED, Place.ENDED)
    assert it.id in state.written
    assert it.talk is it.step is it.callback is it.recording is None
    if it.handling:
        work = state.agents[it.handling.agent].work(it.id)
        assert work, "who handles it knows of it"
        assert work.stage is WorkStage.HANDLED
        assert work.queue == it.handling.queue


def _works(state: State) -> None:
    """Each work is of an interaction that knows of it, and of an agent who is there."""
    for agent in state.agents.values():
        names = [work.interaction for work in agent.works]
        assert len(names) == len(set(names)), "one part in each"
        asked = [work.channel for work in agent.works if work.offer]
        assert len(asked) == len(set(asked)), "one offer of a channel at a time"
        for work in agent.works:
            it = state.interactions[work.interaction]
            assert it.channel is work.channel
            assert (work.stage is WorkStage.OFFERED) == (work.offer is not None)
            assert agent.connected or agent.grace_until, "what is written needs a desk"
            assert agent.id in state.profiles, "who is gone has nothing written"
            if work.stage is WorkStage.HANDLED:
                assert it.handling, "what is handled knows by whom"
                assert it.handling.agent == agent.id
        if agent.writes:
            assert agent.wish is Wish.READY, "another wish waits for the end of the work"


def _parties(state: State, it: Interaction, talk: Talk) -> None:
    """Whoever is brought in is there, or has a timer; a colleague knows of it."""
    assert not talk.parties or it.place is Place.TALKING, "nobody is brought in while it rings"
    assert len(talk.members) <= MOST_MEMBERS
    assert all(member.role is PartyRole.CONFERENCE for member in talk.members)
    assert len(talk.attending) <= MOST_ATTENDING
    assert all(one.role in ATTENDING and one.leg for one in talk.attending)
    for party in talk.parties:
        assert state.parties[party.id] == it.id
        assert party.leg or party.until is not None, "who is there has a leg"
        assert (party.agent is None) != (party.number is None), "a colleague or a number"
        if party.agent:
            aside = state.agents[party.agent].aside
            assert aside, "a colleague knows of it"
            assert (aside.party, aside.joined) == (party.id, party.until is None)
            assert party.agent in state.profiles, "nobody who is gone"
        assert party.role is not PartyRole.TRANSFER or party.until is not None, "it passes at once"
    if talk.consult:
        assert not talk.consult.swapped or talk.consult.until is None


def _offers(state: State) -> None:
    for name, offer in state.offers.items():
        it, agent = state.interactions[offer.interaction], state.agents[offer.agent]
        work = agent.work(it.id)
        of_agent = (work.offer if work else None) if it.written else agent.offer
        assert of_agent == name, "an offer has its agent"
        waiting = it.waiting
        assert waiting, "what is offered waits"
        assert waiting.offers.count(name) == 1, "an offer has its interaction"
        assert (offer.answer_by is None) or offer.leg, "an accepted offer has a leg"
    held = Counter(agent.offer for agent in state.agents.values() if agent.offer)
    held += Counter(one.offer for a in state.agents.values() for one in a.works if one.offer)
    assert held == Counter(state.offers.keys()), "one offer an agent, and no other"


def _agents(state: State) -> None:
    for agent in state.agents.values():
        work = [one for one in (agent.offer, agent.segment, agent.wrap_up, agent.aside) if one]
        assert len(work) <= 1, "one work item an agent"
        assert agent.shown is shown_state(agent), "what is shown is derived"
        busy = agent.segment or agent.wrap_up or agent.aside or agent.writes
        assert not agent.pending or busy, "pending has work to wait for"
        assert not agent.aside or state.party(agent.aside.party), "an aside has its party"
        assert not (agent.connected and agent.grace_until), "there, or in grace"
        if agent.segment:
            it = state.interactions[agent.segment]
            at_box = it.internal is not None and it.here
            assert it.talk or at_box, (
                "a segment has its talk, or its caller is at a colleague's box"
            )
            assert (it.talk.agent if it.talk else it.last_agent) == agent.id
        if agent.wrap_up:
            assert agent.wrap_up.interaction in state.interactions
        if agent.id not in state.profiles:
            assert agent.offer is None, "who is gone has no work but a talk"
            assert agent.wrap_up is None, "who is gone has no work but a talk"
            assert agent.segment or agent.wish is Wish.OFFLINE


def _legs(state: State) -> None:
    owned: list[Any] = []
    for it in state.interactions.values():
        if it.place is not Place.ENDED and it.here:
            owned.append(it.leg)
        if it.talk:
            owned += [leg for leg in (it.talk.leg, it.talk.dialling) if leg]
            owned += [party.leg for party in it.talk.parties if party.leg]
        if it.outside:
            owned.append(it.outside.leg)
    owned += [offer.leg for offer in state.offers.values() if offer.leg]
    assert Counter(owned) == Counter(state.legs.keys()), "each leg has one owner"


def _nobody_waits_for_a_free_agent(state: State) -> None:
    """Who may be asked now is asked; said anew here, agent by agent and without any index."""
    for it in state.interactions.values():
        waiting = it.waiting
        if waiting and _wants_an_offer(state, waiting):
            assert set(waiting.rests) <= set(waiting.passed_by), "who is let alone declined"
            for name in state.board.bench(it.channel).since:
                assert not may_serve(state, it, waiting, name), f"{name} is free, {it.id} waits"


def _wants_an_offer(state: State, waiting: Waiting) -> bool:
    rules = state.queues[waiting.queue]
    if not waiting.offers or rules.strategy is not Strategy.RING_ALL or waiting.personal:
        return not waiting.offers
    taken = any(state.offers[name].answer_by is not None for name in waiting.offers)
    return not taken and len(waiting.offers) < rules.ring_at_once


def may_serve(state: State, it: Interaction, waiting: Waiting, name: AgentId) -> bool:
    """Whether nothing keeps the agent from the interaction, nor could with more waiting."""
    if waiting.personal:
        return waiting.personal == name
    if name in waiting.rests:
        return False
    rules, profile = state.queues[waiting.queue], state.profiles[name]
    member = next((one for one in rules.memberships if one.agent == name), None)
    if member is None and name not in rules.agents:
        return False
    secondary = member is not None and member.penalty > 0
    fits = meets(state, it, waiting.queue, waiting.stage, profile)
    return fits and not (secondary and waiting.next_at is not None)


def meets(state: State, it: Interaction, queue: QueueId, stage: int, profile: AgentProfile) -> bool:
    """Whether the agent has what the queue asks for at this stage of the wait."""
    rules, skills = state.queues[queue], dict(profile.skills)
    steps = sorted(rules.relaxing, key=lambda step: step.after_ms)
    texts = [rules.requirement, *(step.requirement for step in steps)]
    tags = it.tags | {"language": it.language, "level": it.level.value}
    wanted = bind(parse(texts[min(stage, len(steps))]), tags)
    needed = all(skills.get(skill, 0) >= level for skill, level in rules.skills_required)
    return needed and holds_for(wanted, abilities_of(profile))


def _some(sets: dict[Any, Any]) -> dict[Any, Any]:
    return {name: found for name, found in sets.items() if found}


def _indexes(state: State) -> None:
    """The derived parts equal those made from scratch."""
    fresh = State(
        state.cell, state.policy, state.interactions, state.agents, state.offers,
        callbacks=state.callbacks,
    )  # fmt: skip
    fresh.index()
    assert fresh.board.occupied() == state.board.occupied(), "who may be offered stands in a line"
    assert fresh.board.firsts() == state.board.firsts(), "each group knows its first"
    assert fresh.board.in_order() == state.board.in_order(), "and who is in time"
    assert fresh.board.reserved == state.board.reserved
    assert _idle(fresh) == _idle(state), "who is free is idle in a pool"
    assert fresh.pools.idle_at_home == state.pools.idle_at_home
    assert fresh.pools.idle_at == state.pools.idle_at
    assert fresh.callers == state.callers
    assert fresh.suspended == state.suspended
    assert fresh.attempts == state.attempts
    assert _some(fresh.called_back) == _some(state.called_back)
    assert fresh.legs == state.legs
    assert fresh.free == state.free
    rooms = state.capacities
    assert set(fresh.free) == {n for n in state.profiles if is_free(state.agents[n], rooms[n])}
    for channel, bench in state.board.benches.items():
        free = {n for n in state.profiles if is_free_to_write(state.agents[n], channel, rooms[n])}
        assert set(bench.since) == free, "who is free for it sits on its bench"
    for channel, bench in fresh.board.benches.items():
        assert bench.since == state.board.benches[channel].since
        assert bench.idle_at_home == state.board.benches[channel].idle_at_home
    assert fresh.written == state.written
    assert _some(fresh.written_lines) == _some(state.written_lines)
    assert fresh.recordings == state.recordings
    assert fresh.parties == state.parties
    assert fresh.slots == state.slots
    lines = {queue: line for queue, line in state.lines.items() if line}
    assert {queue: line for queue, line in fresh.lines.items() if line} == lines
    assert all(line == sorted(line) for line in lines.values())
    standing = {entry for entry in state.deadlines if holds(state, *entry)}
    assert standing == set(fresh.deadlines), "every timer is remembered"
    assert not state.touched


def _idle(state: State) -> dict[int, list[tuple[int, AgentId]]]:
    assert all(pool.idle for pool in state.pools.open.values())
    return {number: pool.idle for number, pool in state.pools.open.items()}
