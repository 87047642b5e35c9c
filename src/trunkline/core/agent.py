"""An agent as a cell knows them, and what follows from that: free or not, and the state shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from trunkline.core.words import (
    AgentId,
    AgentState,
    DeviceKind,
    InteractionId,
    OfferFault,
    OfferId,
    PartyId,
    QueueId,
    Wish,
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
class Aside:
    """An agent's part in the talk of another; `joined` once they are in it."""

    interaction: InteractionId
    party: PartyId
    joined: bool = False


@dataclass(slots=True)
class Agent:
    """An agent's wish, device and open work; one voice interaction at a time.

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


def is_free(agent: Agent) -> bool:
    """Whether a voice interaction may be offered now: `free_slots(agent, voice)` is one or none."""
    if agent.offer or agent.segment or agent.wrap_up or agent.aside or not agent.takes_work:
        return False
    return agent.grace_until is None or agent.device is DeviceKind.SIP


def shown_state(agent: Agent) -> AgentState:
    """The displayed state, derived: wrap_up > handling > offered > the wish.

    Who cannot be rung is shown as not ready, and is ready again by themselves.
    """
    if agent.wrap_up:
        return AgentState.WRAP_UP
    if agent.segment or (agent.aside and agent.aside.joined):
        return AgentState.HANDLING
    if agent.offer or agent.aside:
        return AgentState.OFFERED
    if agent.wish is Wish.READY and agent.trouble is not None:
        return AgentState.NOT_READY
    return AgentState(agent.wish.value)


def shown_reason(agent: Agent) -> str | None:
    """Why the agent is not ready: as they said, or what is wrong with the device."""
    trouble = agent.trouble if agent.wish is Wish.READY else None
    return trouble.fault.value if trouble else agent.reason
