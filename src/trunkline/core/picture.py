"""What a cell shows of itself: immutable views, so that others never read a state in change."""

from __future__ import annotations

from collections import Counter

from trunkline.core.acd.ewt import of_newcomer
from trunkline.core.agent import Agent, Aside, Work, shown_reason, shown_state
from trunkline.core.call import recording
from trunkline.core.capacity import WRITTEN
from trunkline.core.interaction import Interaction, Party, Rank, Talk
from trunkline.core.records import record
from trunkline.core.state import State
from trunkline.core.words import (
    ATTENDING,
    AgentId,
    AgentState,
    Channel,
    ConsentAnswer,
    ConsentPolicy,
    DeviceKind,
    InteractionId,
    Level,
    OfferId,
    PartyId,
    PartyRole,
    PauseReason,
    Place,
    QueueId,
    RecordingStanding,
    Wish,
    WorkStage,
    WrapUpMode,
)

LISTED_CALLS = 50


@record(frozen=True, slots=True)
class PartyView:
    """Somebody whom the agent brought in; `joined` once they are there.

    Of an outside number: what its country asks for before a recording, and what they answered.
    """

    id: PartyId
    role: PartyRole
    agent: AgentId | None
    joined: bool
    swapped: bool
    since: int
    consent_policy: ConsentPolicy | None = None
    consent: ConsentAnswer | None = None


@record(frozen=True, slots=True)
class WorkView:
    """An agent's open work: an offer, a segment of talk, wrap-up, or a part in another's talk.

    What is written is an offer, `handled`, or in wrap-up.

    In a part (`aside`), `by` is whose talk it is; it rings until `expires_at`, or is `accepted`.
    """

    kind: str
    interaction: InteractionId
    queue: QueueId
    since: int
    offer: OfferId | None = None
    expires_at: int | None = None
    accept_at: int | None = None
    accepted: bool = False
    held: bool = False
    muted: bool = False
    attached: bool = True
    mode: WrapUpMode | None = None
    ends_at: int | None = None
    extended: int = 0
    overrun: bool = False
    disposition: str | None = None
    calling: bool = False
    retrieving: bool = False
    callback: bool = False
    parties: tuple[PartyView, ...] = ()
    recorded: bool = False
    paused: bool = False
    standing: RecordingStanding | None = None
    pause: PauseReason | None = None
    paused_at: int | None = None
    consent_policy: ConsentPolicy | None = None
    consent: ConsentAnswer | None = None
    role: PartyRole | None = None
    by: AgentId | None = None
    internal: bool = False
    """A call among agents; at the box of the colleague nobody else is in it."""
    channel: Channel = Channel.VOICE


@record(frozen=True, slots=True)
class AgentView:
    """One agent as the desk and the wall show them."""

    id: AgentId
    state: AgentState
    reason: str | None
    since: int
    pending: Wish | None
    pending_reason: str | None
    device: DeviceKind
    connected: bool
    work: WorkView | None
    unfinished: tuple[tuple[InteractionId, QueueId], ...]
    works: tuple[WorkView, ...] = ()
    """What is written, in the order in which it came; the call is `work`."""


@record(frozen=True, slots=True)
class CallInLine:
    """One waiting interaction; `ringing` while agents are asked for it."""

    interaction: InteractionId
    position: int
    entered_at: int
    level: Level
    priority: int
    boosted: bool = False
    ringing: bool = False
    channel: Channel = Channel.VOICE


@record(frozen=True, slots=True)
class WrittenLine:
    """How many of a written channel wait in a queue, and since when the first."""

    channel: Channel
    waiting: int
    oldest_at: int


@record(frozen=True, slots=True)
class QueueView:
    """One queue now; `ewt_ms` is None while nobody is on duty.

    `waiting`, `oldest_at`, `ewt_ms` and `calls` are of calls; what is written stands apart.
    `callbacks` are those that are open: planned, in line, or suspended by a call.
    """

    id: QueueId
    waiting: int
    oldest_at: int | None
    ewt_ms: int | None
    agents: tuple[tuple[AgentState, int], ...]
    calls: tuple[CallInLine, ...]
    callbacks: int = 0
    written: tuple[WrittenLine, ...] = ()
    papers: tuple[CallInLine, ...] = ()


def agent_view(state: State, name: AgentId) -> AgentView | None:
    """The agent now; None when the cell does not know them."""
    agent = state.agents.get(name)
    if agent is None:
        return None
    return AgentView(
        id=agent.id,
        state=shown_state(agent),
        reason=shown_reason(agent),
        since=agent.shown_at,
        pending=agent.pending,
        pending_reason=agent.pending_reason,
        device=agent.device,
        connected=agent.connected,
        work=_work(state, agent),
        unfinished=tuple(agent.unfinished.items()),
        works=tuple([_written(state, work) for work in agent.works]),
    )


def queue_views(state: State) -> dict[QueueId, QueueView]:
    """All queues of the cell now."""
    on_duty: dict[QueueId, Counter[AgentState]] = {queue: Counter() for queue in state.queues}
    for name, queues in state.serves.items():
        shown = shown_state(state.agents[name])
        for queue in queues:
            on_duty[queue][shown] += 1
    promised = Counter(callback.queue for callback in state.callbacks.values())
    return {queue: _queue(state, queue, on_duty[queue], promised[queue]) for queue in state.queues}


def _queue(state: State, queue: QueueId, agents: Counter[AgentState], callbacks: int) -> QueueView:
    line = state.lines[queue]
    on_duty = agents.total() - agents[AgentState.OFFLINE] - agents[AgentState.NOT_READY]
    return QueueView(
        id=queue,
        waiting=len(line),
        oldest_at=min((place[2] for place in line), default=None),
        ewt_ms=of_newcomer(state, queue, on_duty).mean_ms if on_duty else None,
        agents=tuple(sorted(agents.items())),
        calls=_listed(state, line),
        callbacks=callbacks,
        written=_written_lines(state, state.written_lines[queue]),
        papers=_listed(state, state.written_lines[queue]),
    )


def _listed(state: State, line: list[Rank]) -> tuple[CallInLine, ...]:
    found = []
    for position, place in enumerate(line[:LISTED_CALLS], 1):
        it = state.interactions[InteractionId(place[3])]
        boosted, ringing = _standing(it)
        found.append(
            CallInLine(it.id, position, place[2], it.level, -place[1], boosted, ringing, it.channel)
        )
    return tuple(found)


def _written_lines(state: State, line: list[Rank]) -> tuple[WrittenLine, ...]:
    entered: dict[Channel, list[int]] = {}
    for place in line:
        channel = state.interactions[InteractionId(place[3])].channel
        entered.setdefault(channel, []).append(place[2])
    return tuple(
        WrittenLine(channel, len(entered[channel]), min(entered[channel]))
        for channel in WRITTEN
        if channel in entered
    )


def _written(state: State, work: Work) -> WorkView:
    offer = state.offers[work.offer] if work.offer else None
    wraps_up = work.stage is WorkStage.WRAP_UP
    return WorkView(
        "offer" if offer else work.stage.value,
        work.interaction,
        work.queue,
        work.since,
        offer=work.offer,
        expires_at=offer.expires_at if offer else None,
        mode=work.mode if wraps_up else None,
        ends_at=work.ends_at,
        extended=work.extended,
        overrun=work.overrun,
        disposition=work.disposition,
        channel=work.channel,
    )


def _standing(it: Interaction) -> tuple[bool, bool]:
    waiting = it.waiting
    return (waiting.boosted, bool(waiting.offers)) if waiting else (False, False)


def _work(state: State, agent: Agent) -> WorkView | None:
    if agent.wrap_up:
        return _wrap_up(agent)
    if agent.segment:
        return _segment(state, agent, agent.segment)
    if agent.aside:
        return _part(state, agent.aside)
    if agent.offer:
        offer = state.offers[agent.offer]
        return WorkView(
            "offer",
            offer.interaction,
            offer.queue,
            offer.made_at,
            offer=offer.id,
            expires_at=offer.expires_at,
            accept_at=offer.accept_at,
            accepted=offer.answer_by is not None,
            callback=state.interactions[offer.interaction].callback is not None,
        )
    return None


def _wrap_up(agent: Agent) -> WorkView | None:
    work = agent.wrap_up
    if work is None:
        return None
    return WorkView(
        "wrap_up",
        work.interaction,
        work.queue,
        work.began_at,
        mode=work.mode,
        ends_at=work.ends_at,
        extended=work.extended,
        overrun=work.overrun,
        disposition=agent.disposition,
    )


def _segment(state: State, agent: Agent, name: InteractionId) -> WorkView | None:
    it = state.interactions[name]
    talk = it.talk
    if talk is None:
        at_box = it.internal is not None
        queue = QueueId("")
        return WorkView("segment", name, queue, it.started_at, internal=True) if at_box else None
    return WorkView(
        "segment",
        name,
        talk.queue,
        talk.began_at,
        held=talk.held,
        muted=talk.muted,
        attached=talk.leg is not None,
        disposition=agent.disposition,
        calling=it.place is Place.CALLING,
        retrieving=it.parked is not None,
        callback=it.callback is not None,
        parties=tuple(_party(party) for party in _known_to(state, talk)),
        recorded=it.recording is not None,
        paused=it.pause is not None,
        standing=recording.standing(state, it, talk),
        pause=it.pause,
        paused_at=it.paused_at if it.pause else None,
        consent_policy=it.consent_policy,
        consent=it.consent,
        internal=it.internal is not None,
    )


def _known_to(state: State, talk: Talk) -> tuple[Party, ...]:
    """Those whom the agent may know of."""
    if state.policy.listeners_shown:
        return talk.parties
    return tuple(party for party in talk.parties if party.role not in ATTENDING)


def _part(state: State, aside: Aside) -> WorkView | None:
    it = state.interactions[aside.interaction]
    talk, party = it.talk, state.party(aside.party)
    if talk is None or party is None:
        return None
    return WorkView(
        "aside",
        aside.interaction,
        talk.queue,
        party.since,
        expires_at=party.until,
        accepted=party.leg is not None,
        attached=aside.joined,
        paused=it.pause is not None,
        role=party.role,
        by=talk.agent,
        internal=it.internal is not None,
    )


def _party(party: Party) -> PartyView:
    there = party.until is None
    return PartyView(
        party.id, party.role, party.agent, there, party.swapped, party.since,
        consent_policy=party.consent_policy, consent=party.consent,
    )  # fmt: skip
