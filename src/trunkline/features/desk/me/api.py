"""Me over HTTP: the agent's wish, device, softphone and what is still owed."""

from __future__ import annotations

from fastapi import APIRouter, Request

from trunkline.core import inputs as i
from trunkline.core.words import AgentId
from trunkline.features import agents
from trunkline.features.desk.asking import as_agent
from trunkline.features.desk.me import service, softphones
from trunkline.features.desk.me.schemas import (
    DeviceChosen,
    MeOut,
    SoftphoneOut,
    StateChosen,
    UnfinishedList,
)
from trunkline.features.desk.schemas import SubmittedOut
from trunkline.features.tenancy import Principal, Writing, permit, problem
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/me", tags=["desk"], responses=problem(401, 403))


@router.get("", responses=problem(404, 503))
async def show_me(
    request: Request, platform: PlatformDep, principal: Principal = permit("me.use")
) -> MeOut:
    """Who is signed in, and what he is at."""
    return await service.told(platform, principal, _csrf(request))


@router.put("/state", responses=problem(404, 409, 422, 503))
async def choose_state(
    request: Request,
    platform: PlatformDep,
    body: StateChosen,
    principal: Principal = permit("desk.use"),
) -> MeOut:
    """Be ready, not ready or offline; while work is open it applies when the work ends."""
    agent = await as_agent(platform, principal)
    given = i.SetState(AgentId(agent.id), body.state, body.reason)
    await platform.cells.submit(principal.tenant_id, given)
    return await service.told(platform, principal, _csrf(request))


@router.delete("/state-pending", responses=problem(404, 503))
async def cancel_pending_state(
    request: Request, platform: PlatformDep, principal: Principal = permit("desk.use")
) -> MeOut:
    """Take back a state that was to apply when the work ends."""
    given = i.CancelPendingState(AgentId(principal.user_id))
    await platform.cells.submit(principal.tenant_id, given)
    return await service.told(platform, principal, _csrf(request))


@router.put("/device", responses=problem(404, 409, 422, 503))
async def choose_device(
    request: Request,
    platform: PlatformDep,
    body: DeviceChosen,
    principal: Principal = permit("desk.use"),
) -> MeOut:
    """Be reached in the browser or on the desk phone; not changed while something rings."""
    agent = await as_agent(platform, principal)

    def also(tx: Tx) -> None:
        on = Writing(tx, platform.keys, platform.ids, principal.tenant_id, platform.clock.now_ms())
        agents.change(on, agent.id, {"device": body.kind.value})

    given = i.SetDevice(AgentId(agent.id), body.kind)
    await platform.cells.submit(principal.tenant_id, given, also=also)
    return await service.told(platform, principal, _csrf(request))


@router.get("/softphone", responses=problem(404, 409, 503))
async def get_softphone(
    platform: PlatformDep, principal: Principal = permit("desk.use")
) -> SoftphoneOut:
    """Credentials for this page's softphone; each asking replaces the ones before."""
    return await softphones.credentials(platform, principal)


@router.post("/reattach", status_code=202, responses=problem(404, 503))
async def reattach(
    platform: PlatformDep, principal: Principal = permit("desk.use")
) -> SubmittedOut:
    """The page was loaded anew and its softphone is registered: give the call back."""
    given = i.Reattach(AgentId(principal.user_id))
    accepted = await platform.cells.submit(principal.tenant_id, given)
    return SubmittedOut(seq=accepted.seq)


@router.get("/unfinished", responses=problem(503))
async def list_unfinished(
    platform: PlatformDep, principal: Principal = permit("desk.use")
) -> UnfinishedList:
    """Interactions whose outcome I still owe."""
    return UnfinishedList(items=await service.unfinished(platform, principal))


def _csrf(request: Request) -> str | None:
    return getattr(request.state, "csrf", None)
