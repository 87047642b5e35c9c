"""The workers: take due jobs from the table, do them beside each other, and settle each.

A job is held by a lease that is renewed while its handler runs; when the process dies the lease
runs out and another takes the job. So a handler may run twice and must bear it. What raises is
tried again with growing pauses, and waits for a person after its last attempt. When the workers
are stopped, unfinished jobs go back as if they had not been taken. That a job is done is written
with the next look at the table: a commit costs more than most jobs.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING

from trunkline.kit.clock import monotonic_s
from trunkline.kit.errors import where_raised
from trunkline.kit.ids import secret_text
from trunkline.kit.logging import logger
from trunkline.ports.jobs import TooEarly

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from trunkline.ports.clock import Clock
    from trunkline.ports.database import Database, Tx
    from trunkline.ports.jobs import Job, JobHandler, JobTable

PARALLEL = 4
TAKEN = 32
"""Jobs that are held at once; those that wait for a place cost no look at the table."""

LEASE_MS = 15_000
GATHER_S = 0.2
"""Work that comes at once is taken at once: looking for each job would cost more than doing it."""

LONGEST_REST_S = 0.25
RENEW_EVERY_S = 5.0
LOOK_EVERY_S = 1.0
"""How late work that was put off may begin; what is due at once wakes the workers."""

_log = logger("jobs")


class Workers:
    """Does the work of one process; made on the loop it works on."""

    def __init__(
        self,
        db: Database,
        table: JobTable,
        clock: Clock,
        handlers: Mapping[str, JobHandler],
        cron: Mapping[str, str],
    ) -> None:
        self._db = db
        self._table = table
        self._clock = clock
        self._handlers = handlers
        self._cron = cron
        self._owner = secret_text(12)
        self._held: set[str] = set()
        self._done: list[Job] = []
        self._early: list[Job] = []
        self._cron_looked_at = 0
        self._wake = asyncio.Event()
        self._places = asyncio.Semaphore(PARALLEL)
        self._loop = asyncio.get_running_loop()
        table.on_commit(self._told)

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._renew(), name="job leases")
                while True:
                    await asyncio.sleep(GATHER_S)
                    self._wake.clear()
                    for job in await self._take():
                        tasks.create_task(self._do(job), name=f"job {job.kind}")
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_EVERY_S):
                            await self._wake.wait()
        finally:
            await self._db.write(self._complete)

    async def run_due(self) -> int:
        """Do what is due now, and what that adds, until nothing is; returns how many."""
        done = 0
        while taken := await self._take():
            await asyncio.gather(*map(self._do, taken))
            done += len(taken)
        return done

    def _told(self) -> None:
        """On a thread of the store: work was added."""
        self._loop.call_soon_threadsafe(self._wake.set)

    async def _take(self) -> list[Job]:
        free = TAKEN - len(self._held)
        if free <= 0 and not self._done and not self._early:
            return []
        taken = await self._db.write(partial(self._lease, limit=free))
        self._held |= {job.id for job in taken}
        return taken

    def _lease(self, tx: Tx, limit: int) -> list[Job]:
        """In one transaction: settle what is done, add what is due by the calendar, take work."""
        self._complete(tx)
        now = self._clock.now_ms()
        if now - self._cron_looked_at >= LOOK_EVERY_S * 1000:
            self._cron_looked_at = now
            for kind, expression in self._cron.items():
                self._table.enqueue_due(tx, kind, expression)
        return self._table.lease(tx, self._owner, self._clock.now_ms() + LEASE_MS, limit)

    def _complete(self, tx: Tx) -> None:
        done, self._done = self._done, []
        early, self._early = self._early, []
        for job in done:
            self._table.complete(tx, self._owner, job)
        for job in early:
            self._table.postpone(tx, self._owner, job)

    async def _do(self, job: Job) -> None:
        try:
            async with self._place(job):
                began = monotonic_s()
                await self._try(job)
                await self._give_way(monotonic_s() - began)
        finally:
            self._held.discard(job.id)
            self._wake.set()

    @contextlib.asynccontextmanager
    async def _place(self, job: Job) -> AsyncIterator[None]:
        """One of the few places to work at; a job whose wait for it ends early goes back."""
        try:
            await self._places.acquire()
        except asyncio.CancelledError:
            await self._put_back(job)
            raise
        try:
            yield
        finally:
            self._places.release()

    async def _try(self, job: Job) -> None:
        try:
            await self._handlers[job.kind](job)
        except asyncio.CancelledError:
            await self._put_back(job)
            raise
        except TooEarly:
            self._early.append(job)
        except Exception as error:  # the attempt is lost; the job is not
            await self._fail(job, where_raised(error))
        else:
            self._done.append(job)

    async def _put_back(self, job: Job) -> None:
        await self._db.write(lambda tx: self._table.release(tx, self._owner, job))

    async def _give_way(self, took_s: float) -> None:
        """Rest as long as the work took: whatever the load, half of a place's time is others'."""
        await asyncio.sleep(min(took_s, LONGEST_REST_S))

    async def _fail(self, job: Job, error: str) -> None:
        dead = await self._db.write(lambda tx: self._table.fail(tx, self._owner, job, error))
        say = _log.error if dead else _log.warning
        say("job_dead" if dead else "job_failed", tenant_id=job.tenant_id, job_id=job.id,
            kind=job.kind, attempt=job.attempt, error=error)  # fmt: skip

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            held, until = tuple(self._held), self._clock.now_ms() + LEASE_MS
            if held:
                await self._db.write(partial(self._hold, held=held, until=until))

    def _hold(self, tx: Tx, held: tuple[str, ...], until: int) -> None:
        self._table.renew(tx, self._owner, held, until)
