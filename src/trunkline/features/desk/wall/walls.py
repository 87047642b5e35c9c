"""The days of the tenants whose wall somebody looks at, and what is told of a queue.

A projection without tables: durable facts are noted, and folded when somebody asks. Until the
first wall is opened nothing is noted at all. A day begins from the table of stays and goes on by
facts; where a fact was in both, the later of the two reads is not counted again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trunkline.features import interactions, queues, tenancy
from trunkline.features.desk.wall.day import TAKES, Day, Limits
from trunkline.features.desk.wall.schemas import TodayOut
from trunkline.features.tenancy import day_begins
from trunkline.ports.database import after_commit

if TYPE_CHECKING:
    from trunkline.core.metrics.service_level import Stays
    from trunkline.ports.clock import Clock
    from trunkline.ports.database import Database, Tx

MOST_NOTED: Final = 100_000
"""Facts that may wait for somebody to ask; beyond that the day is read from the table anew."""


@dataclass(slots=True)
class _Watched:
    """A tenant whose wall was opened; facts wait in `noted` until somebody asks."""

    noted: deque[tuple[int, Any]] = field(default_factory=deque)
    timezone: str = "UTC"
    limits: dict[str, Limits] = field(default_factory=dict)
    day: Day | None = None


class Walls:
    """Of one node; asked on the loop, told on the store's thread."""

    name = "walls"
    version = 1
    takes = TAKES

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._watched: dict[str, _Watched] = {}
        self._opening = asyncio.Lock()

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Note one fact once it is durable, where somebody looks."""
        if tenant_id in self._watched:
            after_commit(tx, self._note, (tenant_id, at_ms, fact))

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Nothing was written."""

    async def open(self, db: Database, tenant_id: str) -> None:
        """Have the tenant's day counted, with the limits and the zone as they are set now."""
        async with self._opening:
            watched = self._watched.setdefault(tenant_id, _Watched())
            watched.timezone, watched.limits = await db.read(lambda tx: _set(tx, tenant_id))
            since = self._midnight(watched)
            if watched.day is None:
                found = await db.read(lambda tx: interactions.seeded(tx, tenant_id, since))
                watched.day = Day.begun(since, found)

    def since(self, tenant_id: str) -> int:
        """Since when an open tenant's figures count, ms UTC."""
        return self._midnight(self._watched[tenant_id])

    def figures(self, tenant_id: str, queue_id: str) -> tuple[Stays, Limits] | None:
        """A queue's day and its limits; None where nobody looks, or the queue is new."""
        watched = self._watched.get(tenant_id)
        if watched is None or watched.day is None or queue_id not in watched.limits:
            return None
        limits = watched.limits[queue_id]
        day = self._today(watched, watched.day)
        return day.stays_of(queue_id, limits), limits

    def told(self, tenant_id: str, queue_id: str) -> dict[str, Any]:
        """What an event tells of a queue's day; nothing where nobody looks."""
        found = self.figures(tenant_id, queue_id)
        return {"today": TodayOut.of(*found).model_dump()} if found else {}

    def _today(self, watched: _Watched, day: Day) -> Day:
        """The day, up to date; after midnight a new one, in which nobody came yet."""
        since = self._midnight(watched)
        if day.since < since:
            day = watched.day = Day(since, since - 1)
        while watched.noted:
            day.fold(*watched.noted.popleft())
        return day

    def _note(self, noted: list[tuple[str, int, Any]]) -> None:
        for tenant_id, at, fact in noted:
            watched = self._watched.get(tenant_id)
            if watched is not None:
                watched.noted.append((at, fact))
                if len(watched.noted) > MOST_NOTED:
                    del self._watched[tenant_id]

    def _midnight(self, watched: _Watched) -> int:
        return day_begins(self._clock.now_ms(), watched.timezone)


def _set(tx: Tx, tenant_id: str) -> tuple[str, dict[str, Limits]]:
    rows = queues.list_queues(tx, tenant_id)
    limits = {row.id: Limits.of(row.rules) for row in rows}
    return tenancy.settings(tx, tenant_id).timezone, limits
