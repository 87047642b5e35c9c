"""The talk: two legs in a bridge, what either side may do to it, and how it comes apart.

A browser's leg that vanishes does not end the talk: the page may only have been reloaded. The
customer hears music for the grace time; `Reattach` rings the page again. When nobody comes, the
customer goes back to the head of the queue. A desk phone that hangs up ends the talk; of one that
is lost they go back at once.
"""

from __future__ import annotations

from trunkline.core.acd import engine as acd
from trunkline.core.acd import losing, offering
from trunkline.core.call import (
    endings,
    internal,
    outbound,
    parking,
    parties,
    passing,
    recording,
    room,
    voicemail,
)
from trunkline.core.call.commands import Bridge, HangUp, Mute, SendDigits, StopMusic, Unmute
from trunkline.core.call.dropping import drop_agent, give_to
from trunkline.core.call.hands import handled, own
from trunkline.core.call.wishes import TransferToFlow, TransferToVoicemail
from trunkline.core.facts import (
    AgentLegBack,
    AgentLegLost,
    AgentLegRedialled,
    AgentMuted,
    CustomerLinked,
    CustomerVerified,
    InteractionAnswered,
    InteractionHeld,
    InteractionResumed,
)
from trunkline.core.flow import engine as flow
from trunkline.core.inputs import (
    DismissAgent,
    HangUpCall,
    HoldCall,
    LinkCustomer,
    MarkVerified,
    MuteCall,
    NotReached,
    Reattach,
    ResumeCall,
    SendKeys,
    TransferToQueue,
    UnmuteCall,
)
from trunkline.core.interaction import Interaction, Offer, Talk
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    BridgeId,
    Cause,
    DeviceKind,
    EndedBy,
    LegId,
    OfferFault,
    PartyRole,
    Place,
)


def connect(turn: Turn, offer: Offer, leg: LegId) -> None:
    """The agent's leg is up: join both sides and record, or ring the customer first."""
    it = turn.state.interactions[offer.interaction]
    if it.waiting is None:
        raise LookupError(it.id)
    if not it.here:
        outbound.dial(turn, it, offer, leg)
        return
    bridge = BridgeId(turn.new_id())
    rivals = offering.win(turn, it, offer)
    waited, told = turn.now - it.waiting.entered_at, acd.foretold(turn, it)
    turn.emit(
        InteractionAnswered(
            it.id, offer.id, offer.agent, offer.queue, leg, bridge, waited, foretold=told
        )
    )
    turn.do(Bridge(bridge, (it.leg, leg)))
    recording.follow(turn, it)
    for agent in rivals:
        offering.serve(turn, agent)


def hold(turn: Turn, given: HoldCall) -> None:
    """Music for the customer; a second hold is done already."""
    it, talk = own(turn, given.agent, given.interaction)
    if talk.held:
        return
    before = room.arranged(it, talk)
    turn.emit(InteractionHeld(it.id, given.agent))
    room.rearrange(turn, it, talk, before)


def resume(turn: Turn, given: ResumeCall) -> None:
    """Back from hold."""
    it, talk = own(turn, given.agent, given.interaction)
    if not talk.held:
        return
    before = room.arranged(it, talk)
    turn.emit(InteractionResumed(it.id, given.agent))
    room.rearrange(turn, it, talk, before)


def mute(turn: Turn, given: MuteCall | UnmuteCall) -> None:
    """Cut or open the agent's microphone."""
    it, talk = own(turn, given.agent, given.interaction, internal=True)
    wanted = isinstance(given, MuteCall)
    if talk.leg is None or talk.muted is wanted:
        return
    turn.emit(AgentMuted(it.id, given.agent, wanted))
    turn.do(Mute(talk.leg) if wanted else Unmute(talk.leg))


def send_keys(turn: Turn, given: SendKeys) -> None:
    """The agent's keypad."""
    it, _ = own(turn, given.agent, given.interaction)
    turn.do(SendDigits(it.leg, given.digits))


def hang_up(turn: Turn, given: HangUpCall) -> None:
    """The agent ends the talk, or the ringing of a customer, by the desk."""
    called = turn.state.interactions.get(given.interaction)
    if called and called.internal:
        internal.put_down(turn, called, given.agent)
        return
    it, talk = own(turn, given.agent, given.interaction, ringing=True)
    if it.place is Place.CALLING:
        outbound.give_up(turn, it, talk)
    elif it.parked:
        parking.give_up(turn, it, talk)
    elif talk.consult and talk.consult.role is PartyRole.CONSULT:
        raise Refused("consult_open", "Transfer, bring together or end the consultation first.")
    else:
        leave(turn, it, talk)


def not_reached(turn: Turn, given: NotReached) -> None:
    """A machine answered: the call ends, and the customer is called again later."""
    it, talk = own(turn, given.agent, given.interaction)
    if it.callback is None or it.callback not in turn.state.callbacks:
        raise Refused("not_a_callback", "This is no callback.")
    outbound.machine(turn, it, talk)
    drop_agent(turn, it, talk, "agent", None)
    endings.finish(turn, it, EndedBy.NOT_REACHED)


def leave(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent leaves for good: whoever is brought in may have the customer then."""
    heir = parties.successor(talk)
    if talk.consult:
        if talk.leg:
            turn.do(HangUp(talk.leg))
        parties.let_go(turn, it, talk, talk.consult)
    elif heir:
        passing.pass_on(turn, it, talk, heir)
    else:
        release(turn, it, talk)


def release(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The agent leaves; the customer is asked for a mark, or the call ends."""
    if room.arranged(it, talk)[it.leg] != room.ROOM:
        turn.do(StopMusic(it.leg))
    drop_agent(turn, it, talk, "agent", None)
    if endings.draw_survey(turn, it, talk.queue):
        endings.ask_survey(turn, it)
    else:
        endings.finish(turn, it, EndedBy.AGENT)


def transfer(turn: Turn, given: TransferToQueue) -> None:
    """Give the customer to a queue, or back to the head of the one they came from."""
    it, talk = own(turn, given.agent, given.interaction)
    queue = talk.queue if given.back or given.queue is None else given.queue
    if queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if not (given.back or acd.has_room(turn, queue, it)):
        raise Refused("queue_full", "As many wait in this queue as may.")
    give_to(turn, it, talk, queue, entered_at=talk.began_at if given.back else None)


def transfer_to_flow(turn: Turn, given: TransferToFlow) -> None:
    """Give the customer to a flow: to its start."""
    it, talk = own(turn, given.agent, given.interaction)
    if given.flow not in turn.state.flows:
        raise Refused("flow_unknown", "There is no such flow.")
    if room.arranged(it, talk)[it.leg] != room.ROOM:
        turn.do(StopMusic(it.leg))
    drop_agent(turn, it, talk, "agent", None)
    flow.change(turn, it, given.flow)


def transfer_to_voicemail(turn: Turn, given: TransferToVoicemail) -> None:
    """Let the customer leave a message."""
    it, talk = own(turn, given.agent, given.interaction)
    queue = given.queue or talk.queue
    if given.queue and given.queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if given.colleague and given.colleague not in turn.state.profiles:
        raise Refused("colleague_unknown", "There is no such colleague.")
    drop_agent(turn, it, talk, "agent", None)
    voicemail.begin(turn, it, queue, given.colleague)


def dismiss(turn: Turn, given: DismissAgent) -> None:
    """One leaves for good: who talks with them goes back to the head, a call that rings too."""
    agent = turn.state.agents.get(given.agent)
    if agent is None:
        return
    it = turn.state.interactions.get(agent.segment) if agent.segment else None
    if it and it.talk and it.internal:
        internal.end(turn, it, it.talk, EndedBy.AGENT, Cause.NORMAL)
    elif it and it.talk and it.place is Place.CALLING:
        outbound.on_agent_leg_ended(turn, it, it.talk, hung_up=False)
    elif it and it.talk and it.parked:
        parking.give_up(turn, it, it.talk)
    elif it and it.talk:
        give_to(turn, it, it.talk, it.talk.queue, entered_at=it.talk.began_at, by="agent_left")
    parties.expel(turn, agent)
    presence.dismiss(turn, agent)


def link(turn: Turn, given: LinkCustomer) -> None:
    """An agent who handles it (or wraps it up) says who the customer is."""
    it = handled(turn, given.agent, given.interaction)
    turn.emit(CustomerLinked(it.id, given.customer, given.level, given.agent))
    offering.offer_to_someone(turn, it)


def verify(turn: Turn, given: MarkVerified) -> None:
    """An agent asked and is sure."""
    it = handled(turn, given.agent, given.interaction)
    if it.customer is None:
        raise Refused("customer_unknown", "Link a customer first.")
    turn.emit(CustomerVerified(it.id, "agent", given.how, given.agent))
    offering.offer_to_someone(turn, it)


def reattach(turn: Turn, given: Reattach) -> None:
    """The agent's page is new and registered: ring it into the talk again.

    What rang an older page, loaded a moment ago, rings nobody.
    """
    agent = presence.known(turn, given.agent)
    it = turn.state.interactions.get(agent.segment) if agent.segment else None
    talk = it.talk if it else None
    if it is None or talk is None or it.parked or agent.id not in turn.state.profiles:
        return
    if agent.device is not DeviceKind.BROWSER or it.place is Place.CALLING:
        return
    for old in (talk.leg, talk.dialling):
        if old:
            turn.do(HangUp(old))
    before = room.arranged(it, talk)
    leg = LegId(turn.new_id())
    until = turn.now + turn.state.policy.answer_timeout_ms
    turn.emit(AgentLegRedialled(it.id, agent.id, leg, until))
    room.rearrange(turn, it, talk, before)
    offering.dial(turn, it, agent.id, leg, turn.state.policy.answer_timeout_ms)


def on_agent_leg_answered(turn: Turn, it: Interaction, leg: LegId) -> None:
    """The reloaded page answered."""
    talk = it.talk
    if talk is None or talk.dialling != leg:
        return
    if it.parked:
        parking.on_answered(turn, it, it.parked, talk, leg)
        return
    if it.internal and not talk.parties:
        internal.on_caller_there(turn, it, talk, leg)
        return
    before = room.arranged(it, talk)
    turn.emit(AgentLegBack(it.id, talk.agent, leg))
    room.rearrange(turn, it, talk, before)


def on_agent_leg_ended(turn: Turn, it: Interaction, leg: LegId, cause: Cause) -> None:
    """The agent's leg is gone: a phone hung up, a page went away."""
    talk = it.talk
    if talk is None or leg not in (talk.leg, talk.dialling):
        return
    if it.internal:
        internal.on_caller_leg_ended(turn, it, talk, leg, cause)
        return
    phone = turn.state.agents[talk.agent].device is DeviceKind.SIP or _dialled_in(turn, it, leg)
    if it.place is Place.CALLING:
        hung_up = phone and cause is Cause.NORMAL
        outbound.on_agent_leg_ended(turn, it, talk, hung_up=hung_up)
    elif it.parked:
        parking.lose(turn, it, talk, cause)
    elif phone and cause is Cause.NORMAL:
        leave(turn, it, talk)
    elif phone:
        _lose_phone(turn, it, talk, cause)
    else:
        before = room.arranged(it, talk)
        until = turn.now + turn.state.policy.grace_ms
        turn.emit(AgentLegLost(it.id, talk.agent, until))
        room.rearrange(turn, it, talk, before)


def _lose_phone(turn: Turn, it: Interaction, talk: Talk, cause: Cause) -> None:
    """A desk phone is gone and nobody put it down: the customer is not the one to pay for it.

    A colleague in the conference has them, or they go to the head of the queue. A phone that fell
    silent is let alone for a while; one that was lost with the engine is well.
    """
    heir = parties.successor(talk)
    if cause is Cause.NETWORK_LOST:
        losing.rest_device(turn, turn.state.agents[talk.agent], OfferFault.NETWORK_LOST)
    if it.emergency:
        release(turn, it, talk)
    elif heir:
        passing.pass_on(turn, it, talk, heir)
    else:
        give_to(turn, it, talk, talk.queue, entered_at=talk.began_at, by="device_lost")


def _dialled_in(turn: Turn, it: Interaction, leg: LegId) -> bool:
    """Whether it is the desk phone of somebody who called for help with it: no leg of ours."""
    return it.emergency and not leg.startswith(f"{turn.state.cell}-")


def on_lost_due(turn: Turn, it: Interaction) -> None:
    """Nobody came back: the device is doubtful, and the customer goes to the head of the queue.

    In a conference a colleague has them; who was being retrieved stays parked.
    """
    talk = it.talk
    heir = parties.successor(talk) if talk else None
    if talk and it.internal:
        internal.end(turn, it, talk, EndedBy.NOT_REACHED, Cause.UNREACHABLE)
    elif talk and it.emergency:
        release(turn, it, talk)
    elif talk and it.parked:
        parking.lose(turn, it, talk, Cause.NO_ANSWER)
    elif talk and heir:
        presence.stand_down(turn, turn.state.agents[talk.agent], Cause.UNREACHABLE.value)
        passing.pass_on(turn, it, talk, heir)
    elif talk:
        presence.stand_down(turn, turn.state.agents[talk.agent], Cause.UNREACHABLE.value)
        give_to(turn, it, talk, talk.queue, entered_at=talk.began_at, by="device_lost")


def on_customer_left(turn: Turn, it: Interaction, talk: Talk) -> None:
    """The customer hung up in the talk: the agent's side is cleared."""
    drop_agent(turn, it, talk, "customer", None)
    endings.draw_survey(turn, it, talk.queue)
