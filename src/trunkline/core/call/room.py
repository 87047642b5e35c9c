"""Who stands in a talk's bridge and who hears what instead: derived, like an agent's state.

Each verb changes the talk by a fact; `rearrange` then asks the edge for the difference between
before and after. So no verb has to know what another one left behind, and after a restart the same
table says what should be.
"""

from __future__ import annotations

from typing import Final

from trunkline.core.call.commands import RINGBACK, Bridge, Hold, Listen, Resume, StopListening
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.turn import Turn
from trunkline.core.words import ATTENDING, LegId, PartyRole

ROOM: Final = ""
"""In the bridge; any other place is the name of the music that is heard outside of it."""
MUSIC: Final = "default"

Spot = str | Listen
"""A place; or attending: what the edge is asked for to hear another leg."""

Places = dict[LegId, Spot]


def arranged(it: Interaction, talk: Talk) -> Places:
    """Where each leg of a talk has its place: customer, agent, then who was brought in."""
    if it.internal:
        return _of_internal(talk)
    consult = talk.consult
    aside = consult is not None and not consult.swapped
    places: Places = {it.leg: _of_customer(talk)}
    if talk.leg:
        waits = aside and consult is not None and consult.until is not None
        transferring = consult is not None and consult.role is PartyRole.TRANSFER
        places[talk.leg] = RINGBACK if waits or transferring else ROOM
    if consult and consult.leg and consult.until is None:
        places[consult.leg] = ROOM if aside and talk.leg else MUSIC
    for member in talk.members:
        if member.leg and member.until is None:
            places[member.leg] = ROOM
    for one in talk.attending:
        if one.leg and one.until is None:
            places[one.leg] = _of_attending(it, talk, one, one.leg)
    return places


def rearrange(turn: Turn, it: Interaction, talk: Talk, before: Places) -> None:
    """Ask the edge for what is otherwise than it was: first who leaves, then who enters."""
    after = arranged(it, talk)
    for leg, place in after.items():
        was = before.get(leg)
        if was == place:
            continue
        if isinstance(place, Listen):
            turn.do(place)
            continue
        if isinstance(was, Listen):
            turn.do(StopListening(leg))
        if place != ROOM:
            turn.do(Hold(talk.bridge, leg, place))
    entering = tuple(
        leg for leg, place in after.items() if place == ROOM and before.get(leg) != ROOM
    )
    if len(entering) == 1 and entering[0] in before:
        turn.do(Resume(talk.bridge, entering[0]))
    elif entering:
        turn.do(Bridge(talk.bridge, entering))


def is_shown(turn: Turn, role: PartyRole) -> bool:
    """Whether the agent may know of somebody in this role."""
    return role not in ATTENDING or turn.state.policy.listeners_shown


def _of_internal(talk: Talk) -> Places:
    """Two colleagues and no customer: until the other is there the caller hears it ring."""
    there = [one.leg for one in talk.members if one.leg and one.until is None]
    places: Places = {talk.leg: ROOM if there else RINGBACK} if talk.leg else {}
    return places | dict.fromkeys(there, ROOM)


def _of_customer(talk: Talk) -> str:
    consult = talk.consult
    if consult and consult.role is PartyRole.TRANSFER:
        return RINGBACK
    heard = (*talk.members, *(one for one in talk.attending if one.role is PartyRole.BARGE))
    somebody = talk.leg or any(party.until is None for party in heard)
    aside = consult is not None and not consult.swapped
    return MUSIC if talk.held or aside or not somebody else ROOM


def _of_attending(it: Interaction, talk: Talk, one: Party, leg: LegId) -> Spot:
    """A supervisor hears what the agent hears; while there is no agent or a pause, music.

    What is said in a pause (a card number) is for those in the talk; who barged in is one of them.
    """
    if one.role is PartyRole.BARGE:
        return ROOM
    if talk.leg is None or it.pause is not None:
        return MUSIC
    return Listen(leg, talk.leg, whisper=one.role is PartyRole.WHISPER)
