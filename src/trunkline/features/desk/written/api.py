"""What is written, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.desk.written import service
from trunkline.features.desk.written.schemas import (
    InteractionFinished,
    InteractionNew,
    InteractionOpened,
)
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.runtime.platform import PlatformDep

router = APIRouter(
    prefix="/interactions", tags=["interactions"], responses=problem(401, 403, 404, 409, 422, 503)
)


@router.post("", status_code=201)
async def open_interaction(
    body: InteractionNew, platform: PlatformDep, principal: Principal = permit(service.CREATE)
) -> InteractionOpened:
    """Put a chat, a mail or a task into a queue, where it stands in line with the calls."""
    return await service.open_one(platform, principal, body)


@router.post("/{interaction_id}/withdraw", status_code=202)
async def withdraw_interaction(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    principal: Principal = permit(service.CREATE),
) -> SubmittedOut:
    """Nobody needs to do it any more; whoever handles it wraps it up."""
    accepted = await service.withdraw(platform, principal, interaction_id)
    return SubmittedOut(seq=accepted.seq)


@router.post("/{interaction_id}/finish", status_code=202)
async def finish_interaction(
    interaction_id: InteractionRef,
    body: InteractionFinished,
    platform: PlatformDep,
    principal: Principal = permit("interactions.control"),
) -> SubmittedOut:
    """I am done with something written; its wrap-up begins, or is over with a disposition."""
    accepted = await service.finish(platform, principal, interaction_id, body.disposition)
    return SubmittedOut(seq=accepted.seq)
