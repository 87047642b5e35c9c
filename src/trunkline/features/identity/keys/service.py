"""Making and revoking API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features import audit
from trunkline.features.identity.door import KEY_MARK, hash_secret
from trunkline.features.identity.keys import store
from trunkline.features.identity.keys.store import ApiKey
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

_SHOWN_CHARACTERS = 10


async def make(
    platform: Platform,
    principal: Principal,
    name: str,
    permissions: Sequence[str],
    expires_at: int | None,
) -> tuple[ApiKey, str]:
    """A new key and its secret; raises 403 `beyond_own_permissions`, 422 `expiry_in_the_past`."""
    now = platform.clock.now_ms()
    if not all(principal.may(permission) for permission in permissions):
        raise TrunklineError("beyond_own_permissions", 403, "A key may do no more than its maker.")
    if expires_at is not None and expires_at <= now:
        raise TrunklineError("expiry_in_the_past", 422, "The key would have expired already.")
    secret = KEY_MARK + secret_text(32)
    key = ApiKey(
        tenant_id=principal.tenant_id,
        key_id=platform.ids.new("key"),
        user_id=principal.user_id,
        name=name,
        shown=secret[:_SHOWN_CHARACTERS],
        secret_hash=hash_secret(secret),
        permissions=tuple(sorted(set(permissions))),
        created_at=now,
        expires_at=expires_at,
    )

    def work(tx: Tx) -> None:
        store.add(tx, key)
        audit.record(
            tx,
            principal,
            "api_keys.created",
            key.key_id,
            {"permissions": list(key.permissions)},
            at=now,
        )

    await platform.db.write(work)
    return key, secret


async def revoke(platform: Platform, principal: Principal, key_id: str) -> None:
    """Revoke a key at once; raises 404 `api_key_unknown`."""
    now = platform.clock.now_ms()

    def work(tx: Tx) -> None:
        if not store.drop(tx, principal.tenant_id, key_id):
            raise TrunklineError("api_key_unknown", 404, "There is no such key.")
        audit.record(tx, principal, "api_keys.revoked", key_id, at=now)

    await platform.db.write(work)
