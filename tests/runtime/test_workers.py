"""Background work on both databases: leases, pauses, the dead, the clock, and a clean stop."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from tests.tools.clock import FakeClock
from trunkline.adapters.sql import SqlStore
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job, JobHandler, JobState
from trunkline.runtime import retention
from trunkline.runtime.workers import LEASE_MS, PARALLEL, Workers


def workers(store: SqlStore, clock: FakeClock, cron: dict[str, str] | None = None, **handlers):
    return Workers(store.db, store.jobs, clock, handlers, cron or {})


async def enqueue(store: SqlStore, kind: str, tenant_id: str = "one", **options: Any) -> str:
    return await store.db.write(
        lambda tx: store.jobs.enqueue(tx, tenant_id, kind, {"n": 1}, **options)
    )


async def states(store: SqlStore, tenant_id: str = "one") -> list[tuple[JobState, int]]:
    found = await store.db.read(lambda tx: store.jobs.find(tx, tenant_id, None, None, 100))
    return [(job.state, job.attempt) for job in found]


def noting(done: list[str]) -> JobHandler:
    async def handle(job: Job) -> None:
        done.append(job.tenant_id)

    return handle


async def failing(job: Job) -> None:
    raise ValueError("+8613800000001 said no")


async def test_due_work_is_done_once_and_seen_as_done(store, clock) -> None:
    done: list[str] = []
    await enqueue(store, "call")
    await enqueue(store, "call", "two")

    assert await workers(store, clock, call=noting(done)).run_due() == 2
    assert sorted(done) == ["one", "two"]
    assert await states(store) == [(JobState.DONE, 1)]
    assert await states(store, "two") == [(JobState.DONE, 1)]


async def test_two_workers_never_do_the_same_job(store, clock) -> None:
    done: list[str] = []
    for _ in range(20):
        await enqueue(store, "call")
    both = [workers(store, clock, call=noting(done)) for _ in range(2)]

    assert sum(await asyncio.gather(*(each.run_due() for each in both))) == len(done) == 20


async def test_work_that_is_put_off_waits_for_its_time(store, clock) -> None:
    done: list[str] = []
    worker = workers(store, clock, call=noting(done))
    await enqueue(store, "call", run_at=clock.now_ms() + 60_000)

    assert await worker.run_due() == 0
    clock.advance(60_000)
    assert await worker.run_due() == 1


async def test_work_of_a_rolled_back_cause_does_not_exist(store, clock) -> None:
    def cause(tx: Tx) -> None:
        store.jobs.enqueue(tx, "one", "call", {})
        raise KeyError

    with pytest.raises(KeyError):
        await store.db.write(cause)

    assert await states(store) == []


async def test_a_key_that_waits_or_runs_keeps_its_first_job(store, clock) -> None:
    first, again = [await enqueue(store, "call", dedupe_key="k") for _ in range(2)]
    other = await enqueue(store, "call", "two", dedupe_key="k")
    await workers(store, clock, call=noting([])).run_due()
    later = await enqueue(store, "call", dedupe_key="k")

    assert first == again
    assert len({first, other, later}) == 3


async def test_many_at_once_with_one_key_make_one_job(store, clock) -> None:
    ids = await asyncio.gather(*(enqueue(store, "call", dedupe_key="k") for _ in range(20)))

    assert len(set(ids)) == 1


async def test_what_fails_is_tried_again_with_growing_pauses_and_then_is_dead(store, clock):
    worker = workers(store, clock, call=failing)
    await enqueue(store, "call", max_attempts=3)
    pauses = []
    while (await states(store))[0][0] is not JobState.DEAD:
        waited = 0
        while not await worker.run_due():
            clock.advance(1_000)
            waited += 1
        pauses.append(waited)

    assert pauses == [0, 2, 4]
    (dead,) = await store.db.read(lambda tx: store.jobs.find(tx, "one", JobState.DEAD, None, 9))
    assert dead.error is not None
    assert dead.error.startswith("ValueError in failing")
    assert "138" not in dead.error


async def test_a_dead_job_runs_again_when_a_person_says_so_but_not_for_another_tenant(store, clock):
    done: list[str] = []
    job_id = await enqueue(store, "call", max_attempts=1)
    await workers(store, clock, call=failing).run_due()

    def retry(tenant_id: str) -> Any:
        return store.db.write(lambda tx: store.jobs.retry(tx, tenant_id, job_id))

    assert await retry("two") is None
    assert (await retry("one")).state is JobState.WAITING
    assert await workers(store, clock, call=noting(done)).run_due() == 1
    assert await retry("one") is None


async def test_a_job_whose_worker_died_is_taken_by_another(store, clock) -> None:
    done: list[str] = []
    await enqueue(store, "call")
    until = clock.now_ms() + LEASE_MS
    (lost,) = await store.db.write(lambda tx: store.jobs.lease(tx, "dead worker", until, 9))
    worker = workers(store, clock, call=noting(done))

    assert await worker.run_due() == 0
    clock.advance(LEASE_MS + 1)
    assert await worker.run_due() == 1
    await store.db.write(lambda tx: store.jobs.fail(tx, "dead worker", lost, "too late"))
    assert await states(store) == [(JobState.DONE, 2)]


async def test_a_job_that_kills_its_workers_is_dead_in_the_end(store, clock) -> None:
    await enqueue(store, "call", max_attempts=2)
    for _ in range(3):
        until = clock.now_ms() + LEASE_MS
        await store.db.write(lambda tx, until=until: store.jobs.lease(tx, "w", until, 9))
        clock.advance(LEASE_MS + 1)

    assert await states(store) == [(JobState.DEAD, 2)]


async def test_a_stopped_worker_gives_back_what_is_unfinished_and_what_waits(store, clock) -> None:
    begun = asyncio.Event()
    at_work: list[str] = []

    async def endless(job: Job) -> None:
        at_work.append(job.id)
        begun.set()
        await asyncio.Event().wait()

    for _ in range(PARALLEL + 2):
        await enqueue(store, "call")
    running = asyncio.create_task(workers(store, clock, call=endless).run())
    async with asyncio.timeout(10):
        await begun.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    assert len(at_work) <= PARALLEL
    assert await states(store) == [(JobState.WAITING, 0)] * (PARALLEL + 2)


async def test_running_workers_wake_up_for_what_is_added(store, clock) -> None:
    done = asyncio.Event()

    async def handle(job: Job) -> None:
        done.set()

    running = asyncio.create_task(workers(store, clock, call=handle).run())
    await enqueue(store, "call")
    async with asyncio.timeout(10):
        await done.wait()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_clock_brings_work_and_makes_up_once_for_what_was_missed(store, clock) -> None:
    done: list[str] = []
    worker = workers(store, clock, {"sweep": "0 * * * *"}, sweep=noting(done))
    await worker.run_due()
    for _ in range(2):
        clock.advance(3_600_000)
        await worker.run_due()
    clock.advance(5 * 3_600_000)
    await worker.run_due()
    await worker.run_due()

    assert len(done) == 3


async def test_done_work_is_forgotten_after_a_day(store, clock) -> None:
    handlers = retention.handlers(store.db, store.events, store.jobs, clock)
    worker = Workers(store.db, store.jobs, clock, handlers | {"call": noting([])}, retention.CRON)
    await enqueue(store, "call")
    await worker.run_due()
    clock.advance(retention.DONE_JOBS_KEPT_MS + 600_000)
    await enqueue(store, "call", "two")
    await worker.run_due()

    assert await states(store) == []
    assert await states(store, "two") == [(JobState.DONE, 1)]
