"""A supervisor in the talk of an agent: listening, whispering, barging in; taking over, ending it.

They are rung at once on their own device and are a party like any other: with a timer while it
rings, and gone with the talk. Listening and whispering follow the agent's leg (`room`); whoever
barged in has the customer when the agent leaves.
"""

from __future__ import annotations

from trunkline.core.acd import offering
from trunkline.core.call import dropping, endings, internal, passing, room
from trunkline.core.call.commands import StopMusic
from trunkline.core.call.facts import AttendanceChanged, PartyInvited
from trunkline.core.call.hands import at_leisure, part_of
from trunkline.core.call.parties import GRACE_MS, RING_MS
from trunkline.core.call.wishes import AttendCall, EndCall, TakeOverCall
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    ATTENDING,
    Cause,
    EndedBy,
    InteractionId,
    LegId,
    PartyId,
    Place,
)

MOST_ATTENDING = 3
"""So many supervisors may attend one talk."""


def attend(turn: Turn, given: AttendCall) -> None:
    """Begin to attend, or attend otherwise."""
    if given.role not in ATTENDING:
        raise Refused("not_attending", "Listen, whisper or barge in.")
    agent = presence.known(turn, given.agent)
    it, talk = _talk(turn, given.interaction)
    if it.internal:
        raise Refused("internal_call", "This is a call among colleagues.")
    if agent.aside and agent.aside.interaction == it.id:
        _change(turn, it, talk, given)
        return
    at_leisure(turn, agent.id)
    if len(talk.attending) >= MOST_ATTENDING:
        raise Refused("attended_enough", "As many attend this call as may.")
    party, leg = PartyId(turn.new_id()), LegId(turn.new_id())
    until, shown = turn.now + RING_MS + GRACE_MS, turn.state.policy.listeners_shown
    turn.emit(
        PartyInvited(
            it.id, party, talk.agent, given.role, agent.id, None, leg, until, shown
        )
    )  # fmt: skip
    offering.dial(turn, it, agent.id, leg, RING_MS)


def take_over(turn: Turn, given: TakeOverCall) -> None:
    """The supervisor has the customer from now; whoever was consulted goes."""
    it, talk, party = part_of(turn, given.agent, given.interaction)
    if party.role not in ATTENDING or party.until is not None:
        raise Refused("not_attending", "You do not attend this call.")
    passing.pass_on(turn, it, talk, party, by="supervisor")


def end(turn: Turn, given: EndCall) -> None:
    """End the talk for everybody; nobody is asked for a mark."""
    it = turn.state.interactions.get(given.interaction)
    if it and it.talk and it.internal:
        internal.end(turn, it, it.talk, EndedBy.SUPERVISOR, Cause.NORMAL)
        return
    if it and it.outside:
        passing.end_outside(turn, it)
    elif it and it.talk and it.place is Place.TALKING:
        if room.arranged(it, it.talk)[it.leg] != room.ROOM:
            turn.do(StopMusic(it.leg))
        dropping.drop_agent(turn, it, it.talk, "supervisor", None)
    else:
        raise Refused("not_in_a_call", "Nobody talks in this interaction.")
    endings.finish(turn, it, EndedBy.SUPERVISOR)


def _change(turn: Turn, it: Interaction, talk: Talk, given: AttendCall) -> None:
    party = _own(talk, given)
    if party is None:
        raise Refused("already_in_call", "You are in this call.")
    if party.role is given.role:
        return
    before = room.arranged(it, talk)
    shown = turn.state.policy.listeners_shown
    turn.emit(
        AttendanceChanged(it.id, party.id, talk.agent, given.role, given.agent, shown)
    )  # fmt: skip
    room.rearrange(turn, it, talk, before)


def _own(talk: Talk, given: AttendCall) -> Party | None:
    return next((one for one in talk.attending if one.agent == given.agent), None)


def _talk(turn: Turn, name: InteractionId) -> tuple[Interaction, Talk]:
    it = turn.state.interactions.get(name)
    if it is None or it.talk is None or it.place is not Place.TALKING:
        raise Refused("not_in_a_call", "Nobody talks in this interaction.")
    return it, it.talk
