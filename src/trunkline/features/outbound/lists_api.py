"""Lists of numbers over HTTP: whom we call no more, and whose calls we take no more."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query

from trunkline.features import audit, customers
from trunkline.features.outbound import lists, store
from trunkline.features.outbound.api import READ, WRITE, Cursor, Limit, place
from trunkline.features.outbound.lists import ListKind
from trunkline.features.outbound.schemas import ListedChange, ListedNew, ListedOut
from trunkline.features.tenancy import Principal, Writing, epoch_ms, permit, problem
from trunkline.kit.paging import DEFAULT_LIMIT, Page, cut
from trunkline.ports.database import Tx
from trunkline.runtime.platform import Platform, PlatformDep

router = APIRouter(prefix="/outbound", tags=["outbound"], responses=problem(401, 403, 422))
PII = "customers.read_pii"
BLOCKED_THING: Final = "blocked_caller"
BLOCKED_CHANGED: Final = tuple(
    f"trunkline.{BLOCKED_THING}.{verb}.v1" for verb in ("created", "updated", "deleted")
)
"""Events after which the door looks at the list again."""

_THINGS: Final = {ListKind.DO_NOT_CALL: "do_not_call", ListKind.BLOCKED: BLOCKED_THING}
EntryRef = Annotated[str, Path(min_length=1, max_length=40)]
Search = Annotated[str | None, Query(max_length=40, description="One number, as it is dialled.")]


@router.get("/do-not-call", responses=problem(400))
async def list_do_not_call(
    platform: PlatformDep,
    number: Search = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[ListedOut]:
    """Numbers that are not called, unless they ask for it; added last first."""
    return await _page(platform, principal, ListKind.DO_NOT_CALL, number, cursor, limit)


@router.post("/do-not-call", status_code=201, responses=problem(409))
async def add_do_not_call(
    platform: PlatformDep, body: ListedNew, principal: Principal = permit(WRITE)
) -> ListedOut:
    """Call this number no more."""
    return await _add(platform, principal, ListKind.DO_NOT_CALL, body)


@router.patch("/do-not-call/{entry_id}", responses=problem(404))
async def change_do_not_call(
    platform: PlatformDep,
    entry_id: EntryRef,
    body: ListedChange,
    principal: Principal = permit(WRITE),
) -> ListedOut:
    """Change reason, note or expiry."""
    return await _change(platform, principal, ListKind.DO_NOT_CALL, entry_id, body)


@router.delete("/do-not-call/{entry_id}", status_code=204, responses=problem(404))
async def remove_do_not_call(
    platform: PlatformDep, entry_id: EntryRef, principal: Principal = permit(WRITE)
) -> None:
    """Take a number off; it may be called again."""
    await _remove(platform, principal, ListKind.DO_NOT_CALL, entry_id)


@router.get("/blocked-callers", responses=problem(400))
async def list_blocked_callers(
    platform: PlatformDep,
    number: Search = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    principal: Principal = permit(READ),
) -> Page[ListedOut]:
    """Numbers whose calls are not taken; added last first."""
    return await _page(platform, principal, ListKind.BLOCKED, number, cursor, limit)


@router.post("/blocked-callers", status_code=201, responses=problem(409))
async def add_blocked_caller(
    platform: PlatformDep, body: ListedNew, principal: Principal = permit(WRITE)
) -> ListedOut:
    """Take no more calls of this number, from the next one on."""
    return await _add(platform, principal, ListKind.BLOCKED, body)


@router.patch("/blocked-callers/{entry_id}", responses=problem(404))
async def change_blocked_caller(
    platform: PlatformDep,
    entry_id: EntryRef,
    body: ListedChange,
    principal: Principal = permit(WRITE),
) -> ListedOut:
    """Change reason, expiry, or what the caller said against it."""
    return await _change(platform, principal, ListKind.BLOCKED, entry_id, body)


@router.delete("/blocked-callers/{entry_id}", status_code=204, responses=problem(404))
async def remove_blocked_caller(
    platform: PlatformDep, entry_id: EntryRef, principal: Principal = permit(WRITE)
) -> None:
    """Take calls of this number again."""
    await _remove(platform, principal, ListKind.BLOCKED, entry_id)


async def _page(
    platform: Platform,
    principal: Principal,
    kind: ListKind,
    number: str | None,
    cursor: str | None,
    limit: int,
) -> Page[ListedOut]:
    before, tenant_id = place(cursor), principal.tenant_id

    def work(tx: Tx) -> list[store.ListedRow]:
        known = lists.spelled(tx, tenant_id, kind, number) if number else None
        mark = customers.phone_mark(platform.keys, tenant_id, known) if known else None
        return store.page_listed(tx, tenant_id, kind, mark, before, limit + 1)

    rows, following = cut(await platform.db.read(work), limit, lambda row: (row.created_at, row.id))
    return Page(items=[_out(platform, principal, row) for row in rows], next=following)


async def _add(
    platform: Platform, principal: Principal, kind: ListKind, body: ListedNew
) -> ListedOut:
    expires_at = epoch_ms(body.expires_at) if body.expires_at else None

    def work(on: Writing) -> str:
        return lists.add(on, principal.user_id, kind, body.number, body.reason, expires_at)

    entry_id = await audit.perform(platform, principal, _deed(kind, "created"), work)
    return await _told(platform, principal, kind, entry_id)


async def _change(
    platform: Platform, principal: Principal, kind: ListKind, entry_id: str, body: ListedChange
) -> ListedOut:
    given = body.model_dump(exclude_unset=True)
    if body.expires_at is not None:
        given["expires_at"] = epoch_ms(body.expires_at)

    def work(on: Writing) -> str:
        return lists.change(on, kind, entry_id, given)

    await audit.perform(platform, principal, _deed(kind, "updated"), work)
    return await _told(platform, principal, kind, entry_id)


async def _remove(platform: Platform, principal: Principal, kind: ListKind, entry_id: str) -> None:
    deed = _deed(kind, "deleted")
    await audit.perform(platform, principal, deed, lambda on: lists.remove(on, kind, entry_id))


def _deed(kind: ListKind, verb: str) -> audit.Deed:
    return audit.Deed(_THINGS[kind], verb, READ)


async def _told(
    platform: Platform, principal: Principal, kind: ListKind, entry_id: str
) -> ListedOut:
    find = lists.find
    row = await platform.db.read(lambda tx: find(tx, principal.tenant_id, kind, entry_id))
    return _out(platform, principal, row)


def _out(platform: Platform, principal: Principal, row: store.ListedRow) -> ListedOut:
    return ListedOut.of(platform.keys, row, whole=principal.may(PII))
