"""Published flows over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from trunkline.features.flows import service, store
from trunkline.features.flows.schemas import FlowCard, FlowList, FlowOut
from trunkline.features.tenancy import Principal, entity_tag, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/flows", tags=["flows"], responses=problem(401, 403, 422))


@router.get("")
async def list_flows(
    platform: PlatformDep, principal: Principal = permit("flows.read")
) -> FlowList:
    """All published flows, by name."""
    rows = await platform.db.read(lambda tx: store.every(tx, principal.tenant_id))
    return FlowList(items=[FlowCard.of(row) for row in rows])


@router.get("/{flow}", responses=problem(404))
async def get_flow(
    platform: PlatformDep,
    flow: str,
    response: Response,
    principal: Principal = permit("flows.read"),
) -> FlowOut:
    """One flow with its graph, by its id or name."""
    row = await platform.db.read(lambda tx: service.find(tx, principal.tenant_id, flow))
    response.headers["ETag"] = entity_tag(row.version)
    return FlowOut(**dict(FlowCard.of(row)), graph=row.graph)
