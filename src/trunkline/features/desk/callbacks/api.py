"""Callbacks over HTTP, and the list of those who hung up while waiting."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from trunkline.core.words import EndedBy
from trunkline.features import callbacks, interactions, queues
from trunkline.features.callbacks import Wanted
from trunkline.features.desk.callbacks import reading, service
from trunkline.features.desk.callbacks.schemas import (
    AbandonedOut,
    CallbackDue,
    CallbackNew,
    CallbackOut,
    Listed,
)
from trunkline.features.tenancy import Principal, epoch_ms, permit, problem
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

READ, CONTROL = "interactions.read", "interactions.control"
router = APIRouter(tags=["callbacks"], responses=problem(401, 403, 422))
CallbackRef = Annotated[str, Path(min_length=1, max_length=80)]
Cursor = Annotated[str | None, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]
Ref = Annotated[str | None, Query(min_length=1, max_length=80)]


@router.get("/callbacks", responses=problem(400, 404))
async def list_callbacks(
    platform: PlatformDep,
    state: Listed | None = None,
    queue: Ref = None,
    customer: Ref = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[CallbackOut]:
    """Who is to be called, opened last first: `open`, `tried` (open, not reached yet), `done`."""
    before = _before(cursor)

    def work(tx: Tx) -> Page[CallbackOut]:
        wanted = Wanted(
            listed=False,
            live=None if state is None else state != "done",
            tried=state == "tried",
            queue_id=queues.find(tx, principal.tenant_id, queue).id if queue else None,
            customer_id=customer,
            before=before,
        )
        here = reading.reach(tx, principal)
        rows = callbacks.page(tx, principal.tenant_id, here, wanted, limit + 1)
        found, following = cut(rows, limit, lambda row: (row.opened_at, row.id))
        return Page(items=reading.listed(tx, platform.keys, principal, found), next=following)

    return await platform.db.read(work)


@router.post("/callbacks", status_code=201, responses=problem(404, 409, 503))
async def create_callback(
    body: CallbackNew, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> CallbackOut:
    """Have a customer called, now or later; a number has one open callback."""
    return await _read(platform, principal, await service.ask(platform, principal, body))


@router.get("/callbacks/{callback_id}", responses=problem(404))
async def get_callback(
    callback_id: CallbackRef, platform: PlatformDep, principal: Principal = permit(READ)
) -> CallbackOut:
    """One callback."""
    return await _read(platform, principal, callback_id)


@router.post("/callbacks/{callback_id}/cancel", responses=problem(404, 409, 503))
async def cancel_callback(
    callback_id: CallbackRef, platform: PlatformDep, principal: Principal = permit(CONTROL)
) -> CallbackOut:
    """Call nobody; refused once an agent is at it."""
    await service.cancel(platform, principal, callback_id)
    return await _read(platform, principal, callback_id)


@router.post("/callbacks/{callback_id}/reschedule", responses=problem(404, 409, 503))
async def reschedule_callback(
    callback_id: CallbackRef,
    body: CallbackDue,
    platform: PlatformDep,
    principal: Principal = permit(CONTROL),
) -> CallbackOut:
    """Call at another time; refused once an agent is at it."""
    await service.reschedule(platform, principal, callback_id, epoch_ms(body.due_at))
    return await _read(platform, principal, callback_id)


@router.get("/abandoned", responses=problem(400, 404))
async def list_abandoned(
    platform: PlatformDep,
    queue: Ref = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[AbandonedOut]:
    """Who hung up or was lost while waiting, newest first, and whether somebody calls them back."""
    before = _before(cursor)

    def work(tx: Tx) -> Page[AbandonedOut]:
        wanted = interactions.Wanted(
            queue_id=queues.find(tx, principal.tenant_id, queue).id if queue else None,
            ended_by=(EndedBy.ABANDONED.value, EndedBy.FAILURE.value),
            unanswered=True,
            before=before,
        )
        here = reading.reach(tx, principal)
        seen = interactions.Reach(None if here.queue_ids is None else frozenset(), here.queue_ids)
        rows = interactions.page(tx, principal.tenant_id, seen, wanted, limit + 1)
        found, following = cut(rows, limit, lambda row: (row.started_at, row.id))
        items = reading.abandoned(tx, platform.keys, principal, found)
        return Page(items=items, next=following)

    return await platform.db.read(work)


async def _read(platform: Platform, principal: Principal, callback_id: str) -> CallbackOut:
    def work(tx: Tx) -> CallbackOut:
        row = reading.visible(tx, principal, callback_id)
        return reading.listed(tx, platform.keys, principal, [row])[0]

    return await platform.db.read(work)


def _before(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    at, name = decode_cursor(cursor, int, str)
    return int(at), str(name)
