"""What the store forgets by itself: events that nobody resumes from, and work long done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.ports.database import Database, Priority, Tx

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.clock import Clock
    from trunkline.ports.events import EventLog
    from trunkline.ports.jobs import Job, JobHandler, JobTable

TRIM_STORE = "store.trim"
CRON = {TRIM_STORE: "*/10 * * * *"}
EVENTS_KEPT_MS = 24 * 3_600_000
EVENTS_KEPT = 1_000_000
DONE_JOBS_KEPT_MS = 24 * 3_600_000
_ROWS_AT_ONCE = 500


def handlers(db: Database, events: EventLog, jobs: JobTable, clock: Clock) -> dict[str, JobHandler]:
    """The job that forgets, in portions that hold nobody up."""

    async def trim(_: Job) -> None:
        now = clock.now_ms()
        oldest_event, oldest_job = now - EVENTS_KEPT_MS, now - DONE_JOBS_KEPT_MS
        await _repeat(db, lambda tx: events.trim(tx, oldest_event, EVENTS_KEPT, _ROWS_AT_ONCE))
        await _repeat(db, lambda tx: jobs.trim(tx, oldest_job, _ROWS_AT_ONCE))

    return {TRIM_STORE: trim}


async def _repeat(db: Database, forget: Callable[[Tx], int]) -> None:
    while await db.write(forget, priority=Priority.BULK) == _ROWS_AT_ONCE:
        pass
