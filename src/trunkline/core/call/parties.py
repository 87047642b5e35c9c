"""Those whom an agent brings into a talk: consulted aside, rung to take it over, or joining it.

    asked ──says yes──▶ rung ──answers──▶ there ──▶ leaves, is sent away, or has the customer
      │ says no, time    │ refuses, time    a transfer passes on at once (core/call/passing.py)
      └──────────────────┴──▶ ended: the agent has the customer back, and hears why

A colleague's page is asked first, as by an offer; a desk phone and an outside number ring at once.
A transfer is the basic one of RFC 5589 §6: the agent stays until it is answered. Who put the phone
down meanwhile is not called back: then the customer goes to the head of the queue. Everybody who
is not there yet has a timer.
"""

from __future__ import annotations

from trunkline.core.acd import offering
from trunkline.core.agent import Agent
from trunkline.core.call import dropping, internal, passing, recording, room, voicemail
from trunkline.core.call.commands import DialCustomer
from trunkline.core.call.facts import (
    ConsultLetGo,
    ConsultMerged,
    ConsultSwapped,
    EmergencyCalled,
    PartyDialled,
    PartyInvited,
    PartyJoined,
)
from trunkline.core.call.hands import absence, own, part_of
from trunkline.core.call.wishes import (
    CompleteTransfer,
    InviteParty,
    JoinCall,
    LeaveCall,
    MergeConsult,
    RemoveParty,
    SwapConsult,
)
from trunkline.core.facts import AgentLegLost, InteractionResumed
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    ATTENDING,
    AgentId,
    Cause,
    DeviceKind,
    InteractionId,
    LegId,
    PartyId,
    PartyRole,
    QueueId,
)

MOST_MEMBERS = 8
"""So many may be brought in besides customer and agent."""
RING_MS = 20_000
RING_OUTSIDE_MS = 30_000
GRACE_MS = 5_000
"""The edge ends the ringing; when nothing is heard of it for so long after, we do."""
LONGEST_RINGING_MS = 60_000
"""An agent who put the phone down is waited for until their transfer has surely come to an end."""


def invite(turn: Turn, given: InviteParty) -> None:
    """Ask a colleague, whoever is free in a queue, or an outside number."""
    if given.role in ATTENDING:
        raise Refused("not_an_invitation", "A supervisor comes by themselves.")
    if given.voicemail and (given.role is not PartyRole.TRANSFER or given.colleague is None):
        raise Refused("voicemail_not_possible", "Only a colleague has a box to transfer to.")
    it, talk = own(turn, given.agent, given.interaction)
    _check_room(talk, given.role)
    if given.voicemail and given.colleague in turn.state.profiles and _absent(turn, given):
        dropping.drop_agent(turn, it, talk, "agent", None)
        voicemail.begin(turn, it, talk.queue, given.colleague)
        return
    colleague = _whom(turn, talk, given)
    leg = LegId(turn.new_id()) if _rings_at_once(turn, colleague) else None
    ring_ms = RING_MS if colleague else RING_OUTSIDE_MS
    party, until = PartyId(turn.new_id()), turn.now + ring_ms + (GRACE_MS if leg else 0)
    before = room.arranged(it, talk)
    turn.emit(
        PartyInvited(
            it.id, party, talk.agent, given.role, colleague, given.number, leg, until,
            consent=given.consent,
            voicemail=given.voicemail,
        )
    )  # fmt: skip
    if given.emergency:
        turn.emit(EmergencyCalled(it.id, talk.agent, talk.queue))
    room.rearrange(turn, it, talk, before)
    if leg and colleague:
        offering.dial(turn, it, colleague, leg, ring_ms)
    elif leg and given.number:
        turn.do(DialCustomer(leg, it.id, given.number, it.number, ring_ms))


def join(turn: Turn, given: JoinCall) -> None:
    """The colleague says yes: their page is rung; a second yes is said already."""
    it, talk, party = part_of(turn, given.agent, given.interaction)
    if party.leg:
        return
    ring_ms = turn.state.policy.answer_timeout_ms
    leg = LegId(turn.new_id())
    until = turn.now + ring_ms + GRACE_MS
    turn.emit(PartyDialled(it.id, party.id, talk.agent, given.agent, leg, until))
    offering.dial(turn, it, given.agent, leg, ring_ms)


def remove(turn: Turn, given: RemoveParty) -> None:
    """The agent sends somebody away, or gives up asking."""
    it, talk = own(turn, given.agent, given.interaction, internal=True)
    wanted = given.party or (talk.consult.id if talk.consult else None)
    brought = (one for one in talk.parties if one.role not in ATTENDING)
    party = next((one for one in brought if one.id == wanted), None)
    if party is None:
        raise Refused("party_unknown", "There is nobody like that in this call.")
    _lose(turn, it, talk, party, Cause.NORMAL)


def leave(turn: Turn, given: LeaveCall) -> None:
    """A colleague says no, or leaves the talk of another."""
    it, talk, party = part_of(turn, given.agent, given.interaction)
    cause = Cause.DECLINED if party.until is not None else Cause.NORMAL
    _lose(turn, it, talk, party, cause)


def swap(turn: Turn, given: SwapConsult) -> None:
    """Turn to the other one."""
    it, talk, party = _consulted(turn, given.agent, given.interaction)
    before = room.arranged(it, talk)
    turn.emit(ConsultSwapped(it.id, party.id, talk.agent, not party.swapped))
    room.rearrange(turn, it, talk, before)


def merge(turn: Turn, given: MergeConsult) -> None:
    """Everybody hears everybody."""
    it, talk, party = _consulted(turn, given.agent, given.interaction)
    before = room.arranged(it, talk)
    turn.emit(ConsultMerged(it.id, party.id, talk.agent, party.agent))
    if talk.held:
        turn.emit(InteractionResumed(it.id, talk.agent))
    recording.follow(turn, it)
    room.rearrange(turn, it, talk, before)


def complete(turn: Turn, given: CompleteTransfer) -> None:
    """The agent leaves the customer to the consulted party."""
    it, talk, party = _consulted(turn, given.agent, given.interaction)
    passing.pass_on(turn, it, talk, party)


def on_answered(turn: Turn, it: Interaction, party: Party, leg: LegId) -> None:
    """They are there."""
    talk = it.talk
    if talk is None or party.until is None:
        return
    before = room.arranged(it, talk)
    shown = room.is_shown(turn, party.role)
    turn.emit(PartyJoined(it.id, party.id, talk.agent, party.role, party.agent, leg, shown))
    if party.role is PartyRole.TRANSFER:
        passing.pass_on(turn, it, talk, party, before)
    else:
        recording.follow(turn, it)
        room.rearrange(turn, it, talk, before)


def on_ended(turn: Turn, it: Interaction, party: Party, cause: Cause) -> None:
    """Their leg is gone, or never came up."""
    if it.talk:
        _lose(turn, it, it.talk, party, cause)


def on_due(turn: Turn, name: PartyId) -> None:
    """They did not come in time."""
    party = turn.state.party(name)
    if party:
        on_ended(turn, turn.state.interactions[turn.state.parties[name]], party, Cause.NO_ANSWER)


def let_go(turn: Turn, it: Interaction, talk: Talk, party: Party) -> None:
    """The agent puts the phone down while somebody is consulted, or rung for a transfer."""
    if party.until is None:
        passing.pass_on(turn, it, talk, party)
        return
    before = room.arranged(it, talk)
    if party.role is PartyRole.CONSULT:
        turn.emit(ConsultLetGo(it.id, party.id, talk.agent))
    turn.emit(AgentLegLost(it.id, talk.agent, turn.now + LONGEST_RINGING_MS))
    room.rearrange(turn, it, talk, before)


def successor(talk: Talk) -> Party | None:
    """Who in the conference has the customer when the agent leaves: the first colleague there."""
    barged_in = (one for one in talk.attending if one.role is PartyRole.BARGE)
    heard = (*talk.members, *barged_in)
    return next((one for one in heard if one.agent and one.until is None), None)


def expel(turn: Turn, agent: Agent) -> None:
    """The agent is gone: so they are from the talk of another."""
    party = turn.state.party(agent.aside.party) if agent.aside else None
    it = turn.state.interactions.get(agent.aside.interaction) if agent.aside else None
    if it and it.talk and party:
        _lose(turn, it, it.talk, party, Cause.UNREACHABLE)


def on_desk_gone(turn: Turn, agent: Agent) -> None:
    """The page that was asked did not come back."""
    if agent.aside and not agent.aside.joined:
        expel(turn, agent)


def _consulted(
    turn: Turn, agent: AgentId, interaction: InteractionId
) -> tuple[Interaction, Talk, Party]:
    it, talk = own(turn, agent, interaction)
    party = talk.consult
    if party is None or party.until is not None:
        raise Refused("nobody_consulted", "Nobody is being consulted.")
    return it, talk, party


def _check_room(talk: Talk, role: PartyRole) -> None:
    if talk.consult:
        raise Refused("consult_open", "End the consultation or transfer first.")
    if talk.leg is None:
        raise Refused("not_attached", "Your phone is not in the call.")
    if role is PartyRole.CONFERENCE:
        if len(talk.members) >= MOST_MEMBERS:
            raise Refused("conference_full", "As many are in this call as may.")
    elif talk.members:
        raise Refused("conference_open", "Not while others are in the call.")


def _whom(turn: Turn, talk: Talk, given: InviteParty) -> AgentId | None:
    """The colleague who is asked; None for an outside number."""
    if given.number:
        return None
    if given.queue:
        return _free_in(turn, given.queue)
    name = given.colleague or AgentId("")
    known = name in turn.state.agents and name in turn.state.profiles
    if not known or name == talk.agent:
        raise Refused("colleague_unknown", "There is no such colleague.")
    away = absence(turn, name)
    if away:
        raise away
    return name


def _absent(turn: Turn, given: InviteParty) -> bool:
    return absence(turn, given.colleague or AgentId("")) is not None


def _lose(turn: Turn, it: Interaction, talk: Talk, party: Party, cause: Cause) -> None:
    """Somebody is not there any more; of an internal call nothing is left then."""
    if it.internal:
        internal.on_colleague_gone(turn, it, talk, party, cause)
    else:
        dropping.lose_party(turn, it, talk, party, cause)


def _free_in(turn: Turn, queue: QueueId) -> AgentId:
    if queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    free, serves = turn.state.free, turn.state.serves
    among = [name for name in free if queue in serves.get(name, ())]
    if not among:
        raise Refused("nobody_free", "Nobody is free in this queue.")
    return min(among, key=lambda name: (free[name], name))


def _rings_at_once(turn: Turn, colleague: AgentId | None) -> bool:
    return colleague is None or turn.state.agents[colleague].device is DeviceKind.SIP
