"""Supervision over HTTP. Each deed is written down, and answered 202 once it is durable."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.core.call.wishes import AttendCall, EndCall, LeaveCall, TakeOverCall
from trunkline.core.words import AgentId, InteractionId, PartyRole
from trunkline.features.desk.asking import as_agent
from trunkline.features.desk.deeds import written_down
from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.desk.supervision import service
from trunkline.features.desk.supervision.schemas import Attending
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(
    prefix="/interactions/{interaction_id}",
    tags=["supervision"],
    responses=problem(401, 403, 404, 409, 422, 503),
)
LISTEN, INTERVENE = "calls.listen", "calls.intervene"


@router.put("/attendance", status_code=202)
async def attend(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: Attending,
    principal: Principal = permit(LISTEN),
) -> SubmittedOut:
    """Listen, whisper or barge in on my own device; a second time changes how."""
    if body.mode != "listen":
        principal.require(INTERVENE)
    agent = await as_agent(platform, principal)
    given = AttendCall(AgentId(agent.id), InteractionId(interaction_id), PartyRole(body.mode))
    return await service.do(platform, principal, LISTEN, interaction_id, body.mode, given)


@router.delete("/attendance", status_code=202)
async def stop_attending(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(LISTEN)
) -> SubmittedOut:
    """Leave the call."""
    given = LeaveCall(AgentId(principal.user_id), InteractionId(interaction_id))
    also = written_down(platform, principal, "interactions.supervised", interaction_id, how="leave")
    accepted = await platform.cells.submit(principal.tenant_id, given, also=also)
    return SubmittedOut(seq=accepted.seq)


@router.post("/take-over", status_code=202)
async def take_over(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(INTERVENE)
) -> SubmittedOut:
    """Have the customer from now, in place of the agent; only who attends can."""
    given = TakeOverCall(AgentId(principal.user_id), InteractionId(interaction_id))
    return await service.do(platform, principal, INTERVENE, interaction_id, "take_over", given)


@router.post("/end", status_code=202)
async def end(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(INTERVENE)
) -> SubmittedOut:
    """End the call for everybody; the customer is not asked for a mark."""
    given = EndCall(InteractionId(interaction_id), principal.user_id)
    return await service.do(platform, principal, INTERVENE, interaction_id, "end", given)
