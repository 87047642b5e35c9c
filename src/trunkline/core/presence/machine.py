"""What agents wish, how they are reached, and the work after the talk.

An agent's wish (ready, not ready, offline) is kept apart from open work. A wish spoken while work
is open is pending and applies when the work ends, so that nobody can be stuck. The displayed
state is derived (`agent.shown_state`); `AgentShown` tells of each change of it.
"""

from __future__ import annotations

from trunkline.core.acd import losing, offering
from trunkline.core.agent import Agent, Trouble, WrapUp, shown_reason, shown_state
from trunkline.core.call import endings
from trunkline.core.config import QueuePolicy
from trunkline.core.facts import (
    AgentShown,
    DeskChanged,
    DeviceAway,
    DeviceBack,
    DeviceSet,
    DispositionSet,
    UnfinishedDone,
    WishPending,
    WishSet,
    WrapUpCompleted,
    WrapUpExtended,
    WrapUpStarted,
)
from trunkline.core.inputs import (
    CancelPendingState,
    CompleteWrapUp,
    DeskConnected,
    DeskLost,
    DeviceSeen,
    ExtendWrapUp,
    SetDevice,
    SetDisposition,
    SetState,
)
from trunkline.core.interaction import Interaction
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    AgentId,
    DeviceKind,
    InteractionId,
    OfferFault,
    QueueId,
    Wish,
    WrapUpMode,
)

DESK_LOST = "desk_lost"
REMOVED = "removed"
EXTENSION_MS = 30_000
OVERRUN_GRACE_MS = 15_000


def known(turn: Turn, name: AgentId) -> Agent:
    """The agent, or a refusal; one who was removed may still end the call they are in."""
    agent = turn.state.agents.get(name)
    if agent is None or not (name in turn.state.profiles or agent.segment):
        raise Refused("agent_unknown", "There is no such agent.")
    return agent


def set_state(turn: Turn, given: SetState) -> None:
    """Apply a wish now, or when the open work ends."""
    agent = known(turn, given.agent)
    same = (agent.wish, agent.reason) == (given.wish, given.reason)
    if agent.offer and given.wish is not Wish.READY:
        raise Refused("offer_open", "Answer or decline the offer first.")
    if _is_at_work(agent):
        _set_pending(turn, agent, None if same else given.wish, None if same else given.reason)
        offering.serve(turn, agent.id)
        return
    if not same:
        turn.emit(WishSet(agent.id, given.wish, given.reason))
    trouble = agent.trouble
    if given.wish is Wish.READY and trouble and trouble.until is not None:
        turn.emit(DeviceBack(agent.id, agent.device))  # we only doubted it: who is there knows
    if given.wish is Wish.READY and agent.device is DeviceKind.SIP and agent.grace_until:
        turn.emit(DeskChanged(agent.id, connected=False))  # at a phone, without a desk by choice
    offering.serve(turn, agent.id)


def cancel_pending(turn: Turn, given: CancelPendingState) -> None:
    """Forget a pending wish."""
    _set_pending(turn, known(turn, given.agent), None, None)
    offering.serve(turn, given.agent)


def set_device(turn: Turn, given: SetDevice) -> None:
    """Change how the agent is reached, while nothing rings or talks."""
    agent = known(turn, given.agent)
    if agent.segment or agent.offer or agent.aside:
        raise Refused("device_busy", "The device cannot be changed during an offer or a call.")
    turn.emit(DeviceSet(agent.id, given.device))
    offering.serve(turn, agent.id)


def device_seen(turn: Turn, given: DeviceSeen) -> None:
    """The edge tells that a device is there, or gone; what it does not know is not told."""
    agent = turn.state.agents.get(given.agent)
    if agent is None:
        return
    trouble = _trouble(agent, given.device)
    if given.reachable and trouble:
        turn.emit(DeviceBack(agent.id, given.device))
        offering.serve(turn, agent.id)
    elif not given.reachable and (trouble is None or trouble.until is not None):
        turn.emit(DeviceAway(agent.id, given.device, OfferFault.DEVICE_UNREACHABLE))


def on_device_due(turn: Turn, agent: Agent) -> None:
    """What failed may be well again: it is tried."""
    for device in DeviceKind:
        trouble = _trouble(agent, device)
        if trouble and trouble.until is not None and trouble.until <= turn.now:
            turn.emit(DeviceBack(agent.id, device))
    offering.serve(turn, agent.id)


def _trouble(agent: Agent, device: DeviceKind) -> Trouble | None:
    return agent.phone_trouble if device is DeviceKind.SIP else agent.browser_trouble


def desk_connected(turn: Turn, given: DeskConnected) -> None:
    """The desk is there (again)."""
    agent = turn.state.agents.get(given.agent)
    if agent and (not agent.connected or agent.grace_until is not None):
        turn.emit(DeskChanged(agent.id, connected=True))
        if agent.pending_reason == DESK_LOST:
            _set_pending(turn, agent, None, None)
        offering.serve(turn, agent.id)


def desk_lost(turn: Turn, given: DeskLost) -> None:
    """The desk went away: wait for it, for a while."""
    agent = turn.state.agents.get(given.agent)
    if agent and agent.connected:
        until = turn.now + turn.state.policy.grace_ms
        turn.emit(DeskChanged(agent.id, connected=False, until=until))


def on_grace_due(turn: Turn, agent: Agent) -> None:
    """The desk did not come back: the agent goes offline once the work allows it."""
    turn.emit(DeskChanged(agent.id, connected=False))
    _go_offline(turn, agent, DESK_LOST)
    if agent.wrap_up and agent.wrap_up.ends_at is None:
        run_out(turn, agent, agent.wrap_up)
    if agent.offer:
        offer = turn.state.offers[agent.offer]
        losing.lose(turn, offer, OfferFault.DEVICE_UNREACHABLE)


def on_rest_due(turn: Turn, agent: Agent) -> None:
    """A fixed phone that did not answer has rested: it is tried again."""
    turn.emit(WishSet(agent.id, Wish.READY, None))
    offering.serve(turn, agent.id)


def dismiss(turn: Turn, agent: Agent) -> None:
    """The agent is removed: what they have open ends, but for a talk."""
    _go_offline(turn, agent, REMOVED)  # first, or the same would be offered to them again
    if agent.offer:
        losing.take_back(turn, turn.state.offers[agent.offer])
    if agent.wrap_up:
        run_out(turn, agent, agent.wrap_up)


def set_disposition(turn: Turn, given: SetDisposition) -> None:
    """Choose the outcome during the call or in wrap-up."""
    agent = known(turn, given.agent)
    queue = _queue_of_work(turn, agent, given.interaction)
    check_disposition(turn.state.queues.get(queue), given.disposition)
    turn.emit(DispositionSet(given.interaction, agent.id, given.disposition))


def start_wrap_up(
    turn: Turn, it: Interaction, agent: Agent, queue: QueueId, code: str | None = None
) -> None:
    """The talk is over: work after it, as long as the queue gives."""
    rules = turn.state.queues.get(queue)
    mode = rules.wrap_up if rules and agent.id in turn.state.profiles else WrapUpMode.NONE
    length = rules.wrap_up_ms if rules else 0
    if mode is WrapUpMode.NONE or (mode is WrapUpMode.FIXED and length <= 0):
        work_ended(turn, agent)
        return
    # Nobody is there to be done with it: it runs out.
    fixed = mode is WrapUpMode.FIXED or agent.pending_reason == DESK_LOST
    ends_at = turn.now + length if fixed else None
    turn.emit(WrapUpStarted(it.id, agent.id, queue, mode, ends_at, code))


def extend_wrap_up(turn: Turn, given: ExtendWrapUp) -> None:
    """30 s more."""
    work = _wrap_up_of(known(turn, given.agent), given.interaction)
    if work.ends_at is None:
        raise Refused("wrap_up_open_ended", "This wrap-up has no end to extend.")
    ends = max(work.ends_at, turn.now) + EXTENSION_MS
    turn.emit(WrapUpExtended(work.interaction, given.agent, ends, work.extended + 1, False))


def complete_wrap_up(turn: Turn, given: CompleteWrapUp) -> None:
    """The agent is done; a queue that wants a disposition gets one. Also for unfinished ones."""
    agent = known(turn, given.agent)
    current = agent.wrap_up is not None and agent.wrap_up.interaction == given.interaction
    if not current and given.interaction in agent.unfinished:
        _finish_later(turn, agent, given)
        return
    work = _wrap_up_of(agent, given.interaction)
    code = given.disposition or agent.disposition
    rules = turn.state.queues.get(work.queue)
    if code is None and rules and rules.disposition_required:
        raise Refused("disposition_required", "This queue wants a disposition.")
    if code is not None:
        check_disposition(rules, code)
    _end_wrap_up(turn, agent, work, code, unfinished=False)


def on_wrap_up_due(turn: Turn, agent: Agent) -> None:
    """Time is up: with a code it is done; without one 15 s more, then unfinished."""
    work = agent.wrap_up
    if work is None:
        return
    if not _is_missing(turn, agent, work):
        run_out(turn, agent, work)
    elif not work.overrun:
        ends = turn.now + OVERRUN_GRACE_MS
        turn.emit(WrapUpExtended(work.interaction, agent.id, ends, work.extended, True))
    else:
        stand_down(turn, agent, "wrap_up_overrun")
        run_out(turn, agent, work)


def stand_down(turn: Turn, agent: Agent, reason: str) -> None:
    """Not ready when the work ends, unless the agent leaves anyway."""
    if (agent.pending or agent.wish) is not Wish.OFFLINE:
        _set_pending(turn, agent, Wish.NOT_READY, reason)


def work_ended(turn: Turn, agent: Agent) -> None:
    """No call is open any more: unless something written is, the pending wish applies.

    Then the next one is served.
    """
    if agent.works and agent.writes:
        offering.serve(turn, agent.id)
        return
    if agent.id not in turn.state.profiles:
        turn.emit(WishSet(agent.id, Wish.OFFLINE, REMOVED))
    elif agent.pending:
        turn.emit(WishSet(agent.id, agent.pending, agent.pending_reason))
    offering.serve(turn, agent.id)


def show(turn: Turn) -> None:
    """Tell of every displayed state that this turn changed."""
    touched = turn.state.touched
    if not touched:
        return
    for name in sorted(touched) if len(touched) > 1 else touched:
        agent = turn.state.agents[name]
        state, reason = shown_state(agent), shown_reason(agent)
        pending, why = agent.pending, agent.pending_reason
        if (
            state is not agent.shown
            or pending is not agent.shown_pending
            or reason != agent.shown_reason
            or why != agent.shown_pending_reason
        ):
            turn.emit(AgentShown(name, state, reason, pending, why))
    touched.clear()


def _set_pending(turn: Turn, agent: Agent, wish: Wish | None, reason: str | None) -> None:
    if (agent.pending, agent.pending_reason) != (wish, reason):
        turn.emit(WishPending(agent.id, wish, reason))


def _go_offline(turn: Turn, agent: Agent, reason: str) -> None:
    if _is_at_work(agent):
        _set_pending(turn, agent, Wish.OFFLINE, reason)
    elif agent.wish is not Wish.OFFLINE:
        turn.emit(WishSet(agent.id, Wish.OFFLINE, reason))


def _is_at_work(agent: Agent) -> bool:
    """Whether a wish has something to wait for."""
    return bool(agent.segment or agent.wrap_up or agent.aside or agent.writes)


def _queue_of_work(turn: Turn, agent: Agent, name: InteractionId) -> QueueId:
    if agent.wrap_up and agent.wrap_up.interaction == name:
        return agent.wrap_up.queue
    it = turn.state.interactions.get(name)
    if agent.segment == name and it and it.talk:
        return it.talk.queue
    raise Refused("not_your_work", "You are not handling this interaction.")


def _wrap_up_of(agent: Agent, name: InteractionId) -> WrapUp:
    if agent.wrap_up is None or agent.wrap_up.interaction != name:
        raise Refused("not_in_wrap_up", "You are not in wrap-up of this interaction.")
    return agent.wrap_up


def check_disposition(rules: QueuePolicy | None, code: str) -> None:
    """Refuse an outcome that the queue does not have."""
    if rules and rules.dispositions and code not in rules.dispositions:
        raise Refused("disposition_unknown", "The queue has no such disposition.")


def _finish_later(turn: Turn, agent: Agent, given: CompleteWrapUp) -> None:
    if given.disposition is None:
        raise Refused("disposition_required", "Name the disposition.")
    rules = turn.state.queues.get(agent.unfinished[given.interaction])
    check_disposition(rules, given.disposition)
    turn.emit(UnfinishedDone(given.interaction, agent.id, given.disposition))


def _is_missing(turn: Turn, agent: Agent, work: WrapUp) -> bool:
    rules = turn.state.queues.get(work.queue)
    return agent.disposition is None and rules is not None and rules.disposition_required


def run_out(turn: Turn, agent: Agent, work: WrapUp) -> None:
    """End without the agent: with what they chose, or unfinished where an outcome is missing."""
    unfinished = _is_missing(turn, agent, work)
    _end_wrap_up(turn, agent, work, agent.disposition, unfinished=unfinished)


def _end_wrap_up(
    turn: Turn, agent: Agent, work: WrapUp, code: str | None, *, unfinished: bool
) -> None:
    it = turn.state.interactions.get(work.interaction)
    turn.emit(WrapUpCompleted(work.interaction, agent.id, work.queue, code, unfinished))
    if it:
        endings.close_if_done(turn, it)
    work_ended(turn, agent)
