"""The tenant's routing rules over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from trunkline.features import audit
from trunkline.features.routing import service
from trunkline.features.routing.schemas import RoutingRules, RoutingRulesOut
from trunkline.features.tenancy import (
    IfMatch,
    Principal,
    Writing,
    entity_tag,
    permit,
    problem,
    require_match,
)
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/routing-rules", tags=["routing"], responses=problem(401, 403, 422))
READ = "routing.read"


@router.get("")
async def get_routing_rules(
    platform: PlatformDep, response: Response, principal: Principal = permit(READ)
) -> RoutingRulesOut:
    """Whom agents serve first, when they help out, and who knows a product best."""
    found = await _told(platform, principal)
    response.headers["ETag"] = entity_tag(found.version)
    return found


@router.put("", responses=problem(412, 428))
async def put_routing_rules(
    platform: PlatformDep,
    body: RoutingRules,
    response: Response,
    if_match: IfMatch = None,
    principal: Principal = permit("routing.write"),
) -> RoutingRulesOut:
    """Replace the rules; the tenant's cell routes by them at once."""

    def work(on: Writing) -> str:
        require_match(if_match, service.rules(on.tx, on.tenant_id)[1])
        service.change(on, body)
        return on.tenant_id

    deed = audit.Deed("routing_rule", "updated", READ, routes=True)
    await audit.perform(platform, principal, deed, work)
    found = await _told(platform, principal)
    response.headers["ETag"] = entity_tag(found.version)
    return found


async def _told(platform: Platform, principal: Principal) -> RoutingRulesOut:
    found, version = await platform.db.read(lambda tx: service.rules(tx, principal.tenant_id))
    return RoutingRulesOut.of(found, version)
