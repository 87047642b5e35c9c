"""How a customer passes on: to a colleague who was brought in, to an outside number, to a flow.

The one who leaves ends a segment and wraps up; a colleague begins one in the same queue's name,
in the same bridge, so that nobody hears a gap. An outside number leaves the customer in no agent's
hands: that ends with either leg, and is not recorded.
"""

from __future__ import annotations

from trunkline.core.call import dropping, endings, recording, room
from trunkline.core.call.commands import Bridge, HangUp, Unbridge
from trunkline.core.call.facts import TalkPassed, WentOutside
from trunkline.core.facts import TalkEnded
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Turn
from trunkline.core.words import AgentId, Cause, EndedBy, LegId


def pass_on(
    turn: Turn,
    it: Interaction,
    talk: Talk,
    party: Party,
    before: room.Places | None = None,
    by: str = "agent",
) -> None:
    """Leave the customer to a party that is there; whom another was consulted aside goes.

    `before` is where legs stood until it came.
    """
    leg, left = party.leg, talk.agent
    if leg is None:
        raise LookupError(party.id)
    if party.agent is None:
        for one in talk.attending:  # there is no talk of ours any more to attend
            dropping.lose_party(turn, it, talk, one, Cause.NORMAL)
    before = room.arranged(it, talk) if before is None else before
    if talk.consult and talk.consult.id != party.id:
        dropping.end_party(turn, it, talk, talk.consult, Cause.NORMAL)
    recording.stop(turn, it)
    for gone in (talk.leg, talk.dialling):
        if gone:
            turn.do(HangUp(gone))
    spent = turn.now - talk.began_at
    turn.emit(TalkEnded(it.id, left, talk.queue, spent, by, to_party=party.id))
    if party.agent:
        _to_colleague(turn, it, talk, party, party.agent, leg, before)
        recording.follow(turn, it)
    else:
        turn.emit(WentOutside(it.id, party.id, left, talk.queue, leg, talk.bridge))
        turn.do(Bridge(talk.bridge, (it.leg, leg)))
    presence.start_wrap_up(turn, it, turn.state.agents[left], talk.queue)


def on_outside_ended(turn: Turn, it: Interaction) -> None:
    """The outside number hung up: nobody is left to talk to."""
    end_outside(turn, it)
    endings.finish(turn, it, EndedBy.PASSED_ON)


def end_outside(turn: Turn, it: Interaction) -> None:
    """Clear the outside leg and the bridge."""
    if it.outside:
        turn.do(HangUp(it.outside.leg))
        turn.do(Unbridge(it.outside.bridge))


def _to_colleague(
    turn: Turn, it: Interaction, talk: Talk, party: Party, to: AgentId, leg: LegId,
    before: room.Places,
) -> None:  # fmt: skip
    turn.emit(TalkPassed(it.id, party.id, to, talk.agent, talk.queue, leg, talk.bridge))
    if it.talk:
        room.rearrange(turn, it, it.talk, before)
