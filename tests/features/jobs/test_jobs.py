"""Background work as an administrator sees it, each tenant its own."""

from typing import Any

import pytest

from tests.tools.clock import FakeClock
from tests.tools.rig import NOON, Rig
from trunkline.adapters.sql.jobs import SqlJobs
from trunkline.adapters.sql.journal import SqlJournal
from trunkline.features import audit, jobs
from trunkline.kit.ids import TimeIds
from trunkline.ports.database import Tx
from trunkline.ports.journal import DeadLetter

CLOCK = FakeClock(NOON)


@pytest.fixture
def rig() -> Rig:
    return Rig(jobs.router, audit.router, jobs=SqlJobs(CLOCK, TimeIds(CLOCK)))


def add(rig: Rig, tenant_id: str, kind: str, *, dead: bool = False) -> str:
    table: Any = rig.platform.jobs

    def work(tx: Tx) -> str:
        job_id = str(table.enqueue(tx, tenant_id, kind, {}, max_attempts=1))
        if dead:
            (taken,) = table.lease(tx, "w", NOON + 1, 9)
            table.fail(tx, "w", taken, "ValueError in x:1")
        return job_id

    return rig.db.do(work)


async def items(rig: Rig, path: str, tenant_id: str = "one") -> list[dict[str, Any]]:
    async with rig.as_(tenant_id) as client:
        reply = await client.get(path)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


async def test_jobs_are_listed_by_state_for_their_tenant_only(rig) -> None:
    dead = add(rig, "one", "mail", dead=True)
    waiting = add(rig, "one", "encode")
    other = add(rig, "two", "encode")

    assert [job["id"] for job in await items(rig, "/jobs")] == [waiting, dead]
    assert [job["error"] for job in await items(rig, "/jobs?state=dead")] == ["ValueError in x:1"]
    assert [job["id"] for job in await items(rig, "/jobs", "two")] == [other]


async def test_a_long_list_comes_in_pages(rig) -> None:
    made = [add(rig, "one", "encode") for _ in range(5)]
    seen, cursor = [], ""
    async with rig.as_("one") as client:
        while cursor is not None:
            page = (await client.get(f"/jobs?limit=2{cursor and f'&cursor={cursor}'}")).json()
            seen += [job["id"] for job in page["items"]]
            cursor = page["next"]

    assert seen == made[::-1]


async def test_a_dead_job_is_run_again_by_its_own_tenant_only(rig) -> None:
    job_id = add(rig, "one", "mail", dead=True)

    async with rig.as_("two") as stranger, rig.as_("one") as owner:
        refused = await stranger.post(f"/jobs/{job_id}/retry")
        again = await owner.post(f"/jobs/{job_id}/retry")
        twice = await owner.post(f"/jobs/{job_id}/retry")

    assert (refused.status_code, refused.json()["code"]) == (404, "job_unknown")
    assert (again.status_code, again.json()["state"], again.json()["attempt"]) == (
        200,
        "waiting",
        0,
    )
    assert twice.status_code == 404
    assert rig.outbox.kinds() == ["trunkline.job.retried.v1"]
    (written,) = await items(rig, "/audit?action=jobs.retried")
    assert written["subject"] == job_id


async def test_dead_letters_of_the_cell_are_seen_by_their_tenant_only(rig) -> None:
    for tenant_id in ("one", "two"):
        letter = DeadLetter(NOON, {"kind": "Tick"}, f"KeyError of {tenant_id}")
        rig.db.do(lambda tx, t=tenant_id, kept=letter: SqlJournal().bury(tx, t, "c", kept))

    (found,) = await items(rig, "/dead-letters")
    assert (found["error"], found["at"]) == ("KeyError of one", "2026-11-21T12:00:00.000Z")


async def test_an_agent_sees_no_background_work(rig) -> None:
    async with rig.as_("one", "agent") as agent:
        for path in ("/jobs", "/dead-letters"):
            assert (await agent.get(path)).status_code == 403
        assert (await agent.post("/jobs/job_1/retry")).status_code == 403


@pytest.mark.parametrize("path", ["/jobs", "/dead-letters"])
async def test_a_cursor_of_something_else_is_refused(rig, path) -> None:
    async with rig.as_("one") as client:
        reply = await client.get(f"{path}?cursor=bm9uc2Vuc2U")
    assert (reply.status_code, reply.json()["code"]) == (400, "cursor_invalid")
