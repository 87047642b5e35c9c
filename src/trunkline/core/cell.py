"""The cell: composes presence, queues, flows and calls into one machine.

    decide(state, stamp, input) -> (facts, commands)      the rules; raises `Refused`
    apply(state, at, fact) -> state                       the fold (core/apply.py)
    next_deadline(state) -> ms | None                     when a Tick is due

`decide` applies each fact as it is decided. All time, order and randomness stand on the stamp.
News about what is gone (a leg, a step, an offer) is ignored by rule: the edge may tell late,
twice, or after a loss. An input of an unknown type is a bug and raises.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop
from typing import Any

from trunkline.core import arrivals, reconcile
from trunkline.core import inputs as i
from trunkline.core.acd import announcing, callback, losing, offering
from trunkline.core.acd import engine as acd
from trunkline.core.acd.plans import unreadable
from trunkline.core.call import (
    emergency,
    endings,
    internal,
    legs,
    outbound,
    parking,
    parties,
    recording,
    supervision,
    voicemail,
)
from trunkline.core.call import engine as call
from trunkline.core.call import events as e
from trunkline.core.call import wishes as w
from trunkline.core.call.commands import HangUp
from trunkline.core.commands import Command
from trunkline.core.deadlines import holds
from trunkline.core.facts import Fact, PartiesJoined, PolicyPublished
from trunkline.core.flow import engine as flow
from trunkline.core.interaction import Interaction
from trunkline.core.presence import machine as presence
from trunkline.core.state import State
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    CallbackId,
    Cause,
    InteractionId,
    LegId,
    OfferId,
    PartyId,
    Place,
)
from trunkline.core.written import wishes as ww
from trunkline.core.written import works

CORE_VERSION = 1

Deadline = tuple[int, str, str]
"""When (ms UTC), of what kind, and whose."""


def decide(
    state: State, stamp: i.Stamp, given: i.Input
) -> tuple[tuple[Fact, ...], tuple[Command, ...]]:
    """Decide one input. Raises `Refused` when a wish cannot be met; then nothing has changed."""
    turn = Turn(state, stamp, stamp.now)
    try:
        _rule_of(state, given)(turn, given)
    except Refused as refusal:
        if turn.facts:
            raise RuntimeError("refused after something was decided") from refusal
        raise
    if state.callbacks:
        callback.follow(turn)
    if state.internal:
        internal.follow(turn)
    if state.written:
        works.follow(turn)
    if state.board.reserved:
        acd.release(turn)
    presence.show(turn)
    return tuple(turn.facts), tuple(turn.commands)


def next_deadline(state: State) -> int | None:
    """When the next `Tick` is due (ms UTC); None when nothing waits for time."""
    return state.deadlines[0][0] if state.deadlines else None


def _publish(turn: Turn, given: i.PublishPolicy) -> None:
    """Route by it; who waits in a queue that is gone is let go, an agent who is gone is freed."""
    wrong = unreadable(given.policy)
    if wrong:
        raise Refused("requirement_invalid", wrong)
    turn.emit(PolicyPublished(given.policy))
    turn.settling = True
    for it in list(turn.state.interactions.values()):
        if it.waiting and it.waiting.queue not in turn.state.queues:
            callback.dissolve(turn, it)
            acd.dissolve(turn, it)
        else:
            acd.look_again(turn, it)
            offering.ring_fewer(turn, it)
    for agent in list(turn.state.agents.values()):
        if agent.id not in turn.state.profiles:
            parties.expel(turn, agent)
            presence.dismiss(turn, agent)
    offering.serve_all(turn)


def _on_tick(turn: Turn, given: i.Tick) -> None:
    """Meet every deadline: waits first, so that nobody is behind the time when others are served.

    Callbacks line up last: they come with an old place.
    """
    callbacks: list[Deadline] = []
    while due := _due_now(turn):
        _bring_waits_up(turn, due)
        for deadline in due:
            if deadline[1] == "callback":
                callbacks.append(deadline)
            elif deadline[1] != "wait":
                _meet(turn, deadline)
    # Once each: a state that lived may remember one twice that a state out of a snapshot has once.
    for deadline in dict.fromkeys(callbacks):
        _meet(turn, deadline)


def _due_now(turn: Turn) -> list[Deadline]:
    """The deadlines that have come, in order; they are remembered no longer."""
    deadlines, found = turn.state.deadlines, []
    while deadlines and deadlines[0][0] <= turn.now:
        found.append(heappop(deadlines))
    return found


def _bring_waits_up(turn: Turn, due: list[Deadline]) -> None:
    """What mere waiting changes; only when all waits are up to now is anybody offered."""
    waits = sorted({one for one in due if one[1] == "wait" and holds(turn.state, *one)})
    turn.settling = len(waits) > 1
    for deadline in waits:
        _meet(turn, deadline)
    turn.settling = False
    for _, _, name in waits:
        offering.offer_in_order(turn, InteractionId(name))


def _meet(turn: Turn, deadline: Deadline) -> None:
    """Act on a deadline, if it still is what is waited for."""
    _, kind, name = deadline
    if holds(turn.state, *deadline):
        _DUE[kind](turn, name)


def _offer_due(turn: Turn, name: str) -> None:
    losing.on_offer_due(turn, turn.state.offers[OfferId(name)])


def _accept_due(turn: Turn, name: str) -> None:
    offering.on_accept_due(turn, turn.state.offers[OfferId(name)])


def _wrap_up_due(turn: Turn, name: str) -> None:
    presence.on_wrap_up_due(turn, turn.state.agents[AgentId(name)])


def _work_due(turn: Turn, name: str) -> None:
    works.on_due(turn, turn.state.agents[AgentId(name)])


def _grace_due(turn: Turn, name: str) -> None:
    agent = turn.state.agents[AgentId(name)]
    presence.on_grace_due(turn, agent)
    parties.on_desk_gone(turn, agent)


def _rest_due(turn: Turn, name: str) -> None:
    presence.on_rest_due(turn, turn.state.agents[AgentId(name)])


def _device_due(turn: Turn, name: str) -> None:
    presence.on_device_due(turn, turn.state.agents[AgentId(name)])


def _announce_due(turn: Turn, name: str) -> None:
    it = turn.state.interactions[InteractionId(name)]
    flow.ask_consent_beside(turn, it)
    flow.offer_callback(turn, it)
    announcing.announce(turn, it)


def _declined_due(turn: Turn, name: str) -> None:
    losing.ask_again(turn, turn.state.interactions[InteractionId(name)])


def _wait_due(turn: Turn, name: str) -> None:
    it = turn.state.interactions[InteractionId(name)]
    other = acd.on_wait_due(turn, it)
    if other:
        flow.change(turn, it, other)


def _lost_due(turn: Turn, name: str) -> None:
    call.on_lost_due(turn, turn.state.interactions[InteractionId(name)])


def _step_due(turn: Turn, name: str) -> None:
    it = turn.state.interactions[InteractionId(name)]
    if it.voicemail:
        voicemail.take(turn, it, it.voicemail)
    else:
        flow.on_step_due(turn, it)


def _callback_due(turn: Turn, name: str) -> None:
    callback.on_due(turn, turn.state.callbacks[CallbackId(name)])


def _reach_due(turn: Turn, name: str) -> None:
    outbound.on_due(turn, turn.state.interactions[InteractionId(name)])


def _party_due(turn: Turn, name: str) -> None:
    parties.on_due(turn, PartyId(name))


def _remind_due(turn: Turn, name: str) -> None:
    it = turn.state.interactions[InteractionId(name)]
    if it.talk:
        recording.on_remind_due(turn, it, it.talk)


def _parked_due(turn: Turn, name: str) -> None:
    parking.on_due(turn, turn.state.interactions[InteractionId(name)])


def _leg_ringing(turn: Turn, given: e.LegRinging) -> None:
    """A device rings; the offer knows already."""


def _play_ended(turn: Turn, given: e.PlayEnded) -> None:
    it = _awaiting(turn, given.leg, given.play)
    if it and it.farewell:
        endings.finish(turn, it, it.farewell)
    elif it and it.voicemail:
        voicemail.on_said(turn, it, it.voicemail)
    elif it:
        flow.on_play_ended(turn, it)


def _digits(turn: Turn, given: e.DigitsCollected) -> None:
    it = _awaiting(turn, given.leg, given.collect)
    if it is None or it.farewell:
        return
    if it.place is Place.SURVEY:
        endings.on_mark(turn, it, given.digits)
    elif it.voicemail:
        voicemail.take(turn, it, it.voicemail)
    else:
        flow.on_digits(turn, it, given.digits)


def _silence(turn: Turn, given: e.SilenceFell) -> None:
    it = _awaiting(turn, given.leg, given.wait)
    if it and it.voicemail:
        voicemail.on_silence(turn, it, it.voicemail)


def _awaiting(turn: Turn, leg: LegId, step: str) -> Interaction | None:
    """The interaction that waits for just this step; None when the news is late."""
    it = _customer_on(turn, leg)
    return it if it and it.step == step else None


def _customer_on(turn: Turn, leg: LegId) -> Interaction | None:
    role, name = turn.state.legs.get(leg, ("", ""))
    return turn.state.interactions[InteractionId(name)] if role == "customer" else None


def _joined(turn: Turn, given: e.BridgeJoined) -> None:
    for leg in given.legs:
        it = _customer_on(turn, leg)
        if it and it.talk and it.talk.bridge == given.bridge:
            turn.emit(PartiesJoined(it.id))


def _recording_ended(turn: Turn, given: e.RecordingEnded) -> None:
    """The files are closed; the store job looks for them by the fact that stopped it."""


def _command_failed(turn: Turn, given: e.CommandFailed) -> None:
    """Nobody is left in silence: words that fail are passed over, keys that cannot come are none.

    A leg that could not be dialled is a leg that ended. In a talk both sides hear that something
    is wrong.
    """
    if given.command in ("DialAgent", "DialCustomer"):
        legs.ended(turn, e.LegEnded(given.leg, Cause.FAILED))
        return
    it = _customer_on(turn, given.leg)
    if it is None:
        return
    if given.command == "AnswerLeg":
        turn.do(HangUp(it.leg, Cause.FAILED))
        legs.customer_left(turn, it, Cause.FAILED)
    elif it.farewell and given.command == "Play":
        endings.finish(turn, it, it.farewell, Cause.FAILED)
    elif it.voicemail:
        voicemail.on_failed(turn, it, it.voicemail, given.command)
    elif it.place is Place.SURVEY and given.command == "Collect":
        endings.on_mark(turn, it, "")
    elif it.place in (Place.FLOW, Place.QUEUED):
        flow.on_failed(turn, it, given.command)


def _factor_checked(turn: Turn, given: i.FactorChecked) -> None:
    it = turn.state.interactions.get(given.interaction)
    if it:
        flow.on_factor_checked(turn, it, given)


def _looked_up(turn: Turn, given: i.LookedUp) -> None:
    it = turn.state.interactions.get(given.interaction)
    if it:
        flow.on_looked_up(turn, it, given)


def _number_checked(turn: Turn, given: i.NumberChecked) -> None:
    it = turn.state.interactions.get(given.interaction)
    if it:
        flow.on_number_checked(turn, it, given)


def _rule_of(state: State, given: Any) -> Callable[[Turn, Any], None]:
    """The rule of an input; of a wish about something written that of what is written."""
    kind = type(given)
    if state.written and kind in _OF_WRITTEN and given.interaction in state.written:
        return _OF_WRITTEN[kind]
    return _RULES[kind]


_DUE: dict[str, Callable[[Turn, str], None]] = {
    "offer": _offer_due,
    "accept": _accept_due,
    "wrap_up": _wrap_up_due,
    "work": _work_due,
    "grace": _grace_due,
    "rest": _rest_due,
    "device": _device_due,
    "announce": _announce_due,
    "declined": _declined_due,
    "wait": _wait_due,
    "lost": _lost_due,
    "step": _step_due,
    "callback": _callback_due,
    "reach": _reach_due,
    "party": _party_due,
    "remind": _remind_due,
    "parked": _parked_due,
}

_OF_WRITTEN: dict[type[Any], Callable[[Turn, Any], None]] = {
    i.TransferToQueue: works.pass_on,
    i.SetDisposition: works.set_disposition,
    i.ExtendWrapUp: works.extend,
    i.CompleteWrapUp: works.complete,
}
_RULES: dict[type[Any], Callable[[Turn, Any], None]] = {
    i.PublishPolicy: _publish,
    i.ArriveInteraction: arrivals.arrive,
    i.Reconcile: reconcile.reconcile,
    i.SetState: presence.set_state,
    i.CancelPendingState: presence.cancel_pending,
    i.DismissAgent: call.dismiss,
    i.SetDevice: presence.set_device,
    i.DeviceSeen: presence.device_seen,
    i.DeskConnected: presence.desk_connected,
    i.DeskLost: presence.desk_lost,
    i.Reattach: call.reattach,
    i.AcceptOffer: offering.accept,
    i.BoostInteraction: acd.boost,
    i.MoveInteraction: acd.move,
    i.DeclineOffer: losing.decline,
    i.HoldCall: call.hold,
    i.ResumeCall: call.resume,
    i.MuteCall: call.mute,
    i.UnmuteCall: call.mute,
    i.HangUpCall: call.hang_up,
    i.SendKeys: call.send_keys,
    i.TransferToQueue: call.transfer,
    i.SetDisposition: presence.set_disposition,
    i.ExtendWrapUp: presence.extend_wrap_up,
    i.CompleteWrapUp: presence.complete_wrap_up,
    ww.OpenInteraction: works.arrive,
    ww.FinishInteraction: works.finish,
    ww.LeaveInteraction: works.leave,
    i.LinkCustomer: call.link,
    i.MarkVerified: call.verify,
    i.FactorChecked: _factor_checked,
    i.LookedUp: _looked_up,
    i.NumberChecked: _number_checked,
    i.OpenCallback: callback.open_callback,
    i.CancelCallback: callback.cancel,
    i.RescheduleCallback: callback.reschedule,
    i.NotReached: call.not_reached,
    w.CallEmergency: emergency.call,
    w.CallColleague: internal.call,
    w.InviteParty: parties.invite,
    w.RemoveParty: parties.remove,
    w.SwapConsult: parties.swap,
    w.MergeConsult: parties.merge,
    w.CompleteTransfer: parties.complete,
    w.TransferToFlow: call.transfer_to_flow,
    w.TransferToVoicemail: call.transfer_to_voicemail,
    w.JoinCall: parties.join,
    w.LeaveCall: parties.leave,
    w.AttendCall: supervision.attend,
    w.TakeOverCall: supervision.take_over,
    w.EndCall: supervision.end,
    w.PauseRecording: recording.pause,
    w.ResumeRecording: recording.resume,
    w.ParkCall: parking.park,
    w.RetrieveCall: parking.retrieve,
    w.AnswerConsent: recording.answer,
    i.Tick: _on_tick,
    e.LegRinging: _leg_ringing,
    e.LegAnswered: legs.answered,
    e.LegEnded: legs.ended,
    e.PlayEnded: _play_ended,
    e.DigitsCollected: _digits,
    e.SilenceFell: _silence,
    e.BridgeJoined: _joined,
    e.RecordingEnded: _recording_ended,
    e.CommandFailed: _command_failed,
}
