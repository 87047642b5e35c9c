"""What was decided about agents, their devices and the work after a talk: facts like all others."""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    AgentState,
    DeviceKind,
    InteractionId,
    OfferFault,
    QueueId,
    Wish,
    WrapUpMode,
)


@record(frozen=True, slots=True)
class DispositionSet:
    """The outcome was chosen; it can change until wrap-up is complete."""

    interaction: InteractionId
    agent: AgentId
    disposition: str


@record(frozen=True, slots=True)
class WrapUpStarted:
    """Work after the talk begins; None for `ends_at` means until done.

    Of a written interaction the outcome may be known already.
    """

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    mode: WrapUpMode
    ends_at: int | None
    disposition: str | None = None


@record(frozen=True, slots=True)
class WrapUpExtended:
    """30 s more by the agent (`extended` times so far), or the grace of an overrun."""

    interaction: InteractionId
    agent: AgentId
    ends_at: int
    extended: int
    overrun: bool


@record(frozen=True, slots=True)
class WrapUpCompleted:
    """Work after the talk is over. Without a code where one is required it is unfinished."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    disposition: str | None
    unfinished: bool


@record(frozen=True, slots=True)
class UnfinishedDone:
    """The agent named the outcome of an unfinished wrap-up later."""

    interaction: InteractionId
    agent: AgentId
    disposition: str


@record(frozen=True, slots=True)
class WishSet:
    """The agent's wish applies; with `until`, they are ready again from then by themselves."""

    agent: AgentId
    wish: Wish
    reason: str | None
    until: int | None = None


@record(frozen=True, slots=True)
class WishPending:
    """The wish applies when the work ends; None takes it back."""

    agent: AgentId
    wish: Wish | None
    reason: str | None = None


@record(frozen=True, slots=True)
class DeviceSet:
    """How the agent is reached from now."""

    agent: AgentId
    device: DeviceKind


@record(frozen=True, slots=True)
class DeviceAway:
    """Nothing is offered to the agent on this device: until then, or until it is seen again."""

    agent: AgentId
    device: DeviceKind
    fault: OfferFault
    until: int | None = None


@record(frozen=True, slots=True)
class DeviceBack:
    """The device can be rung, as far as is known."""

    agent: AgentId
    device: DeviceKind


@record(frozen=True, slots=True)
class DeskChanged:
    """The agent's desk is there, or in its grace time until `until`."""

    agent: AgentId
    connected: bool
    until: int | None = None


@record(frozen=True, slots=True)
class AgentShown:
    """The derived state of an agent changed; for tables, walls and statistics."""

    agent: AgentId
    state: AgentState
    reason: str | None
    pending: Wish | None
    pending_reason: str | None


AgentFact = (
    DispositionSet
    | WrapUpStarted
    | WrapUpExtended
    | WrapUpCompleted
    | UnfinishedDone
    | WishSet
    | WishPending
    | DeviceSet
    | DeviceAway
    | DeviceBack
    | DeskChanged
    | AgentShown
)
