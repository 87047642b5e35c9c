"""An internal call: an agent calls a colleague by extension; no customer is in it, and no queue.

    the caller's device rings ──▶ the colleague is rung ──▶ both talk ──▶ ended
       (a desk phone dialled)        │ is not there, does not answer, declines
                                     └──▶ their box, where they have one; else ended

It is an interaction of which nobody is the customer: the caller has a talk with a bridge, and the
colleague is a member of it, with everything that a member has (asked at the page, rung at a phone,
a timer). Both are at work meanwhile. At the box the caller is who leaves the message, and still at
work until that is over. It is not recorded, nobody attends it, and no queue counts it.
"""

from __future__ import annotations

from trunkline.core.acd import offering
from trunkline.core.call import dropping, endings, voicemail
from trunkline.core.call.commands import RINGBACK, AnswerLeg, HangUp, StartMusic, Unbridge
from trunkline.core.call.facts import (
    ColleagueCalled,
    InternalCallEnded,
    LedToBox,
    PartyInvited,
)
from trunkline.core.call.hands import absence, at_leisure
from trunkline.core.call.wishes import CallColleague
from trunkline.core.facts import AgentLegBack, AgentLegLost, InteractionStarted
from trunkline.core.inputs import Presumption
from trunkline.core.interaction import Interaction, Party, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    BridgeId,
    Cause,
    Channel,
    DeviceKind,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    Level,
    PartyId,
    PartyRole,
    Place,
    QueueId,
)

RING_MS = 20_000
GRACE_MS = 5_000
"""The edge ends the ringing; when nothing is heard of it for so long after, we do."""
NO_QUEUE = QueueId("")


def call(turn: Turn, given: CallColleague) -> None:
    """Ring the caller's device, or answer the desk phone that dialled; then the colleague."""
    _check_caller(turn, given)
    _check_colleague(turn, given)
    it, phone = _begin(turn, given), turn.state.agents[given.agent].device is DeviceKind.SIP
    ring_ms = RING_MS if phone else turn.state.policy.answer_timeout_ms
    leg = given.leg or LegId(turn.new_id())
    until = None if given.leg else turn.now + ring_ms + GRACE_MS
    bridge = BridgeId(turn.new_id())
    turn.emit(ColleagueCalled(it.id, given.agent, given.colleague, leg, bridge, until))
    if until is not None:
        offering.dial(turn, it, given.agent, leg, ring_ms)
        return
    turn.do(AnswerLeg(leg))
    if it.talk:
        _reach(turn, it, it.talk, leg)


def on_caller_there(turn: Turn, it: Interaction, talk: Talk, leg: LegId) -> None:
    """The caller's device answered: ring the colleague."""
    turn.emit(AgentLegBack(it.id, talk.agent, leg))
    _reach(turn, it, talk, leg)


def on_caller_leg_ended(turn: Turn, it: Interaction, talk: Talk, leg: LegId, cause: Cause) -> None:
    """A phone that is put down, or never came, ends it; a page may only have been reloaded."""
    dialled_in = not leg.startswith(f"{turn.state.cell}-")
    phone = dialled_in or turn.state.agents[talk.agent].device is DeviceKind.SIP
    if phone or not talk.parties:
        end(turn, it, talk, EndedBy.AGENT if talk.parties else EndedBy.NOT_REACHED, cause)
    else:
        turn.emit(AgentLegLost(it.id, talk.agent, turn.now + turn.state.policy.grace_ms))


def on_colleague_gone(turn: Turn, it: Interaction, talk: Talk, party: Party, cause: Cause) -> None:
    """The colleague left, did not come, or the caller gave up."""
    came = party.until is None
    dropping.end_party(turn, it, talk, party, cause)
    if came or cause is Cause.NORMAL:
        end(turn, it, talk, EndedBy.AGENT, cause)
    else:
        _not_reached(turn, it, talk, talk.leg, cause)


def put_down(turn: Turn, it: Interaction, agent: AgentId) -> None:
    """The caller ends it by the desk; a message that was begun counts."""
    if it.last_agent != agent or it.place is Place.ENDED:
        raise Refused("not_your_call", "You are not in this call.")
    if it.talk:
        end(turn, it, it.talk, EndedBy.AGENT, Cause.NORMAL)
        return
    kept = it.voicemail is not None and voicemail.on_left(turn, it, it.voicemail)
    by = EndedBy.VOICEMAIL if kept else it.farewell or EndedBy.AGENT
    endings.finish(turn, it, by)


def end(turn: Turn, it: Interaction, talk: Talk, by: EndedBy, cause: Cause) -> None:
    """Both sides are over, whoever ended it; nobody has work after it."""
    for party in talk.parties:
        dropping.end_party(turn, it, talk, party, Cause.NORMAL)
    turn.do(Unbridge(talk.bridge))
    for leg in (talk.leg, talk.dialling):
        if leg:
            turn.do(HangUp(leg))
    turn.emit(InternalCallEnded(it.id, talk.agent, turn.now - talk.began_at))
    endings.end(turn, it, by, cause)
    presence.work_ended(turn, turn.state.agents[talk.agent])


def follow(turn: Turn) -> None:
    """Who left a message is at leisure again when that is over, whatever ended it."""
    for name in tuple(turn.state.internal):
        it = turn.state.interactions[name]
        if it.place is Place.ENDED and it.last_agent:
            turn.emit(InternalCallEnded(it.id, it.last_agent, 0))
            endings.close_if_done(turn, it)
            presence.work_ended(turn, turn.state.agents[it.last_agent])


def _check_caller(turn: Turn, given: CallColleague) -> None:
    """Nobody calls a colleague out of a call; that is a consultation."""
    if given.leg is None:
        at_leisure(turn, given.agent)
        return
    agent = presence.known(turn, given.agent)
    if agent.calls:
        raise Refused("work_open", "End what you are at first.")


def _check_colleague(turn: Turn, given: CallColleague) -> None:
    state = turn.state
    known = given.colleague in state.agents and given.colleague in state.profiles
    if not known or given.colleague == given.agent:
        raise Refused("colleague_unknown", "There is no such colleague.")
    away = absence(turn, given.colleague)
    if away and not state.profiles[given.colleague].box:
        raise away


def _begin(turn: Turn, given: CallColleague) -> Interaction:
    name = InteractionId(turn.new_id())
    entry = next(iter(turn.state.numbers.values()), None)
    turn.emit(
        InteractionStarted(
            name,
            Channel.VOICE,
            LegId(turn.new_id()),
            given.extension,
            given.party,
            next(iter(turn.state.flows), FlowId("")),
            Presumption.NONE,
            None,
            Level.REGULAR,
            entry.language if entry else "en",
            0,
            turn.stamp.seed,
            survey_allowed=False,
            survey_reason="not_drawn",
            internal=given.colleague,
        )
    )
    return turn.state.interactions[name]


def _reach(turn: Turn, it: Interaction, talk: Talk, leg: LegId) -> None:
    """Ask the colleague's page, or ring their phone; the caller hears it ring."""
    colleague = it.internal or AgentId("")
    if colleague not in turn.state.profiles or absence(turn, colleague):
        _not_reached(turn, it, talk, leg, Cause.UNREACHABLE)
        return
    phone = turn.state.agents[colleague].device is DeviceKind.SIP
    rung = LegId(turn.new_id()) if phone else None
    until = turn.now + RING_MS + (GRACE_MS if phone else 0)
    party = PartyId(turn.new_id())
    turn.emit(
        PartyInvited(
            it.id, party, talk.agent, PartyRole.CONFERENCE, colleague, None, rung, until
        )
    )  # fmt: skip
    turn.do(StartMusic(leg, RINGBACK))
    if rung:
        offering.dial(turn, it, colleague, rung, RING_MS)


def _not_reached(turn: Turn, it: Interaction, talk: Talk, leg: LegId | None, cause: Cause) -> None:
    profile = turn.state.profiles.get(it.internal or AgentId(""))
    if leg and profile and profile.box:
        turn.emit(LedToBox(it.id, talk.agent, leg))
        voicemail.begin(turn, it, NO_QUEUE, profile.id)
    else:
        end(turn, it, talk, EndedBy.NOT_REACHED, cause)
