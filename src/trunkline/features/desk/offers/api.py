"""Offers over HTTP: what rings, accept, decline; and the pop of any interaction one may see."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.core import inputs as i
from trunkline.core.words import AgentId, OfferId
from trunkline.features.desk import sight
from trunkline.features.desk.offers import service
from trunkline.features.desk.offers.pop import pop_of
from trunkline.features.desk.offers.schemas import (
    OfferDeclined,
    OfferList,
    OfferWithPop,
    PopOut,
)
from trunkline.features.desk.schemas import InteractionRef, OfferRef, SubmittedOut
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["desk"], responses=problem(401, 403))


@router.get("/me/offers", responses=problem(503))
async def list_my_offers(
    platform: PlatformDep, principal: Principal = permit("desk.use")
) -> OfferList:
    """What rings for me now."""
    return OfferList(items=await service.open_offers(platform, principal))


@router.get("/offers/{offer_id}", responses=problem(404, 422))
async def show_offer(
    offer_id: OfferRef, platform: PlatformDep, principal: Principal = permit("interactions.read")
) -> OfferWithPop:
    """One offer, open or over."""
    return await platform.db.read(lambda tx: service.offer(tx, platform, principal, offer_id))


@router.post("/offers/{offer_id}/accept", status_code=202, responses=problem(404, 409, 422, 503))
async def accept_offer(
    offer_id: OfferRef, platform: PlatformDep, principal: Principal = permit("desk.use")
) -> SubmittedOut:
    """Take it; the softphone is rung into the call."""
    given = i.AcceptOffer(AgentId(principal.user_id), OfferId(offer_id))
    accepted = await platform.cells.submit(principal.tenant_id, given)
    return SubmittedOut(seq=accepted.seq)


@router.post("/offers/{offer_id}/decline", status_code=202, responses=problem(404, 409, 422, 503))
async def decline_offer(
    offer_id: OfferRef,
    platform: PlatformDep,
    body: OfferDeclined,
    principal: Principal = permit("desk.use"),
) -> SubmittedOut:
    """Refuse it, where the queue allows that."""
    given = i.DeclineOffer(AgentId(principal.user_id), OfferId(offer_id), body.reason)
    accepted = await platform.cells.submit(principal.tenant_id, given)
    return SubmittedOut(seq=accepted.seq)


@router.get("/interactions/{interaction_id}/pop", responses=problem(404, 422))
async def show_pop(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    principal: Principal = permit("interactions.read"),
) -> PopOut:
    """Who it is, what is open, and how he came."""

    def work(tx: Tx) -> PopOut:
        row = sight.visible(tx, principal, interaction_id)
        return pop_of(tx, platform, principal, row)

    return await platform.db.read(work)
