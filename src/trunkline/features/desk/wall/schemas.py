"""The wall as the API tells it; an event of a queue tells the same of it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.metrics import service_level
from trunkline.core.words import AgentState
from trunkline.features.tenancy import ApiModel, Instant

if TYPE_CHECKING:
    from trunkline.core.metrics.service_level import Stays
    from trunkline.features.desk.wall.day import Limits


class TodayOut(ApiModel):
    """A queue's day: answered within `within_s` of those offered, by the formula that is named."""

    offered: int
    answered: int
    abandoned: int
    service_level: float | None
    within_s: int
    formula: str

    @classmethod
    def of(cls, stays: Stays, limits: Limits) -> TodayOut:
        """From the ingredients."""
        return cls(
            offered=stays.offered,
            answered=stays.answered,
            abandoned=stays.abandoned,
            service_level=service_level.negative(stays),
            within_s=limits.within_s,
            formula=service_level.FORMULAS["negative"].format(t=limits.within_s),
        )


class WallQueueOut(ApiModel):
    """One queue now. `oldest_at` is since when the first in line waits; EWT null: nobody is there.

    `written` counts chats, mails and tasks that wait; all other figures are of calls.

    Promises stand as of this answer; the rest is told again by `trunkline.queue.live_changed.v1`.
    """

    queue_id: str
    name: str
    waiting: int
    oldest_at: Instant | None
    ewt_ms: int | None
    agents: dict[AgentState, int]
    callbacks_open: int
    written: int
    promises_due: int
    promises_missed: int
    today: TodayOut


class WallOut(ApiModel):
    """The queues that one may see live, by name, as they stood `at`; `since` is midnight there.

    `left_out` counts those beyond the first 200.
    """

    at: Instant
    since: Instant
    queues: list[WallQueueOut]
    left_out: int
