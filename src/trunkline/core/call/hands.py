"""Whose call it is: a verb is for who has the call in hand, and refused to anybody else."""

from __future__ import annotations

from trunkline.core.agent import Agent, free_slots
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    Channel,
    DeviceKind,
    InteractionId,
    Place,
    Wish,
    WorkStage,
)


def own(
    turn: Turn,
    name: AgentId,
    interaction: InteractionId,
    *,
    ringing: bool = False,
    internal: bool = False,
) -> tuple[Interaction, Talk]:
    """The agent's own talk; while the customer or the agent's device rings only with `ringing`.

    A call among colleagues only with `internal`.
    """
    presence.known(turn, name)
    it = turn.state.interactions.get(interaction)
    if it is None or it.talk is None or it.talk.agent != name:
        raise Refused("not_your_call", "You are not in this call.")
    if it.place in (Place.CALLING, Place.PARKED) and not ringing:
        raise Refused("still_ringing", "Not before it is answered.")
    if it.internal and not internal:
        raise Refused("internal_call", "This is a call among colleagues.")
    return it, it.talk


def handled(turn: Turn, name: AgentId, interaction: InteractionId) -> Interaction:
    """An interaction that the agent talks in, handles, or wraps up."""
    agent = presence.known(turn, name)
    it = turn.state.interactions.get(interaction)
    wrapping = agent.wrap_up is not None and agent.wrap_up.interaction == interaction
    work = agent.work(interaction)
    writing = work is not None and work.stage is not WorkStage.OFFERED
    if it is None or not (agent.segment == interaction or wrapping or writing):
        raise Refused("not_your_work", "You are not handling this interaction.")
    return it


def at_leisure(turn: Turn, name: AgentId) -> Agent:
    """The agent, who has no work and whose device can be rung; or a refusal."""
    agent = presence.known(turn, name)
    if agent.offer or agent.segment or agent.wrap_up or agent.aside:
        raise Refused("work_open", "End what you are at first.")
    there = agent.device is DeviceKind.SIP or (agent.connected and agent.grace_until is None)
    if agent.trouble or not there:
        raise Refused("device_unreachable", "Your device is not connected.")
    return agent


def absence(turn: Turn, colleague: AgentId) -> Refused | None:
    """Why a colleague cannot be asked now."""
    agent = turn.state.agents[colleague]
    capacity = turn.state.capacities[agent.id]
    if agent.calls or (agent.works and not free_slots(agent, Channel.VOICE, capacity)):
        return Refused("colleague_busy", "The colleague is at work.")
    there = agent.device is DeviceKind.SIP or agent.grace_until is None
    if agent.wish is Wish.OFFLINE or agent.trouble or not there:
        return Refused("colleague_offline", "The colleague is not there.")
    return None


def part_of(
    turn: Turn, name: AgentId, interaction: InteractionId
) -> tuple[Interaction, Talk, Party]:
    """The agent's part in the talk of another."""
    agent = presence.known(turn, name)
    it = turn.state.interactions.get(interaction)
    party = turn.state.party(agent.aside.party) if agent.aside else None
    if it is None or it.talk is None or party not in it.talk.parties or party is None:
        raise Refused("not_your_part", "Nobody asks you into this call.")
    return it, it.talk, party
