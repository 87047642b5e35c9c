"""Knowledge over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.features import audit
from trunkline.features.knowledge import service, store
from trunkline.features.knowledge.schemas import EntryNew, EntryOut, Language
from trunkline.features.tenancy import Principal, permit, problem
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/knowledge", tags=["knowledge"], responses=problem(401, 403, 422))


@router.get("", responses=problem(400))
async def list_entries(
    platform: PlatformDep,
    q: Annotated[str, Query(max_length=80)] = "",
    language: Language | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit("knowledge.read"),
) -> Page[EntryOut]:
    """Entries, newest first."""
    before = str(decode_cursor(cursor, str)[0]) if cursor else None
    rows = await platform.db.read(
        lambda tx: store.page(tx, principal.tenant_id, language, q, before, limit + 1)
    )
    found, following = cut(rows, limit, lambda entry: (entry.id,))
    return Page(items=[EntryOut.of(entry) for entry in found], next=following)


@router.post("", status_code=201)
async def create_entry(
    platform: PlatformDep, body: EntryNew, principal: Principal = permit("knowledge.write")
) -> EntryOut:
    """Write an entry."""
    deed = audit.Deed("knowledge_entry", "created", "knowledge.read")
    made = await audit.perform(platform, principal, deed, lambda on: service.create(on, body))
    entry = await platform.db.read(lambda tx: service.find(tx, principal.tenant_id, made))
    return EntryOut.of(entry)


@router.get("/{entry_id}", responses=problem(404))
async def get_entry(
    platform: PlatformDep, entry_id: str, principal: Principal = permit("knowledge.read")
) -> EntryOut:
    """One entry."""
    entry = await platform.db.read(lambda tx: service.find(tx, principal.tenant_id, entry_id))
    return EntryOut.of(entry)
