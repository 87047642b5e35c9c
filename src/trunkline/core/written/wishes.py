"""What may be wished about written interactions: by who opens them, and by who handles them."""

from __future__ import annotations

from dataclasses import field

from trunkline.core.acd.rules import Affinity
from trunkline.core.records import record
from trunkline.core.words import (
    AgentId,
    Channel,
    EndedBy,
    InteractionId,
    Level,
    Presumption,
    QueueId,
    Token,
)


@record(frozen=True, slots=True)
class OpenInteraction:
    """Something written is there and waits in a queue; refused where there is none, or no room.

    Overflow comes first: a full queue that leads elsewhere refuses nothing. `priority`
    adds to that of the level. What it says stands outside, under its id.
    """

    interaction: InteractionId
    channel: Channel
    queue: QueueId
    party: Token
    presumption: Presumption
    customer: str | None = None
    level: Level = Level.REGULAR
    language: str = "zh"
    priority: int = 0
    affinity: Affinity = field(default_factory=Affinity)
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def written(self) -> bool:
        """It has no leg."""
        return self.channel is not Channel.VOICE


@record(frozen=True, slots=True)
class FinishInteraction:
    """The agent is done with it; with a disposition the work after it is over as well."""

    agent: AgentId
    interaction: InteractionId
    disposition: str | None = None


@record(frozen=True, slots=True)
class LeaveInteraction:
    """The customer went, or it is withdrawn: `ended_by` says which."""

    interaction: InteractionId
    ended_by: EndedBy = EndedBy.WITHDRAWN


WrittenWish = OpenInteraction | FinishInteraction | LeaveInteraction
