"""An agent as a cell knows them, and what follows from that: free or not, and the state shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from trunkline.core.capacity import Capacity, slots_left
from trunkline.core.words import (
    AgentId,
    AgentState,
    Channel,
    DeviceKind,
    InteractionId,
    OfferFault,
    OfferId,
    PartyId,
    QueueId,
    Wish,
    WorkStage,
    WrapUpMode,
)


@dataclass(slots=True)
class Trouble:
    """Why a device cannot be rung: until then, or until the edge sees it again."""

    fault: OfferFault
    until: int | None


@dataclass(slots=True)
class WrapUp:
    """An agent's open work after a talk."""

    interaction: InteractionId
    queue: QueueId
    mode: WrapUpMode
    began_at: int
    ends_at: int | None
    extended: int = 0
    overrun: bool = False


@dataclass(slots=True)
class Work:
    """An agent's part in a written interaction, from the offer to the end of the wrap-up.

    `offer` while it is offered; what stands below it counts in wrap-up alone.
    """

    interaction: InteractionId
    channel: Channel
    queue: QueueId
    stage: WorkStage
    since: int
    offer: OfferId | None = None
    disposition: str | None = None
    mode: WrapUpMode = WrapUpMode.NONE
    ends_at: int | None = None
    extended: int = 0
    overrun: bool = False


@dataclass(slots=True)
class Aside:
    """An agent's part in the talk of another; `joined` once they are in it."""

    interaction: InteractionId
    party: PartyId
    joined: bool = False


@dataclass(slots=True)
class Agent:
    """An agent's wish, device and open work: one call at most, and written interactions (`works`).

    Each device may have a trouble of its own; only that of the one in use counts.
    `contacts`, `busy_ms` and `away_ms` count since signing in at `on_since`; `wished_at` is when
    the present wish was spoken.
    """

    id: AgentId
    wish: Wish = Wish.OFFLINE
    reason: str | None = None
    pending: Wish | None = None
    pending_reason: str | None = None
    device: DeviceKind = DeviceKind.BROWSER
    browser_trouble: Trouble | None = None
    phone_trouble: Trouble | None = None
    connected: bool = False
    grace_until: int | None = None
    rests_until: int | None = None
    offer: OfferId | None = None
    segment: InteractionId | None = None
    wrap_up: WrapUp | None = None
    aside: Aside | None = None
    works: list[Work] = field(default_factory=list)
    disposition: str | None = None
    idle_since: int = 0
    declines: int = 0
    contacts: int = 0
    busy_ms: int = 0
    away_ms: int = 0
    on_since: int = 0
    wished_at: int = 0
    unfinished: dict[InteractionId, QueueId] = field(default_factory=dict)
    shown: AgentState = AgentState.OFFLINE
    shown_reason: str | None = None
    shown_pending: Wish | None = None
    shown_pending_reason: str | None = None
    shown_at: int = 0

    @property
    def trouble(self) -> Trouble | None:
        """Why the device in use cannot be rung, if it cannot."""
        return self.phone_trouble if self.device is DeviceKind.SIP else self.browser_trouble

    @property
    def takes_work(self) -> bool:
        """Whether they are ready and can be rung, now or when their work ends."""
        return self.wish is Wish.READY and self.trouble is None

    @property
    def calls(self) -> bool:
        """Whether a call, or the work after one, is open."""
        return bool(self.offer or self.segment or self.wrap_up or self.aside)

    @property
    def writes(self) -> bool:
        """Whether they handle something written, or wrap it up."""
        works = self.works
        return bool(works) and any(work.stage is not WorkStage.OFFERED for work in works)

    def work(self, interaction: InteractionId) -> Work | None:
        """The agent's part in a written interaction, if they have one."""
        return next((one for one in self.works if one.interaction == interaction), None)


def free_slots(agent: Agent, channel: Channel, capacity: Capacity) -> int:
    """How many more of a channel the agent has room for, whatever they wish."""
    opened = [work.channel for work in agent.works]
    if agent.calls:
        opened.append(Channel.VOICE)
    return slots_left(capacity, opened, channel)


def is_free(agent: Agent, capacity: Capacity) -> bool:
    """Whether a call may be offered now."""
    if agent.offer or agent.segment or agent.wrap_up or agent.aside or not agent.takes_work:
        return False
    if agent.works:
        if agent.pending or not free_slots(agent, Channel.VOICE, capacity):
            return False
    elif not capacity.voice:
        return False
    return agent.grace_until is None or agent.device is DeviceKind.SIP


def is_free_to_write(agent: Agent, channel: Channel, capacity: Capacity) -> bool:
    """Whether a written interaction may be offered now: one of a channel at a time, at a desk."""
    if agent.pending or not agent.takes_work or not agent.connected or agent.grace_until:
        return False
    offered = any(one.channel is channel and one.offer for one in agent.works)
    return not offered and free_slots(agent, channel, capacity) > 0


BUSY_MS = 10**12
"""Each open work puts an agent behind those with fewer, however long they are idle."""


def idle_since(agent: Agent) -> int:
    """The agent's place among those who may be asked, ms: the least is asked first."""
    return agent.idle_since + BUSY_MS * len(agent.works)


def shown_state(agent: Agent) -> AgentState:
    """The displayed state, derived: wrap_up > handling > offered > the wish; a call's goes first.

    Who cannot be rung is shown as not ready, and is ready again by themselves.
    """
    if agent.wrap_up:
        return AgentState.WRAP_UP
    if agent.segment or (agent.aside and agent.aside.joined):
        return AgentState.HANDLING
    if agent.works and not (agent.offer or agent.aside):
        return _shown_of_works(agent)
    if agent.offer or agent.aside:
        return AgentState.OFFERED
    if agent.wish is Wish.READY and agent.trouble is not None:
        return AgentState.NOT_READY
    return AgentState(agent.wish.value)


def shown_reason(agent: Agent) -> str | None:
    """Why the agent is not ready: as they said, or what is wrong with the device."""
    trouble = agent.trouble if agent.wish is Wish.READY else None
    return trouble.fault.value if trouble else agent.reason


def _shown_of_works(agent: Agent) -> AgentState:
    stages = {work.stage for work in agent.works}
    if WorkStage.HANDLED in stages:
        return AgentState.HANDLING
    return AgentState.WRAP_UP if WorkStage.WRAP_UP in stages else AgentState.OFFERED
