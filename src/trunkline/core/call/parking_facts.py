"""What was decided about parked calls: facts like all others."""

from __future__ import annotations

from trunkline.core.records import record
from trunkline.core.words import AgentId, BridgeId, Cause, InteractionId, LegId, QueueId


@record(frozen=True, slots=True)
class CallParked:
    """The customer hears music in a slot, until `until` at the longest; `agent` parked them."""

    interaction: InteractionId
    slot: int
    agent: AgentId
    queue: QueueId
    until: int


@record(frozen=True, slots=True)
class RetrievalBegan:
    """The device of an agent is rung, who takes the customer out of the slot."""

    interaction: InteractionId
    slot: int
    agent: AgentId
    queue: QueueId
    leg: LegId
    bridge: BridgeId
    until: int


@record(frozen=True, slots=True)
class RetrievalFailed:
    """The device did not answer, or the customer left: what was parked stays so, if it is there."""

    interaction: InteractionId
    agent: AgentId
    queue: QueueId
    cause: Cause


@record(frozen=True, slots=True)
class CallRetrieved:
    """The agent has the customer: a segment of talk begins, in the same queue's name."""

    interaction: InteractionId
    slot: int
    agent: AgentId
    by: AgentId
    queue: QueueId
    leg: LegId
    parked_ms: int


@record(frozen=True, slots=True)
class ParkingEnded:
    """Nobody came in time: the customer goes back, to whoever parked them (`to`) or to all."""

    interaction: InteractionId
    slot: int
    agent: AgentId
    queue: QueueId
    parked_ms: int
    to: AgentId | None


ParkingFact = CallParked | RetrievalBegan | RetrievalFailed | CallRetrieved | ParkingEnded
