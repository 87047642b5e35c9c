"""Survey results over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.features.surveys import service
from trunkline.features.surveys.schemas import SurveySummary
from trunkline.features.surveys.service import READ, By
from trunkline.features.tenancy import Instant, Principal, epoch_ms, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/surveys", tags=["surveys"], responses=problem(401, 403, 422))


@router.get("/summary")
async def get_summary(
    platform: PlatformDep,
    by: By = "agent",
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
    principal: Principal = permit(READ),
) -> SurveySummary:
    """Marks of agents or queues, of surveys asked `from` a time `to` before another."""
    first = None if since is None else epoch_ms(since)
    last = None if until is None else epoch_ms(until)
    items = await platform.db.read(lambda tx: service.summary(tx, principal, by, first, last))
    return SurveySummary(items=items)
