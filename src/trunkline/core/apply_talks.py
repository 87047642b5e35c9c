"""How the state follows from a talk between customer and agent.

Part of `core/apply.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core import facts as f
from trunkline.core.acd import watch
from trunkline.core.agent import Work
from trunkline.core.interaction import Handling, Interaction, Talk
from trunkline.core.state import State
from trunkline.core.words import Place, WorkStage

Fold = Callable[[State, int, Any], None]


def _answered(state: State, at: int, fact: f.InteractionAnswered) -> None:
    watch.answered(state, at, fact)
    it = state.interactions[fact.interaction]
    if it.written:
        _handled(state, at, it, fact)
        return
    state.step_out(it)
    it.place, it.waiting, it.step, it.node = Place.TALKING, None, None, None
    state.close_offer(state.offers[fact.offer])
    it.talk = Talk(fact.agent, fact.queue, fact.bridge, fact.leg, at)
    it.last_agent, it.last_queue = fact.agent, fact.queue
    it.unanswered = 0
    it.open_work += 1
    state.count_attempt(it)
    state.legs[fact.leg] = ("agent", it.id)
    agent = state.agents[fact.agent]
    agent.segment, agent.disposition, agent.declines = it.id, None, 0
    agent.contacts += 1
    state.settle(agent)


def _handled(state: State, at: int, it: Interaction, fact: f.InteractionAnswered) -> None:
    """A written one has no leg and no bridge: it is one more among the agent's works."""
    state.step_out(it)
    it.place, it.waiting = Place.HANDLED, None
    state.close_offer(state.offers[fact.offer])
    it.handling = Handling(fact.agent, fact.queue, at)
    it.last_agent, it.last_queue = fact.agent, fact.queue
    it.unanswered = 0
    it.open_work += 1
    agent = state.agents[fact.agent]
    agent.works.append(Work(it.id, it.channel, fact.queue, WorkStage.HANDLED, at))
    agent.declines, agent.idle_since = 0, at
    agent.contacts += 1
    state.settle(agent)


def _handling_ended(state: State, at: int, it: Interaction, fact: f.TalkEnded) -> None:
    it.handling, it.place = None, Place.FLOW
    it.talk_ms += fact.talk_ms
    it.open_work -= 1
    agent = state.agents[fact.agent]
    state.end_work(agent, it.id)
    agent.idle_since = at
    agent.busy_ms += fact.talk_ms
    state.settle(agent)


def _recording_started(state: State, at: int, fact: f.RecordingStarted) -> None:
    state.interactions[fact.interaction].recording = fact.recording
    state.recordings[fact.recording] = fact.interaction


def _recording_stopped(state: State, at: int, fact: f.RecordingStopped) -> None:
    state.recordings.pop(fact.recording, None)
    it = state.interactions.get(fact.interaction)
    if it and it.recording == fact.recording:
        it.recording = None


def _held(state: State, at: int, fact: f.InteractionHeld) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.held = True


def _resumed(state: State, at: int, fact: f.InteractionResumed) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.held = False


def _muted(state: State, at: int, fact: f.AgentMuted) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.muted = fact.muted


def _leg_lost(state: State, at: int, fact: f.AgentLegLost) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        _forget_legs(state, talk)
        talk.leg = talk.dialling = None
        talk.muted, talk.lost_until = False, fact.until
        state.due(fact.until, "lost", fact.interaction)


def _leg_redialled(state: State, at: int, fact: f.AgentLegRedialled) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        _forget_legs(state, talk)
        talk.leg, talk.dialling, talk.lost_until = None, fact.leg, fact.until
        talk.muted = False
        state.legs[fact.leg] = ("agent", fact.interaction)
        state.due(fact.until, "lost", fact.interaction)


def _leg_back(state: State, at: int, fact: f.AgentLegBack) -> None:
    talk = state.interactions[fact.interaction].talk
    if talk:
        talk.leg, talk.dialling, talk.lost_until = fact.leg, None, None


def _talk_ended(state: State, at: int, fact: f.TalkEnded) -> None:
    it = state.interactions[fact.interaction]
    if it.written:
        _handling_ended(state, at, it, fact)
        return
    if it.talk:
        _forget_legs(state, it.talk)
    if fact.to_party is None:
        it.talk = None
    it.talk_ms += fact.talk_ms
    state.count_attempt(it)
    it.open_work -= 1
    agent = state.agents[fact.agent]
    agent.segment, agent.idle_since = None, at
    agent.busy_ms += fact.talk_ms
    state.settle(agent)


def _forget_legs(state: State, talk: Talk) -> None:
    for leg in (talk.leg, talk.dialling):
        if leg:
            state.legs.pop(leg, None)


FOLDS: dict[type[Any], Fold] = {
    f.InteractionAnswered: _answered,
    f.RecordingStarted: _recording_started,
    f.RecordingStopped: _recording_stopped,
    f.InteractionHeld: _held,
    f.InteractionResumed: _resumed,
    f.AgentMuted: _muted,
    f.AgentLegLost: _leg_lost,
    f.AgentLegRedialled: _leg_redialled,
    f.AgentLegBack: _leg_back,
    f.TalkEnded: _talk_ended,
}
