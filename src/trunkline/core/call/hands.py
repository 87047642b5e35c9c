"""Whose call it is: a verb is for who has the call in hand, and refused to anybody else."""

from __future__ import annotations

from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import AgentId, InteractionId, Place


def own(
    turn: Turn, name: AgentId, interaction: InteractionId, *, ringing: bool = False
) -> tuple[Interaction, Talk]:
    """The agent's own talk; while the customer of a callback is being rung only with `ringing`."""
    presence.known(turn, name)
    it = turn.state.interactions.get(interaction)
    if it is None or it.talk is None or it.talk.agent != name:
        raise Refused("not_your_call", "You are not in this call.")
    if it.place is Place.CALLING and not ringing:
        raise Refused("still_ringing", "The customer has not answered yet.")
    return it, it.talk


def handled(turn: Turn, name: AgentId, interaction: InteractionId) -> Interaction:
    """An interaction that the agent talks in or wraps up."""
    agent = presence.known(turn, name)
    it = turn.state.interactions.get(interaction)
    wrapping = agent.wrap_up is not None and agent.wrap_up.interaction == interaction
    if it is None or not (agent.segment == interaction or wrapping):
        raise Refused("not_your_work", "You are not handling this interaction.")
    return it


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
