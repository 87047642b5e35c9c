"""Parked calls: a customer is left in a numbered slot, and any agent may fetch them.

    talking ──park──▶ in a slot, with music ──retrieve──▶ the agent's device rings ──▶ talking
                          │      ▲                              │ does not answer, is given up
                          │      └──────────────────────────────┘
                          └──time is over──▶ head of the queue: first whoever parked them, if free

Who parks is free as after a transfer. While a device rings for it a parked call's time stands
still; the ringing has a timer of its own. The customer may leave at any moment.
"""

from __future__ import annotations

from trunkline.core.acd import engine as acd
from trunkline.core.acd import offering
from trunkline.core.call import dropping, recording
from trunkline.core.call.commands import Bridge, HangUp, StartMusic
from trunkline.core.call.hands import at_leisure, own
from trunkline.core.call.parking_facts import (
    CallParked,
    CallRetrieved,
    ParkingEnded,
    RetrievalBegan,
    RetrievalFailed,
)
from trunkline.core.call.parties import GRACE_MS, RING_MS
from trunkline.core.call.wishes import ParkCall, RetrieveCall
from trunkline.core.config import MOST_SLOTS
from trunkline.core.interaction import Interaction, Parked, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import BridgeId, Cause, DeviceKind, LegId


def park(turn: Turn, given: ParkCall) -> None:
    """Leave the customer in a slot; whoever is consulted or brought in has to go first."""
    it, talk = own(turn, given.agent, given.interaction)
    if talk.consult:
        raise Refused("consult_open", "End the consultation or transfer first.")
    if talk.members:
        raise Refused("conference_open", "Not while others are in the call.")
    slot, until = _slot(turn, given.slot), turn.now + turn.state.policy.parking.timeout_ms
    dropping.drop_agent(turn, it, talk, "parked", None)
    turn.emit(CallParked(it.id, slot, talk.agent, talk.queue, until))
    turn.do(StartMusic(it.leg, music_of(turn, it)))


def retrieve(turn: Turn, given: RetrieveCall) -> None:
    """Ring the agent's device into the call; a second click is done already."""
    it = turn.state.interactions.get(given.interaction)
    if it is None or it.parked is None:
        raise Refused("not_parked", "This call is not parked any more.")
    if it.talk and it.talk.agent == given.agent:
        return
    agent = at_leisure(turn, given.agent)
    if it.talk:
        raise Refused("being_taken", "Somebody is just taking this call.")
    phone = agent.device is DeviceKind.SIP
    ring_ms = RING_MS if phone else turn.state.policy.answer_timeout_ms
    leg, bridge, parked = LegId(turn.new_id()), BridgeId(turn.new_id()), it.parked
    until = turn.now + ring_ms + GRACE_MS
    turn.emit(RetrievalBegan(it.id, parked.slot, agent.id, parked.queue, leg, bridge, until))
    offering.dial(turn, it, agent.id, leg, ring_ms)


def on_answered(turn: Turn, it: Interaction, parked: Parked, talk: Talk, leg: LegId) -> None:
    """The device answered: both sides are joined, and recorded by the queue's rule."""
    spent, agent = turn.now - parked.since, talk.agent
    turn.emit(CallRetrieved(it.id, parked.slot, agent, parked.by, talk.queue, leg, spent))
    turn.do(Bridge(talk.bridge, (it.leg, leg)))
    recording.follow(turn, it)


def lose(turn: Turn, it: Interaction, talk: Talk, cause: Cause) -> None:
    """The device did not answer, or nobody wants it to: the call stays where it was."""
    if talk.dialling:
        turn.do(HangUp(talk.dialling))
    turn.emit(RetrievalFailed(it.id, talk.agent, talk.queue, cause))
    presence.work_ended(turn, turn.state.agents[talk.agent])


def give_up(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent will not wait, or has nobody to wait for."""
    lose(turn, it, talk, Cause.NORMAL)


def on_due(turn: Turn, it: Interaction) -> None:
    """Nobody came: back to whoever parked it if they are free, else to the head of the queue."""
    parked = it.parked
    if parked is None:
        return
    to = parked.by if parked.by in turn.state.free else None
    spent = turn.now - parked.since
    turn.emit(ParkingEnded(it.id, parked.slot, parked.by, parked.queue, spent, to))
    priority = it.priority + dropping.RETURN_PRIORITY
    acd.enqueue(turn, it, parked.queue, priority, entered_at=parked.since, wished=to)


def music_of(turn: Turn, it: Interaction) -> str:
    """What is heard in the slot: the music of the queue it came from."""
    rules = turn.state.queues.get(it.parked.queue) if it.parked else None
    return rules.music if rules else "default"


def _slot(turn: Turn, wanted: int | None) -> int:
    rules, taken = turn.state.policy.parking, turn.state.slots
    slots = range(rules.first, min(rules.last, rules.first + MOST_SLOTS - 1) + 1)
    if wanted is not None and wanted not in slots:
        raise Refused("parking_slot_unknown", "There is no such slot.")
    if wanted in taken:
        raise Refused("parking_slot_taken", "There is a call in this slot.")
    free = wanted if wanted is not None else next((one for one in slots if one not in taken), None)
    if free is None:
        raise Refused("parking_full", "There is a call in each slot.")
    return free
