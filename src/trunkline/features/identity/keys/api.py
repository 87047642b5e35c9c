"""API keys: made, listed, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from trunkline.features.identity.keys import service, store
from trunkline.features.identity.keys.schemas import KeyMade, KeyNew, KeyShown
from trunkline.features.tenancy import Principal, epoch_ms, permit, problem
from trunkline.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, cut, decode_cursor
from trunkline.runtime.platform import PlatformDep

router = APIRouter(prefix="/api-keys", tags=["api keys"], responses=problem(401, 403, 422))


@router.post("", status_code=201)
async def make_key(
    body: KeyNew, platform: PlatformDep, principal: Principal = permit("apikeys.write")
) -> KeyMade:
    """Make a key; its secret is told this once."""
    expires_at = None if body.expires_at is None else epoch_ms(body.expires_at)
    key, secret = await service.make(platform, principal, body.name, body.permissions, expires_at)
    return KeyMade.with_secret(key, secret)


@router.get("", responses=problem(400))
async def list_keys(
    platform: PlatformDep,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    principal: Principal = permit("apikeys.read"),
) -> Page[KeyShown]:
    """The tenant's keys, newest first."""
    before = _marks(cursor)
    found = await platform.db.read(
        lambda tx: store.newest(tx, principal.tenant_id, before, limit + 1)
    )
    page, following = cut(found, limit, lambda key: (key.created_at, key.key_id))
    return Page(items=[KeyShown.of(key) for key in page], next=following)


@router.delete("/{key_id}", status_code=204, responses=problem(404))
async def revoke_key(
    key_id: str, platform: PlatformDep, principal: Principal = permit("apikeys.write")
) -> None:
    """Revoke a key at once."""
    await service.revoke(platform, principal, key_id)


def _marks(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    created_at, key_id = decode_cursor(cursor, int, str)
    return int(created_at), str(key_id)
