"""Calling a customer back: the agent is there first, then the customer's phone rings.

The agent's leg hears it ringing. Whoever answers is joined; busy, no answer and a failing trunk
are a try that came to nothing; an agent's leg that fails gives the callback back to its place, as
an offer that came to nothing would. The ringing has a timer of its own: nobody waits for ever.
"""

from __future__ import annotations

from trunkline.core.acd import callback, callback_rules, losing, offering
from trunkline.core.call import endings, recording
from trunkline.core.call.commands import (
    RINGBACK,
    Bridge,
    DialCustomer,
    HangUp,
    StartMusic,
    Unbridge,
)
from trunkline.core.callback_facts import CustomerDialled, CustomerReached, DialEnded
from trunkline.core.interaction import Interaction, Offer, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Turn
from trunkline.core.words import (
    BridgeId,
    Cause,
    EndedBy,
    LegId,
    OfferFault,
    TryOutcome,
)

RING_GRACE_MS = 5_000
"""The edge ends the ringing; when nothing is heard of it for so long after, we do."""
JUDGING_MS = 5_000
"""So long it may take to tell a machine from a person, once it was answered."""

_TRIED = {
    Cause.MACHINE: TryOutcome.MACHINE,
    Cause.BUSY: TryOutcome.BUSY,
    Cause.DECLINED: TryOutcome.BUSY,
    Cause.NO_ANSWER: TryOutcome.NO_ANSWER,
    Cause.NOT_ALLOWED: TryOutcome.REFUSED,
}


def dial(turn: Turn, it: Interaction, offer: Offer, agent_leg: LegId) -> None:
    """The agent's leg is up: ring the customer."""
    ring_ms = callback_rules.ring_ms(turn.state, it, offer.queue)
    leg, bridge = LegId(turn.new_id()), BridgeId(turn.new_id())
    rivals = offering.win(turn, it, offer)
    tells = callback_rules.tells_machine(turn.state, it, offer.queue)
    until = turn.now + ring_ms + RING_GRACE_MS + (JUDGING_MS if tells else 0)
    agent, queue = offer.agent, offer.queue
    turn.emit(CustomerDialled(it.id, offer.id, agent, queue, agent_leg, bridge, leg, until))
    turn.do(StartMusic(agent_leg, RINGBACK))
    turn.do(DialCustomer(leg, it.id, it.party, it.number, ring_ms, tell_machine=tells))
    for name in rivals:
        offering.serve(turn, name)


def on_answered(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The customer answered: join both sides and record."""
    if talk.leg is None:
        return
    waited = turn.now - _entered_at(turn, it, talk)
    turn.emit(CustomerReached(it.id, talk.agent, talk.queue, it.leg, talk.bridge, waited))
    turn.do(Bridge(talk.bridge, (it.leg, talk.leg)))
    recording.follow(turn, it)


def on_customer_leg_ended(turn: Turn, it: Interaction, talk: Talk, cause: Cause) -> None:
    """The customer's phone was not answered. What was lost with us is not their doing."""
    if cause is Cause.NETWORK_LOST:
        _clear(turn, it, talk, cause)
        callback.back_in_line(turn, it, talk.agent)
        presence.work_ended(turn, turn.state.agents[talk.agent])
    else:
        _not_reached(turn, it, talk, _TRIED.get(cause, TryOutcome.FAILED), cause)


def on_due(turn: Turn, it: Interaction) -> None:
    """The ringing lasted longer than it may."""
    if it.talk:
        _not_reached(turn, it, it.talk, TryOutcome.NO_ANSWER, Cause.NO_ANSWER)


def give_up(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent will not wait longer for an answer."""
    _not_reached(turn, it, talk, TryOutcome.GIVEN_UP, Cause.NORMAL)


def on_agent_leg_ended(turn: Turn, it: Interaction, talk: Talk, *, hung_up: bool) -> None:
    """A phone that hangs up gives up; a device that fails costs the customer nothing."""
    if hung_up:
        give_up(turn, it, talk)
        return
    agent = turn.state.agents[talk.agent]
    _clear(turn, it, talk, Cause.UNREACHABLE)
    losing.rest_device(turn, agent, OfferFault.DEVICE_UNREACHABLE)
    callback.back_in_line(turn, it, talk.agent)
    presence.work_ended(turn, agent)


def machine(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent heard a machine: it counts as a try, before the call is ended."""
    callback.tried(turn, it, talk.agent, TryOutcome.MACHINE)


def _not_reached(
    turn: Turn, it: Interaction, talk: Talk, outcome: TryOutcome, cause: Cause
) -> None:
    _clear(turn, it, talk, cause)
    callback.tried(turn, it, talk.agent, outcome)
    endings.end(turn, it, EndedBy.NOT_REACHED, cause)
    presence.work_ended(turn, turn.state.agents[talk.agent])


def _clear(turn: Turn, it: Interaction, talk: Talk, cause: Cause) -> None:
    turn.do(HangUp(it.leg))
    if talk.leg:
        turn.do(HangUp(talk.leg))
    turn.do(Unbridge(talk.bridge))
    turn.emit(DialEnded(it.id, talk.agent, talk.queue, cause))


def _entered_at(turn: Turn, it: Interaction, talk: Talk) -> int:
    found = turn.state.callbacks.get(it.callback) if it.callback else None
    return min(found.entered_at, turn.now) if found else talk.began_at
