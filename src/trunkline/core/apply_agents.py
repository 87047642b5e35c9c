"""How the state follows from agents: wishes, devices, the work after the talk.

Part of `core/apply.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core import facts as f
from trunkline.core.agent import Agent, Trouble, Work, WrapUp
from trunkline.core.state import State
from trunkline.core.words import AgentId, DeviceKind, Wish, WorkStage

Fold = Callable[[State, int, Any], None]


def _disposition_set(state: State, at: int, fact: f.DispositionSet) -> None:
    agent = state.agents[fact.agent]
    work = agent.work(fact.interaction) if agent.works else None
    if work:
        work.disposition = fact.disposition
    else:
        agent.disposition = fact.disposition


def _wrap_up_started(state: State, at: int, fact: f.WrapUpStarted) -> None:
    agent, it = state.agents[fact.agent], state.interactions[fact.interaction]
    it.open_work += 1
    if it.written:
        work = Work(it.id, it.channel, fact.queue, WorkStage.WRAP_UP, at)
        work.mode, work.ends_at, work.disposition = fact.mode, fact.ends_at, fact.disposition
        agent.works.append(work)
        state.wrap_ups_due(agent)
    else:
        agent.wrap_up = WrapUp(fact.interaction, fact.queue, fact.mode, at, fact.ends_at)
        if fact.ends_at is not None:
            state.due(fact.ends_at, "wrap_up", agent.id)
    state.settle(agent)


def _wrap_up_extended(state: State, at: int, fact: f.WrapUpExtended) -> None:
    agent = state.agents[fact.agent]
    work = agent.work(fact.interaction) if agent.works else None
    if work:
        work.ends_at, work.extended, work.overrun = fact.ends_at, fact.extended, fact.overrun
        state.wrap_ups_due(agent)
        state.touched.add(agent.id)
    elif agent.wrap_up:
        agent.wrap_up.ends_at, agent.wrap_up.extended = fact.ends_at, fact.extended
        agent.wrap_up.overrun = fact.overrun
        state.due(fact.ends_at, "wrap_up", agent.id)
        state.touched.add(agent.id)


def _wrap_up_completed(state: State, at: int, fact: f.WrapUpCompleted) -> None:
    agent = state.agents[fact.agent]
    work = state.end_work(agent, fact.interaction) if agent.works else None
    if work:
        agent.busy_ms += at - work.since
        agent.idle_since = at
        state.wrap_ups_due(agent)
    else:
        if agent.wrap_up:
            agent.busy_ms += at - agent.wrap_up.began_at
        agent.wrap_up = agent.disposition = None
        agent.idle_since = at
    if fact.unfinished:
        agent.unfinished[fact.interaction] = fact.queue
    else:
        agent.unfinished.pop(fact.interaction, None)
    it = state.interactions.get(fact.interaction)
    if it:
        it.open_work -= 1
    state.settle(agent)


def _unfinished_done(state: State, at: int, fact: f.UnfinishedDone) -> None:
    del state.agents[fact.agent].unfinished[fact.interaction]


def _wish_set(state: State, at: int, fact: f.WishSet) -> None:
    agent = state.agents[fact.agent]
    _count_duty(agent, at)
    agent.wish, agent.reason = fact.wish, fact.reason
    agent.pending = agent.pending_reason = None
    agent.declines, agent.idle_since, agent.rests_until = 0, at, fact.until
    if fact.until is not None:
        state.due(fact.until, "rest", agent.id)
    state.settle(agent)


def _wish_pending(state: State, at: int, fact: f.WishPending) -> None:
    agent = state.agents[fact.agent]
    agent.pending, agent.pending_reason = fact.wish, fact.reason
    state.settle(agent)


def _device_set(state: State, at: int, fact: f.DeviceSet) -> None:
    agent = state.agents[fact.agent]
    agent.device = fact.device
    state.settle(agent)


def _device_away(state: State, at: int, fact: f.DeviceAway) -> None:
    _set_trouble(state, fact.agent, fact.device, Trouble(fact.fault, fact.until))
    if fact.until is not None:
        state.due(fact.until, "device", fact.agent)


def _device_back(state: State, at: int, fact: f.DeviceBack) -> None:
    _set_trouble(state, fact.agent, fact.device, None)


def _desk_changed(state: State, at: int, fact: f.DeskChanged) -> None:
    agent = state.agents[fact.agent]
    agent.connected, agent.grace_until = fact.connected, fact.until
    if fact.until is not None:
        state.due(fact.until, "grace", agent.id)
    state.settle(agent)


def _shown(state: State, at: int, fact: f.AgentShown) -> None:
    agent = state.agents[fact.agent]
    agent.shown, agent.shown_reason = fact.state, fact.reason
    agent.shown_pending, agent.shown_pending_reason = fact.pending, fact.pending_reason
    agent.shown_at = at


def _set_trouble(state: State, name: AgentId, device: DeviceKind, trouble: Trouble | None) -> None:
    agent = state.agents[name]
    if device is DeviceKind.SIP:
        agent.phone_trouble = trouble
    else:
        agent.browser_trouble = trouble
    state.settle(agent)


def _count_duty(agent: Agent, at: int) -> None:
    """The present wish ends: who signs in counts anew, and time away is no time on duty."""
    if agent.wish is Wish.OFFLINE:
        agent.on_since, agent.contacts, agent.busy_ms, agent.away_ms = at, 0, 0, 0
    elif agent.wish is Wish.NOT_READY:
        agent.away_ms += at - agent.wished_at
    agent.wished_at = at


FOLDS: dict[type[Any], Fold] = {
    f.DispositionSet: _disposition_set,
    f.WrapUpStarted: _wrap_up_started,
    f.WrapUpExtended: _wrap_up_extended,
    f.WrapUpCompleted: _wrap_up_completed,
    f.UnfinishedDone: _unfinished_done,
    f.WishSet: _wish_set,
    f.WishPending: _wish_pending,
    f.DeviceSet: _device_set,
    f.DeviceAway: _device_away,
    f.DeviceBack: _device_back,
    f.DeskChanged: _desk_changed,
    f.AgentShown: _shown,
}
