"""Targets over HTTP: one search for all to whom a call may go."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.features.desk.targets import service
from trunkline.features.desk.targets.schemas import TargetsOut
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/targets", tags=["desk"], responses=problem(401, 403, 422, 503))


@router.get("")
async def find_targets(
    platform: PlatformDep,
    q: Annotated[str, Query(max_length=60)] = "",
    principal: Principal = permit("desk.use"),
) -> TargetsOut:
    """Colleagues and queues of the tenant, by name, extension or team; without `q` the first."""
    return await platform.db.read(lambda tx: service.found(tx, platform, principal, q))
