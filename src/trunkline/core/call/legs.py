"""What a leg's end or answer means, by the role that the leg has.

Roles: customer, offer, agent, party (brought in), outside (where the customer was given to).
"""

from __future__ import annotations

from trunkline.core.acd import callback, losing, offering
from trunkline.core.call import endings, outbound, parking, parties, passing, voicemail
from trunkline.core.call import engine as call
from trunkline.core.call.events import LegAnswered, LegEnded
from trunkline.core.interaction import Interaction
from trunkline.core.turn import Turn
from trunkline.core.words import (
    Cause,
    EndedBy,
    InteractionId,
    LegId,
    OfferId,
    PartyId,
    Place,
)


def answered(turn: Turn, given: LegAnswered) -> None:
    """An agent's leg is up: by it an offer is accepted, or a reloaded page is back.

    A customer's leg answers when they are called back.
    """
    role, name = turn.state.legs.get(given.leg, ("", ""))
    if role == "offer":
        call.connect(turn, turn.state.offers[OfferId(name)], given.leg)
    elif role == "agent":
        it = turn.state.interactions[InteractionId(name)]
        call.on_agent_leg_answered(turn, it, given.leg)
    elif role == "customer":
        it = turn.state.interactions[InteractionId(name)]
        if it.place is Place.CALLING and it.talk:
            outbound.on_answered(turn, it, it.talk)
    elif role == "party":
        _party_answered(turn, PartyId(name), given.leg)


def ended(turn: Turn, given: LegEnded) -> None:
    """A leg is gone: whoever it belonged to is told."""
    role, name = turn.state.legs.get(given.leg, ("", ""))
    if role == "offer":
        losing.lose_leg(turn, turn.state.offers[OfferId(name)], given.cause)
    elif role == "agent":
        it = turn.state.interactions[InteractionId(name)]
        call.on_agent_leg_ended(turn, it, given.leg, given.cause)
    elif role == "customer":
        customer_left(turn, turn.state.interactions[InteractionId(name)], given.cause)
    elif role == "party":
        _party_ended(turn, PartyId(name), given.cause)
    elif role == "outside":
        passing.on_outside_ended(turn, turn.state.interactions[InteractionId(name)])


def customer_left(turn: Turn, it: Interaction, cause: Cause) -> None:
    """The customer's leg is gone, wherever the interaction is."""
    if it.place is Place.CALLING and it.talk:
        outbound.on_customer_leg_ended(turn, it, it.talk, cause)
        return
    passing.end_outside(turn, it)
    queued = it.place is Place.QUEUED
    lost = cause in (Cause.NETWORK_LOST, Cause.FAILED)
    if queued or lost:
        callback.keep_place_of_lost(turn, it, lost=lost)
    if it.parked and it.talk:
        parking.give_up(turn, it, it.talk)
    elif it.talk:
        call.on_customer_left(turn, it, it.talk)
    by = EndedBy.ABANDONED if queued else it.farewell or EndedBy.CUSTOMER
    if it.voicemail and voicemail.on_left(turn, it, it.voicemail):
        by = EndedBy.VOICEMAIL
    asked = [turn.state.offers[name].agent for name in (it.waiting.offers if it.waiting else ())]
    offering.withdraw(turn, it)
    endings.end(turn, it, EndedBy.FAILURE if lost else by, cause)
    for agent in asked:
        offering.serve(turn, agent)


def _party_answered(turn: Turn, name: PartyId, leg: LegId) -> None:
    party = turn.state.party(name)
    if party:
        parties.on_answered(turn, turn.state.interactions[turn.state.parties[name]], party, leg)


def _party_ended(turn: Turn, name: PartyId, cause: Cause) -> None:
    party = turn.state.party(name)
    if party:
        parties.on_ended(turn, turn.state.interactions[turn.state.parties[name]], party, cause)
