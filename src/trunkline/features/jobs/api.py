"""Seeing background work and running it again; the tables are the runtime's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from trunkline.features import audit
from trunkline.features.jobs.schemas import DeadLetterOut, JobOut
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.jobs import JobRecord, JobState
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["jobs"])

Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


@router.get("/jobs", responses=problem(400, 401, 403, 422))
async def list_jobs(
    platform: PlatformDep,
    state: JobState | None = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit("jobs.read"),
) -> Page[JobOut]:
    """Background work of the tenant, newest first; done work is kept for a day."""
    before = str(decode_cursor(cursor, str)[0]) if cursor else None
    found = await platform.db.read(
        lambda tx: platform.jobs.find(tx, principal.tenant_id, state, before, limit + 1)
    )
    page, following = cut(found, limit, lambda job: (job.id,))
    return Page(items=[JobOut.of(job) for job in page], next=following)


@router.post("/jobs/{job_id}/retry", responses=problem(401, 403, 404, 422))
async def retry_job(
    platform: PlatformDep,
    job_id: Annotated[str, Path(max_length=40, pattern="^[A-Za-z0-9_]+$")],
    principal: Principal = permit("jobs.write"),
) -> JobOut:
    """Let a dead job run again at once, with all its attempts; it stands in the audit log."""
    found: list[JobRecord] = []

    def work(on: Writing) -> str:
        job = platform.jobs.retry(on.tx, on.tenant_id, job_id)
        if job is None:
            raise TrunklineError("job_unknown", 404, "There is no dead job with this id.")
        found.append(job)
        return job.id

    await audit.perform(platform, principal, audit.Deed("job", "retried", "jobs.read"), work)
    return JobOut.of(found[0])


@router.get("/dead-letters", responses=problem(400, 401, 403, 422))
async def list_dead_letters(
    platform: PlatformDep,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit("jobs.read"),
) -> Page[DeadLetterOut]:
    """Inputs that the tenant's cell could not decide, newest first."""
    before = int(decode_cursor(cursor, int)[0]) if cursor else None
    found = await platform.db.read(
        lambda tx: platform.jobs.buried(tx, principal.tenant_id, before, limit + 1)
    )
    page, following = cut(found, limit, lambda letter: (letter.id,))
    return Page(items=[DeadLetterOut.of(letter) for letter in page], next=following)
