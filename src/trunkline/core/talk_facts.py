"""What was decided about a talk between customer and agent: facts like all others."""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    BridgeId,
    InteractionId,
    LegId,
    OfferId,
    PartyId,
    QueueId,
    RecordingId,
)


@record(frozen=True, slots=True)
class Foretold:
    """A wait that came about, beside what had been foretold of it, ms."""

    mean_ms: int
    upper_ms: int
    came_ms: int


@record(frozen=True, slots=True)
class InteractionAnswered:
    """Customer and agent are being joined; a segment of talk begins."""

    interaction: InteractionId
    offer: OfferId
    agent: AgentId
    queue: QueueId
    leg: LegId
    bridge: BridgeId
    wait_ms: int
    foretold: Foretold | None = None


@record(frozen=True, slots=True)
class PartiesJoined:
    """The edge confirmed that both sides hear each other."""

    interaction: InteractionId


@record(frozen=True, slots=True)
class RecordingStarted:
    """The customer's leg is being recorded, both directions.

    `agent` is who talks, or for whom a message is left; empty where that is for a queue.
    """

    recording: RecordingId
    interaction: InteractionId
    leg: LegId
    agent: AgentId
    queue: QueueId


@record(frozen=True, slots=True)
class RecordingStopped:
    """The recording's files are closed (or its leg is gone); it can be stored."""

    recording: RecordingId
    interaction: InteractionId


@record(frozen=True, slots=True)
class InteractionHeld:
    """The customer hears music."""

    interaction: InteractionId
    agent: AgentId


@record(frozen=True, slots=True)
class InteractionResumed:
    """The customer is back from hold."""

    interaction: InteractionId
    agent: AgentId


@record(frozen=True, slots=True)
class AgentMuted:
    """The agent's microphone is cut (`muted`) or open again."""

    interaction: InteractionId
    agent: AgentId
    muted: bool


@record(frozen=True, slots=True)
class AgentLegLost:
    """The agent's leg is gone in the talk; the customer is kept until `until`."""

    interaction: InteractionId
    agent: AgentId
    until: int


@record(frozen=True, slots=True)
class AgentLegRedialled:
    """A new leg is being made for the agent's reloaded page."""

    interaction: InteractionId
    agent: AgentId
    leg: LegId
    until: int


@record(frozen=True, slots=True)
class AgentLegBack:
    """The agent's new leg is up and joined."""

    interaction: InteractionId
    agent: AgentId
    leg: LegId


@record(frozen=True, slots=True)
class TalkEnded:
    """The agent's segment is over; `to_queue` when it was a transfer or a return.

    With `to_party` somebody who was brought in has the customer from now: the next fact says how.
    """

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    talk_ms: int
    by: str
    to_queue: QueueId | None = None
    to_party: PartyId | None = None


TalkFact = (
    InteractionAnswered
    | PartiesJoined
    | RecordingStarted
    | RecordingStopped
    | InteractionHeld
    | InteractionResumed
    | AgentMuted
    | AgentLegLost
    | AgentLegRedialled
    | AgentLegBack
    | TalkEnded
)
