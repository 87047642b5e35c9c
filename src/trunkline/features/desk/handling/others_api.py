"""Others in a call, over HTTP: consulted, transferred to, in conference. Each verb answers 202."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from trunkline.core.call import wishes as w
from trunkline.core.words import AgentId, InteractionId, PartyId, PartyRole
from trunkline.features.desk.handling import others
from trunkline.features.desk.handling.schemas import ConferenceAsked, PartyAsked, TransferAsked
from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(
    prefix="/interactions/{interaction_id}",
    tags=["desk"],
    responses=problem(401, 403, 404, 409, 422, 503),
)
CONTROL = "interactions.control"
PartyRef = Annotated[str, Path(min_length=1, max_length=80)]


@router.post("/transfer", status_code=202)
async def transfer(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: TransferAsked,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Give the customer to a queue, a flow, a colleague or an outside number."""
    return await others.transfer(platform, principal, interaction_id, body)


@router.post("/consult", status_code=202)
async def consult(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: PartyAsked,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Ask somebody while the customer hears music."""
    return await others.invite(platform, principal, interaction_id, PartyRole.CONSULT, body.to)


@router.post("/swap", status_code=202)
async def swap(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Turn from the consulted party to the customer, or back."""
    return await _submit(platform, principal, w.SwapConsult(*_mine(principal, interaction_id)))


@router.post("/conference", status_code=202)
async def conference(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: ConferenceAsked,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Bring somebody into the talk, or customer and consulted party together."""
    return await others.conference(platform, principal, interaction_id, body.to)


@router.delete("/parties/{party_id}", status_code=202)
async def remove_party(
    interaction_id: InteractionRef,
    party_id: PartyRef,
    platform: PlatformDep,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Send somebody away, or give up ringing them; `consult` is who is consulted or rung."""
    party = None if party_id == "consult" else PartyId(party_id)
    given = w.RemoveParty(*_mine(principal, interaction_id), party)
    return await _submit(platform, principal, given)


@router.post("/join", status_code=202)
async def join(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Come to the call of a colleague who asks."""
    return await _submit(platform, principal, w.JoinCall(*_mine(principal, interaction_id)))


@router.post("/leave", status_code=202)
async def leave(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Leave the call of a colleague, or say that I will not come."""
    return await _submit(platform, principal, w.LeaveCall(*_mine(principal, interaction_id)))


def _mine(principal: Principal, interaction_id: str) -> tuple[AgentId, InteractionId]:
    return AgentId(principal.user_id), InteractionId(interaction_id)


async def _submit(platform: Platform, principal: Principal, given: w.PartyWish) -> SubmittedOut:
    accepted = await platform.cells.submit(principal.tenant_id, given)
    return SubmittedOut(seq=accepted.seq)
