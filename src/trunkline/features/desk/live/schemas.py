"""Live figures as the API tells them."""

from __future__ import annotations

from trunkline.core.words import AgentState, Level
from trunkline.features.tenancy import ApiModel, Instant, Word


class ServiceLevelOut(ApiModel):
    """Of today's interactions; the value is null while there was none. The formula is named.

    Today is the tenant's: `since` is the last midnight of its time zone.
    """

    value: float | None
    formula: str
    since: Instant


class CallInLineOut(ApiModel):
    """One waiting interaction."""

    interaction_id: str
    position: int
    waited_ms: int
    level: Word[Level]
    priority: int


class QueueLiveOut(ApiModel):
    """One queue now; `ewt_ms` is null while nobody is on duty."""

    queue_id: str
    waiting: int
    longest_wait_ms: int
    ewt_ms: int | None
    agents: dict[AgentState, int]
    service_level: ServiceLevelOut
    calls: list[CallInLineOut]


class TelephonyOut(ApiModel):
    """Whether calls can be taken; if not, why, and the command that mends it."""

    engine: str
    ready: bool
    reason: str | None
    remedy: str | None


class SystemOut(ApiModel):
    """What an installation is, for pages before anybody signed in."""

    version: str
    telephony: TelephonyOut
    demo: bool
    setup_complete: bool
