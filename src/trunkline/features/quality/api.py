"""Ways that were left, over HTTP; the quality of an interaction is told beside the interaction."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features.quality import store
from trunkline.features.quality.schemas import WayList, WayOut
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/quality", tags=["quality"], responses=problem(401, 403))


@router.get("/ways")
async def list_ways(platform: PlatformDep, principal: Principal = permit("trunks.read")) -> WayList:
    """Trunks and nodes that new calls left for their loss, or have come back to."""
    rows = await platform.db.read(lambda tx: store.ways_of(tx, principal.tenant_id))
    return WayList(items=[WayOut.of(row) for row in rows])
