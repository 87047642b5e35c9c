"""What is written, and the agent's work on it: to finish, pass on, wrap up; and what comes unasked.

Each work ends by itself when its agent is silent: an offer and a wrap-up have their time, and what
is handled goes back to the head of its queue when the desk is gone for good.
"""

from __future__ import annotations

from trunkline.core.acd import engine as acd
from trunkline.core.acd import losing, offering
from trunkline.core.agent import Agent, Work
from trunkline.core.call import endings
from trunkline.core.call.dropping import RETURN_PRIORITY
from trunkline.core.capacity import slots_left
from trunkline.core.facts import (
    DispositionSet,
    InteractionStarted,
    TalkEnded,
    WrapUpCompleted,
    WrapUpExtended,
)
from trunkline.core.inputs import CompleteWrapUp, ExtendWrapUp, SetDisposition, TransferToQueue
from trunkline.core.interaction import Interaction
from trunkline.core.presence import machine as presence
from trunkline.core.turn import Refused, Turn
from trunkline.core.words import (
    LEVEL_PRIORITY,
    AgentId,
    Cause,
    Channel,
    EndedBy,
    FlowId,
    InteractionId,
    LegId,
    Presumption,
    QueueId,
    WorkStage,
)
from trunkline.core.written.wishes import FinishInteraction, LeaveInteraction, OpenInteraction

KNOWN = (Presumption.PRESUMED, Presumption.VERIFIED)


def arrive(turn: Turn, given: OpenInteraction) -> None:
    """Stand in the queue with the calls; one that came already is not opened again."""
    if given.interaction in turn.state.interactions:
        return
    if given.channel is Channel.VOICE:
        raise Refused("channel_not_written", "A call comes by its number.")
    if given.queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if not acd.has_room(turn, given.queue, given):
        raise Refused("queue_full", "As many wait in this queue as may.")
    known = given.presumption in KNOWN
    turn.emit(
        InteractionStarted(
            given.interaction,
            given.channel,
            LegId(""),
            "",
            given.party,
            FlowId(""),
            given.presumption,
            given.customer if known else None,
            given.level,
            given.language,
            given.priority + (LEVEL_PRIORITY[given.level] if known else 0),
            turn.stamp.seed,
            survey_allowed=False,
            survey_reason="not_drawn",
            affinity=given.affinity,
            tags=given.tags,
        )
    )
    it = turn.state.interactions[given.interaction]
    acd.enqueue(turn, it, given.queue, it.priority)


def finish(turn: Turn, given: FinishInteraction) -> None:
    """The agent is done: the work after it begins, and with a disposition is over at once."""
    agent, work = _own(turn, given.agent, given.interaction, WorkStage.HANDLED)
    it = turn.state.interactions[given.interaction]
    if given.disposition is not None:
        presence.check_disposition(turn.state.queues.get(work.queue), given.disposition)
        turn.emit(DispositionSet(it.id, agent.id, given.disposition))
    _wrap_up(turn, agent, work, it, EndedBy.AGENT)
    after = agent.work(it.id)
    if after and given.disposition is not None:
        _end_wrap_up(turn, agent, after, given.disposition, unfinished=False)


def leave(turn: Turn, given: LeaveInteraction) -> None:
    """The customer is gone, or it is withdrawn; whoever handles it wraps it up."""
    it = turn.state.interactions.get(given.interaction)
    if it is None or not it.written:
        raise Refused("interaction_unknown", "There is no such interaction.")
    if it.handling:
        agent = turn.state.agents[it.handling.agent]
        work = agent.work(it.id)
        if work is None:
            raise LookupError(it.id)
        _wrap_up(turn, agent, work, it, given.ended_by)
        return
    if it.waiting is None:
        raise Refused("interaction_over", "It is over already.")
    asked = [turn.state.offers[name].agent for name in it.waiting.offers]
    offering.withdraw(turn, it)
    endings.end(turn, it, given.ended_by, Cause.NORMAL)
    for name in asked:
        offering.serve(turn, name)


def pass_on(turn: Turn, given: TransferToQueue) -> None:
    """Give it to a queue, or back to the head of the one it came from; nothing is left to do."""
    agent, work = _own(turn, given.agent, given.interaction, WorkStage.HANDLED)
    it = turn.state.interactions[given.interaction]
    queue = work.queue if given.back or given.queue is None else given.queue
    if queue not in turn.state.queues:
        raise Refused("queue_unknown", "There is no such queue.")
    if not (given.back or acd.has_room(turn, queue, it)):
        raise Refused("queue_full", "As many wait in this queue as may.")
    _give_to(turn, agent, work, queue, entered_at=work.since if given.back else None)


def set_disposition(turn: Turn, given: SetDisposition) -> None:
    """Choose the outcome while handling it or in wrap-up."""
    agent = presence.known(turn, given.agent)
    work = agent.work(given.interaction)
    if work is None or work.stage is WorkStage.OFFERED:
        raise Refused("not_your_work", "You are not handling this interaction.")
    presence.check_disposition(turn.state.queues.get(work.queue), given.disposition)
    turn.emit(DispositionSet(given.interaction, agent.id, given.disposition))


def extend(turn: Turn, given: ExtendWrapUp) -> None:
    """30 s more."""
    _, work = _own(turn, given.agent, given.interaction, WorkStage.WRAP_UP)
    if work.ends_at is None:
        raise Refused("wrap_up_open_ended", "This wrap-up has no end to extend.")
    ends = max(work.ends_at, turn.now) + presence.EXTENSION_MS
    turn.emit(WrapUpExtended(work.interaction, given.agent, ends, work.extended + 1, False))


def complete(turn: Turn, given: CompleteWrapUp) -> None:
    """The agent is done with the work after it; a queue that wants a disposition gets one."""
    agent, work = _own(turn, given.agent, given.interaction, WorkStage.WRAP_UP)
    code = given.disposition or work.disposition
    rules = turn.state.queues.get(work.queue)
    if code is None and rules and rules.disposition_required:
        raise Refused("disposition_required", "This queue wants a disposition.")
    if code is not None:
        presence.check_disposition(rules, code)
    _end_wrap_up(turn, agent, work, code, unfinished=False)


def on_due(turn: Turn, agent: Agent) -> None:
    """Time is up: with a code it is done; without one 15 s more, then unfinished."""
    for work in tuple(agent.works):
        if work.ends_at is None or work.ends_at > turn.now:
            continue
        if not _is_missing(turn, work):
            _run_out(turn, agent, work)
        elif not work.overrun:
            ends = turn.now + presence.OVERRUN_GRACE_MS
            turn.emit(WrapUpExtended(work.interaction, agent.id, ends, work.extended, True))
        else:
            presence.stand_down(turn, agent, "wrap_up_overrun")
            _run_out(turn, agent, work)


def follow(turn: Turn) -> None:
    """What an agent can no longer have goes back: all when they are gone, else offers."""
    for name in sorted(turn.state.touched):
        agent = turn.state.agents[name]
        if not agent.works:
            continue
        gone = _is_gone(turn, agent)
        for work in tuple(agent.works):
            if gone:
                _give_back(turn, agent, work)
            elif work.offer and not _may_still(turn, agent, work):
                losing.take_back(turn, turn.state.offers[work.offer])
                offering.serve(turn, name)


def _is_gone(turn: Turn, agent: Agent) -> bool:
    there = agent.connected or agent.grace_until is not None
    leaving = agent.pending_reason in (presence.DESK_LOST, presence.REMOVED)
    return agent.id not in turn.state.profiles or not there or leaving


def _may_still(turn: Turn, agent: Agent, work: Work) -> bool:
    """Whether the agent may go on being asked: ready, and with room beside what was begun."""
    if agent.pending or not agent.takes_work:
        return False
    opened = [one.channel for one in agent.works if one is not work]
    if agent.segment or agent.wrap_up or agent.aside:
        opened.append(Channel.VOICE)
    return slots_left(turn.state.capacities[agent.id], opened, work.channel) > 0


def _own(
    turn: Turn, name: AgentId, interaction: InteractionId, stage: WorkStage
) -> tuple[Agent, Work]:
    agent = presence.known(turn, name)
    work = agent.work(interaction)
    if work is None or work.stage is not stage:
        raise Refused("not_your_work", "You are not handling this interaction.")
    return agent, work


def _let_go(turn: Turn, agent: Agent, work: Work, by: str, to_queue: QueueId | None = None) -> None:
    spent = turn.now - work.since
    turn.emit(TalkEnded(work.interaction, agent.id, work.queue, spent, by, to_queue))


def _wrap_up(turn: Turn, agent: Agent, work: Work, it: Interaction, by: EndedBy) -> None:
    """The work after it begins, if the queue wants any; the customer's side is over."""
    _let_go(turn, agent, work, by.value)
    presence.start_wrap_up(turn, it, agent, work.queue, work.disposition)
    endings.end(turn, it, by, Cause.NORMAL)


def _give_to(
    turn: Turn,
    agent: Agent,
    work: Work,
    queue: QueueId,
    *,
    entered_at: int | None,
    by: str = "agent",
) -> None:
    it = turn.state.interactions[work.interaction]
    _let_go(turn, agent, work, by, queue)
    priority = it.priority + (RETURN_PRIORITY if entered_at is not None else 0)
    acd.enqueue(turn, it, queue, priority, entered_at=entered_at, passed_by=(agent.id,))
    _ended(turn, agent)


def _give_back(turn: Turn, agent: Agent, work: Work) -> None:
    """Nobody is there to do it: an offer and what is handled go to the head, a wrap-up runs out."""
    if work.offer:
        losing.take_back(turn, turn.state.offers[work.offer])
    elif work.stage is WorkStage.HANDLED:
        _give_to(turn, agent, work, work.queue, entered_at=work.since, by="agent_left")
    else:
        _run_out(turn, agent, work)


def _ended(turn: Turn, agent: Agent) -> None:
    """One is done: a call that is open keeps the wish waiting."""
    if agent.segment or agent.wrap_up or agent.aside:
        offering.serve(turn, agent.id)
    else:
        presence.work_ended(turn, agent)


def _is_missing(turn: Turn, work: Work) -> bool:
    rules = turn.state.queues.get(work.queue)
    return work.disposition is None and rules is not None and rules.disposition_required


def _run_out(turn: Turn, agent: Agent, work: Work) -> None:
    unfinished = _is_missing(turn, work)
    _end_wrap_up(turn, agent, work, work.disposition, unfinished=unfinished)


def _end_wrap_up(
    turn: Turn, agent: Agent, work: Work, code: str | None, *, unfinished: bool
) -> None:
    it: Interaction | None = turn.state.interactions.get(work.interaction)
    turn.emit(WrapUpCompleted(work.interaction, agent.id, work.queue, code, unfinished))
    if it:
        endings.close_if_done(turn, it)
    _ended(turn, agent)
