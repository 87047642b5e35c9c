"""After a restart of either side: compare what we believe with what the edge holds, and mend it.

The state says what should be; the inventory says what is. Legs that nobody owns are hung up; what
waited for a step that was lost with the old program is asked again; who talks goes on talking;
legs that are gone end as if the edge had told us, hung up where the engine lived on and lost where
it did not; legs that came up meanwhile are adopted. A page answers by a socket of the program that
rang it: when that program is gone its leg never comes up, so it is hung up, and the call is offered
anew. A recording that runs, or never began, is asked for by its name. Only then is anything
offered. Nothing is rung twice.
"""

from __future__ import annotations

from trunkline.core.acd import losing, offering
from trunkline.core.call import endings, legs, parking, recording, room, voicemail
from trunkline.core.call.commands import (
    AnswerLeg,
    Bridge,
    HangUp,
    Hold,
    Listen,
    Mute,
    StartMusic,
    StopListening,
    StopPlay,
    Unbridge,
)
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.callback_facts import DialogueLeft
from trunkline.core.facts import DeskChanged
from trunkline.core.flow import engine as flow
from trunkline.core.inputs import LegFound, Reconcile
from trunkline.core.interaction import Interaction, Outside, Talk
from trunkline.core.turn import Turn
from trunkline.core.words import (
    AgentId,
    Cause,
    DeviceKind,
    InteractionId,
    LegId,
    OfferId,
    PartyId,
    Place,
)

Found = dict[LegId, LegFound]


def reconcile(turn: Turn, given: Reconcile) -> None:
    """Make the state and the edge agree."""
    turn.settling = True
    deaf = {there.leg for there in given.legs if not there.answered and _is_deaf(turn, there)}
    found = {there.leg: there for there in given.legs if there.leg not in deaf}
    _desks(turn, given)
    for there in given.legs:
        if there.leg not in turn.state.legs:
            turn.do(HangUp(there.leg))
    for it in list(turn.state.interactions.values()):
        if it.place is not Place.ENDED and it.leg in found:
            _resume_customer(turn, it, found, given)
        elif it.internal and it.talk:
            _resume_talk(turn, it, it.talk, found, given)
    _close_lost(turn, found, deaf, given)
    for there in given.legs:
        if there.answered:
            _adopt(turn, there.leg)
    offering.serve_all(turn)


def _desks(turn: Turn, given: Reconcile) -> None:
    """Desks that were connected to the old program have the grace time to come back."""
    until = turn.now + turn.state.policy.grace_ms
    for agent in list(turn.state.agents.values()):
        if agent.connected and agent.id not in given.desks:
            turn.emit(DeskChanged(agent.id, connected=False, until=until))


def _is_deaf(turn: Turn, ringing: LegFound) -> bool:
    """Whether it rings a page: its answer goes to the old program, also where its desk is back."""
    role, name = turn.state.legs.get(ringing.leg, ("", ""))
    rung: AgentId | None = None
    if role == "offer":
        rung = turn.state.offers[OfferId(name)].agent
    elif role == "agent":
        talk = turn.state.interactions[InteractionId(name)].talk
        rung = talk.agent if talk else None
    elif role == "party":
        party = turn.state.party(PartyId(name))
        rung = party.agent if party else None
    return rung is not None and turn.state.agents[rung].device is DeviceKind.BROWSER


def _resume_customer(turn: Turn, it: Interaction, found: Found, given: Reconcile) -> None:
    if it.place is Place.CALLING:
        return  # it rings on, or was answered and is adopted below
    if not found[it.leg].answered:
        turn.do(AnswerLeg(it.leg))
    if it.parked:
        _resume_parked(turn, it, found[it.leg])
    elif it.talk:
        _resume_talk(turn, it, it.talk, found, given)
    elif it.outside:
        _resume_outside(turn, it, it.outside, found)
    elif it.voicemail:
        voicemail.resume(turn, it, it.voicemail, given.closed)
    elif it.farewell:
        endings.finish(turn, it, it.farewell)
    elif it.waiting:
        _hush(turn, it, it.waiting.play)
        if it.step:
            turn.emit(DialogueLeft(it.id))
        turn.do(StartMusic(it.leg, turn.state.queues[it.waiting.queue].music))
    elif it.place is Place.SURVEY:
        _hush(turn, it)
        endings.ask_survey(turn, it, it.attempt)
    else:
        _hush(turn, it)
        flow.enter(turn, it, it.node or "", it.attempt)


def _hush(turn: Turn, it: Interaction, announced: str | None = None) -> None:
    """Whatever the old program began to say: while it lasts nobody is joined to the customer."""
    for play in (it.step, announced):
        if play:
            turn.do(StopPlay(it.leg, play))


def _resume_parked(turn: Turn, it: Interaction, there: LegFound) -> None:
    """Music, alone; a bridge that was to be dissolved may stand yet."""
    if there.bridge is not None:
        turn.do(Unbridge(there.bridge))
    turn.do(StartMusic(it.leg, parking.music_of(turn, it)))


def _resume_talk(turn: Turn, it: Interaction, talk: Talk, found: Found, given: Reconcile) -> None:
    """Record what is to be recorded; music for who should have it; join who is not joined."""
    recording.go_on(turn, it, talk, closed=it.recording in given.closed)
    places = room.arranged(it, talk)
    for leg, place in places.items():
        if isinstance(place, Listen) and leg in found:
            turn.do(place)
        elif place == room.MUSIC and leg in found and _attends(talk, leg):
            turn.do(StopListening(leg))  # it may listen yet: a pause may not have reached the edge
            turn.do(Hold(talk.bridge, leg, room.MUSIC))
        elif place != room.ROOM and leg in found and found[leg].bridge is not None:
            turn.do(Hold(talk.bridge, leg, str(place)))
    if talk.leg not in found and not talk.members:
        return
    sides = tuple(leg for leg, place in places.items() if place == room.ROOM and leg in found)
    if any(found[leg].bridge != talk.bridge for leg in sides):
        turn.do(Bridge(talk.bridge, sides))
    if talk.muted and talk.leg in found:
        turn.do(Mute(talk.leg))


def _attends(talk: Talk, leg: LegId) -> bool:
    return any(one.leg == leg for one in talk.attending)


def _resume_outside(turn: Turn, it: Interaction, outside: Outside, found: Found) -> None:
    """Who was given to an outside number goes on talking with it."""
    sides = (it.leg, outside.leg)
    there = all(leg in found for leg in sides)
    if there and any(found[leg].bridge != outside.bridge for leg in sides):
        turn.do(Bridge(outside.bridge, sides))


def _close_lost(turn: Turn, found: Found, deaf: set[LegId], given: Reconcile) -> None:
    """Customers first: no agent's side is mended for a customer who is gone."""
    gone = [(role != "customer", leg) for leg, (role, _) in turn.state.legs.items()]
    for _, leg in sorted(place for place in gone if place[1] not in found):
        role, name = turn.state.legs.get(leg, ("", ""))
        if role == "offer":
            losing.take_back(turn, turn.state.offers[OfferId(name)])
            continue
        if leg in deaf:
            turn.do(HangUp(leg))
        hung_up = given.lived_on and _was_up(turn, leg, role, name)
        legs.ended(turn, LegEnded(leg, Cause.NORMAL if hung_up else Cause.NETWORK_LOST))


def _was_up(turn: Turn, leg: LegId, role: str, name: str) -> bool:
    """Whether somebody was on it: of one that only rang nobody knows why it is gone."""
    if role == "party":
        party = turn.state.party(PartyId(name))
        return party is not None and party.until is None
    it = turn.state.interactions.get(InteractionId(name))
    if it is None:
        return False
    if role == "agent":
        return it.talk is not None and it.talk.leg == leg
    return it.place is not Place.CALLING


def _adopt(turn: Turn, leg: LegId) -> None:
    """A leg of ours that was answered while nobody listened."""
    role, name = turn.state.legs.get(leg, ("", ""))
    it = turn.state.interactions.get(InteractionId(name)) if role == "agent" else None
    if role in ("offer", "customer", "party") or (it and it.talk and it.talk.dialling == leg):
        legs.answered(turn, LegAnswered(leg))
