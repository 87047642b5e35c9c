"""How a talk comes apart: the agent's side is cleared, and whoever was brought in goes too."""

from __future__ import annotations

from trunkline.core.acd import engine as acd
from trunkline.core.call import recording, room, voicemail
from trunkline.core.call.commands import HangUp, StopListening, Unbridge
from trunkline.core.call.facts import PartyEnded
from trunkline.core.facts import TalkEnded
from trunkline.core.flow import engine as flow
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Turn
from trunkline.core.words import Cause, PartyRole, QueueId

RETURN_PRIORITY = 100


def drop_agent(turn: Turn, it: Interaction, talk: Talk, by: str, to_queue: QueueId | None) -> None:
    """End the segment: the agent's leg and the bridge go, the recording ends, wrap-up begins."""
    recording.stop(turn, it)
    for party in talk.parties:
        end_party(turn, it, talk, party, Cause.NORMAL)
    turn.do(Unbridge(talk.bridge))
    for leg in (talk.leg, talk.dialling):
        if leg:
            turn.do(HangUp(leg))
    spent = turn.now - talk.began_at
    turn.emit(TalkEnded(it.id, talk.agent, talk.queue, spent, by, to_queue))
    presence.start_wrap_up(turn, it, turn.state.agents[talk.agent], talk.queue)


def give_to(
    turn: Turn,
    it: Interaction,
    talk: Talk,
    queue: QueueId,
    *,
    entered_at: int | None,
    by: str = "agent",
) -> None:
    """Give the customer to a queue; with `entered_at` back to the head of it."""
    back = entered_at is not None
    drop_agent(turn, it, talk, by, queue)
    priority = it.priority + (RETURN_PRIORITY if back else 0)
    passed_by = (talk.agent,)
    other = acd.enqueue(turn, it, queue, priority, entered_at=entered_at, passed_by=passed_by)
    if other:
        flow.change(turn, it, other)


def lose_party(turn: Turn, it: Interaction, talk: Talk, party: Party, cause: Cause) -> None:
    """Somebody is not there any more, or never was: the agent has the customer back.

    An agent who put the phone down cannot: then the customer goes to the head of the queue. Where
    that was agreed the customer may leave who does not come a message.
    """
    before = room.arranged(it, talk)
    end_party(turn, it, talk, party, cause)
    nobody = talk.leg is None and talk.dialling is None
    if party.voicemail and cause is not Cause.NORMAL:
        drop_agent(turn, it, talk, "agent", None)
        voicemail.begin(turn, it, talk.queue, party.agent)
    elif nobody and party.role is PartyRole.TRANSFER:
        give_to(turn, it, talk, talk.queue, entered_at=talk.began_at, by="transfer_failed")
    else:
        room.rearrange(turn, it, talk, before)
        recording.follow(turn, it)


def end_party(turn: Turn, it: Interaction, talk: Talk, party: Party, cause: Cause) -> None:
    """Somebody who was brought in goes: their leg ends, and a colleague's work with it."""
    if party.leg and party.role in (PartyRole.LISTEN, PartyRole.WHISPER):
        turn.do(StopListening(party.leg))
    if party.leg:
        turn.do(HangUp(party.leg))
    there, shown = party.until is None, room.is_shown(turn, party.role)
    turn.emit(PartyEnded(it.id, party.id, talk.agent, party.role, party.agent, cause, there, shown))
    if party.agent:
        presence.work_ended(turn, turn.state.agents[party.agent])
