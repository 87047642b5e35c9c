"""Parked calls over HTTP. Who sees a queue live may fetch what was parked out of it."""

from __future__ import annotations

from fastapi import APIRouter

from trunkline.core.call.wishes import ParkCall, PartyWish, RetrieveCall
from trunkline.core.config import MOST_SLOTS
from trunkline.core.words import AgentId, InteractionId
from trunkline.features import interactions, queues
from trunkline.features.desk import sight
from trunkline.features.desk.asking import as_agent
from trunkline.features.desk.interactions import reading
from trunkline.features.desk.parked.schemas import ParkAsked, ParkedList, ParkedOut
from trunkline.features.desk.schemas import InteractionRef, SubmittedOut
from trunkline.features.interactions import Reach, Wanted
from trunkline.features.tenancy import Principal, instant, permit, problem
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(tags=["desk"], responses=problem(401, 403, 404, 409, 422, 503))
CONTROL, LIVE = "interactions.control", "live.read"


@router.post("/interactions/{interaction_id}/park", status_code=202)
async def park(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    body: ParkAsked | None = None,
    principal: Principal = permit(CONTROL),
) -> SubmittedOut:
    """Leave the customer in a slot, with music, for a colleague to fetch."""
    slot = body.slot if body else None
    given = ParkCall(AgentId(principal.user_id), InteractionId(interaction_id), slot)
    return await _submit(platform, principal, given)


@router.post("/interactions/{interaction_id}/retrieve", status_code=202)
async def retrieve(
    interaction_id: InteractionRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> SubmittedOut:
    """Fetch a parked customer: my device rings, and we talk when it is answered."""
    await platform.db.read(lambda tx: _reached(tx, principal, interaction_id))
    agent = await as_agent(platform, principal)
    given = RetrieveCall(AgentId(agent.id), InteractionId(interaction_id))
    return await _submit(platform, principal, given)


@router.get("/parked")
async def list_parked(platform: PlatformDep, principal: Principal = permit(LIVE)) -> ParkedList:
    """What is parked now, by slot: out of the queues that I see, and by me."""

    def work(tx: Tx) -> ParkedList:
        wanted = Wanted(state="parked")
        rows = interactions.page(tx, principal.tenant_id, _reach(tx, principal), wanted, MOST_SLOTS)
        ids = [row.id for row in rows]
        stays = interactions.standing(tx, principal.tenant_id, ids, "parked")
        told = reading.listed(tx, platform.keys, principal, rows)
        found = [
            ParkedOut(
                interaction_id=one.id,
                slot=int(stays[one.id]["detail"]),
                since=instant(stays[one.id]["started_at"]),
                by=one.agent,
                queue=one.queue,
                customer=one.customer,
                phone_masked=one.phone_masked,
            )
            for one in told
            if one.id in stays
        ]
        return ParkedList(items=sorted(found, key=lambda one: one.slot))

    return await platform.db.read(work)


def _reach(tx: Tx, principal: Principal) -> Reach:
    teams = principal.visible_teams(LIVE)
    if teams is None:
        return Reach()
    seen = queues.list_queues(tx, principal.tenant_id, teams)
    return Reach(frozenset({principal.user_id}), frozenset(queue.id for queue in seen))


def _reached(tx: Tx, principal: Principal, interaction_id: str) -> None:
    """What is parked out of another team's queue is not there, unless I parked it."""
    row = sight.own(tx, principal, interaction_id)
    reach = _reach(tx, principal)
    theirs = reach.queue_ids is not None and row.queue_id not in reach.queue_ids
    if theirs and row.agent_id != principal.user_id:
        raise sight.unknown()


async def _submit(platform: Platform, principal: Principal, given: PartyWish) -> SubmittedOut:
    accepted = await platform.cells.submit(principal.tenant_id, given)
    return SubmittedOut(seq=accepted.seq)
