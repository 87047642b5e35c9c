"""Interactions over HTTP: list, page, one's own recent ones, and those of a customer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.core.words import Channel
from trunkline.features import customers, interactions, quality, queues
from trunkline.features.desk import sight
from trunkline.features.desk.interactions import reading
from trunkline.features.desk.interactions.schemas import (
    Id,
    InteractionList,
    InteractionOut,
    InteractionPage,
    State,
)
from trunkline.features.desk.schemas import InteractionRef
from trunkline.features.interactions import InteractionRow, Reach, Wanted
from trunkline.features.quality import InteractionQuality
from trunkline.features.tenancy import Instant, Principal, epoch_ms, permit, problem
from trunkline.kit.crypto import KeyRing
from trunkline.kit.errors import TrunklineError
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import PlatformDep

router = APIRouter(tags=["interactions"], responses=problem(401, 403, 422))
MOST_OWN = 20
Cursor = Annotated[str | None, Query(max_length=300)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
LATEST_MS = 2**53


@router.get("/interactions", responses=problem(400, 404))
async def list_interactions(
    platform: PlatformDep,
    state: State | None = None,
    queue: Id = None,
    channel: Channel | None = None,
    customer: Id = None,
    agent: Id = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit("interactions.read"),
) -> Page[InteractionOut]:
    """Interactions one may see, newest first; `queue` is an id or name, times are of the start."""
    before = _before(cursor)

    def work(tx: Tx) -> Page[InteractionOut]:
        wanted = Wanted(
            state=state,
            queue_id=queues.find(tx, principal.tenant_id, queue).id if queue else None,
            channel=channel,
            customer_id=customer,
            agent_id=agent,
            since=epoch_ms(since) if since else None,
            until=epoch_ms(until) if until else None,
            before=before,
        )
        found = interactions.page(
            tx, principal.tenant_id, sight.reach(tx, principal), wanted, limit + 1
        )
        rows, following = cut(found, limit, lambda row: (row.started_at, row.id))
        return Page(items=reading.listed(tx, platform.keys, principal, rows), next=following)

    return await platform.db.read(work)


@router.get("/interactions/{interaction_id}", responses=problem(404))
async def show_interaction(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    principal: Principal = permit("interactions.read"),
) -> InteractionPage:
    """One interaction: segments, offers with their explanations, recordings, survey, ticket."""

    def work(tx: Tx) -> InteractionPage:
        row = sight.visible(tx, principal, interaction_id)
        return reading.whole(tx, platform.keys, principal, row)

    return await platform.db.read(work)


@router.get("/interactions/{interaction_id}/quality", responses=problem(404))
async def show_quality(
    interaction_id: InteractionRef,
    platform: PlatformDep,
    principal: Principal = permit("interactions.read"),
) -> InteractionQuality:
    """How each leg of an interaction sounded, every five seconds and over the whole of it."""

    def work(tx: Tx) -> InteractionQuality:
        row = sight.visible(tx, principal, interaction_id)
        return InteractionQuality(items=quality.of_interaction(tx, principal.tenant_id, row.id))

    return await platform.db.read(work)


@router.get("/me/interactions")
async def list_my_interactions(
    platform: PlatformDep, principal: Principal = permit("desk.use")
) -> InteractionList:
    """The interactions that I handled last."""

    def work(tx: Tx) -> InteractionList:
        wanted = Wanted(agent_id=principal.user_id)
        rows = interactions.page(tx, principal.tenant_id, Reach(), wanted, MOST_OWN)
        return InteractionList(items=reading.listed(tx, platform.keys, principal, rows))

    return await platform.db.read(work)


@router.get("/customers/{customer_id}/interactions", responses=problem(400, 404))
async def list_customer_interactions(
    customer_id: InteractionRef,
    platform: PlatformDep,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit("interactions.read"),
) -> Page[InteractionOut]:
    """The interactions of a customer that one may see, newest first."""
    before = _before(cursor)

    def work(tx: Tx) -> Page[InteractionOut]:
        _check_customer(tx, platform.keys, principal, customer_id)
        wanted = Wanted(customer_id=customer_id, before=before)
        found: list[InteractionRow] = interactions.page(
            tx, principal.tenant_id, sight.reach(tx, principal), wanted, limit + 1
        )
        rows, following = cut(found, limit, lambda row: (row.started_at, row.id))
        return Page(items=reading.listed(tx, platform.keys, principal, rows), next=following)

    return await platform.db.read(work)


def _check_customer(tx: Tx, keys: KeyRing, principal: Principal, customer_id: str) -> None:
    found = customers.get(tx, keys, principal.tenant_id, customer_id)
    if not principal.reaches("customers.read", found.team_id):
        raise TrunklineError("customer_unknown", 404, "There is no such customer.")


def _before(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    at, interaction_id = decode_cursor(cursor, int, str)
    return min(int(at), LATEST_MS), str(interaction_id)
