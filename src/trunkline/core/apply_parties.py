"""How the state follows from facts about parties of a talk; part of `core/apply.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from trunkline.core.agent import Aside
from trunkline.core.call import facts as f
from trunkline.core.interaction import Outside, Party, Talk
from trunkline.core.state import State
from trunkline.core.words import (
    ATTENDING,
    AgentId,
    InteractionId,
    PartyId,
    PartyRole,
    PauseReason,
    Place,
    QueueId,
)

Fold = Callable[[State, int, Any], None]


def _invited(state: State, at: int, fact: f.PartyInvited) -> None:
    talk = _talk(state, fact.interaction)
    party = Party(
        fact.party, fact.role, at, fact.until, fact.colleague, fact.number, fact.leg,
        consent_policy=fact.consent,
        voicemail=fact.voicemail,
    )  # fmt: skip
    if fact.role is PartyRole.CONFERENCE:
        talk.members = (*talk.members, party)
    elif fact.role in ATTENDING:
        talk.attending = (*talk.attending, party)
    else:
        talk.consult = party
    state.index_party(fact.interaction, party)
    if fact.colleague:
        agent = state.agents[fact.colleague]
        agent.aside = Aside(fact.interaction, fact.party)
        state.settle(agent)


def _dialled(state: State, at: int, fact: f.PartyDialled) -> None:
    party = _party(state, fact.party)
    party.leg, party.until = fact.leg, fact.until
    state.index_party(fact.interaction, party)
    state.touched.add(fact.colleague)


def _joined(state: State, at: int, fact: f.PartyJoined) -> None:
    party = _party(state, fact.party)
    party.until, party.since = None, at
    if fact.colleague:
        agent = state.agents[fact.colleague]
        if agent.aside:
            agent.aside.joined = True
        state.settle(agent)


def _ended(state: State, at: int, fact: f.PartyEnded) -> None:
    party = _party(state, fact.party)
    if party.leg:
        state.legs.pop(party.leg, None)
    _forget(state, fact.interaction, fact.party)
    if fact.colleague:
        _released(state, at, fact.colleague, at - party.since if fact.joined else 0)


def _swapped(state: State, at: int, fact: f.ConsultSwapped) -> None:
    _party(state, fact.party).swapped = fact.swapped


def _merged(state: State, at: int, fact: f.ConsultMerged) -> None:
    talk = _talk(state, fact.interaction)
    party = _party(state, fact.party)
    member = replace(party, role=PartyRole.CONFERENCE, swapped=False)
    talk.consult, talk.members = None, (*talk.members, member)


def _attends_otherwise(state: State, at: int, fact: f.AttendanceChanged) -> None:
    _party(state, fact.party).role = fact.role
    state.touched.add(fact.colleague)


def _let_go(state: State, at: int, fact: f.ConsultLetGo) -> None:
    _party(state, fact.party).role = PartyRole.TRANSFER


def _passed(state: State, at: int, fact: f.TalkPassed) -> None:
    it = state.interactions[fact.interaction]
    before = _talk(state, fact.interaction)
    _forget(state, fact.interaction, fact.party)
    it.talk = Talk(
        fact.agent, fact.queue, fact.bridge, fact.leg, at,
        remind_at=before.remind_at, asked_for=before.asked_for,
        members=before.members, attending=before.attending,
    )  # fmt: skip
    state.legs[fact.leg] = ("agent", it.id)
    it.last_agent = fact.agent
    it.open_work += 1
    state.count_attempt(it)
    agent = state.agents[fact.agent]
    agent.aside, agent.segment = None, it.id
    agent.disposition, agent.declines = None, 0
    agent.contacts += 1
    state.settle(agent)


def _outside(state: State, at: int, fact: f.WentOutside) -> None:
    it = state.interactions[fact.interaction]
    _forget(state, fact.interaction, fact.party)
    it.talk, it.place = None, Place.OUTSIDE
    it.outside = Outside(fact.leg, fact.bridge, fact.queue)
    state.legs[fact.leg] = ("outside", it.id)
    state.count_attempt(it)


def _paused(state: State, at: int, fact: f.RecordingPaused) -> None:
    it = state.interactions[fact.interaction]
    if it.pause is None:
        it.pause, it.paused_at = fact.reason, at
    _remind(state, _talk(state, fact.interaction), fact)


def _reminded(state: State, at: int, fact: f.RecordingReminded) -> None:
    _remind(state, _talk(state, fact.interaction), fact)


def _remind(state: State, talk: Talk, fact: f.RecordingPaused | f.RecordingReminded) -> None:
    talk.remind_at = fact.remind_at
    state.due(fact.remind_at, "remind", fact.interaction)


def _recorded_again(state: State, at: int, fact: f.RecordingResumed) -> None:
    talk = _talk(state, fact.interaction)
    talk.remind_at = state.interactions[fact.interaction].pause = None
    talk.asked_for = talk.asked_for or fact.reason is PauseReason.AGENT


def _consent_answered(state: State, at: int, fact: f.ConsentAnswered) -> None:
    if fact.party is None:
        state.interactions[fact.interaction].consent = fact.answer
    else:
        _party(state, fact.party).consent = fact.answer


def _colleague_called(state: State, at: int, fact: f.ColleagueCalled) -> None:
    it, agent = state.interactions[fact.interaction], state.agents[fact.agent]
    it.place, it.last_agent = Place.TALKING, fact.agent
    it.open_work += 1
    there = fact.until is None
    it.talk = Talk(
        fact.agent, QueueId(""), fact.bridge, fact.leg if there else None, at,
        dialling=None if there else fact.leg,
        lost_until=fact.until,
    )  # fmt: skip
    state.legs[fact.leg] = ("agent", it.id)
    if fact.until is not None:
        state.due(fact.until, "lost", it.id)
    agent.segment, agent.disposition = it.id, None
    state.settle(agent)


def _led_to_box(state: State, at: int, fact: f.LedToBox) -> None:
    it = state.interactions[fact.interaction]
    it.talk, it.leg, it.here = None, fact.leg, True
    state.legs[fact.leg] = ("customer", it.id)


def _internal_ended(state: State, at: int, fact: f.InternalCallEnded) -> None:
    it, agent = state.interactions[fact.interaction], state.agents[fact.agent]
    for leg in (it.talk.leg, it.talk.dialling) if it.talk else ():
        if leg:
            state.legs.pop(leg, None)
    it.talk = None
    it.talk_ms += fact.talk_ms
    it.open_work -= 1
    agent.segment, agent.idle_since = None, at
    agent.busy_ms += fact.talk_ms
    state.settle(agent)


def _forget(state: State, name: InteractionId, party: PartyId) -> None:
    state.parties.pop(party, None)
    talk = _talk(state, name)
    if talk.consult and talk.consult.id == party:
        talk.consult = None
    talk.members = tuple(one for one in talk.members if one.id != party)
    talk.attending = tuple(one for one in talk.attending if one.id != party)


def _released(state: State, at: int, name: AgentId, spent_ms: int) -> None:
    agent = state.agents[name]
    agent.aside, agent.idle_since = None, at
    agent.busy_ms += spent_ms
    state.settle(agent)


def _talk(state: State, name: InteractionId) -> Talk:
    talk = state.interactions[name].talk
    if talk is None:
        raise LookupError(name)
    return talk


def _party(state: State, name: PartyId) -> Party:
    party = state.party(name)
    if party is None:
        raise LookupError(name)
    return party


FOLDS: dict[type[Any], Fold] = {
    f.ColleagueCalled: _colleague_called,
    f.LedToBox: _led_to_box,
    f.InternalCallEnded: _internal_ended,
    f.PartyInvited: _invited,
    f.PartyDialled: _dialled,
    f.PartyJoined: _joined,
    f.PartyEnded: _ended,
    f.ConsultSwapped: _swapped,
    f.ConsultMerged: _merged,
    f.ConsultLetGo: _let_go,
    f.AttendanceChanged: _attends_otherwise,
    f.TalkPassed: _passed,
    f.WentOutside: _outside,
    f.RecordingPaused: _paused,
    f.RecordingReminded: _reminded,
    f.RecordingResumed: _recorded_again,
    f.ConsentAnswered: _consent_answered,
}
