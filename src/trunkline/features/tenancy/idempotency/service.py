"""Claiming a key for a request, and settling it with the request's reply."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features.tenancy.idempotency import store
from trunkline.kit.crypto import seal, unseal
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy.principal import Principal
    from trunkline.runtime.platform import Platform

KEY_MAX = 255
_PURPOSE = "idempotency"


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A reply as it was sent the first time."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


async def claim_key(
    platform: Platform, principal: Principal, key: str, request: bytes
) -> KeptReply | None:
    """The reply that is kept for this key, or None: then do the work and settle.

    `request` is everything that makes requests different (method, path, body). Raises 422
    `idempotency_key_reused` for another request, 409 `idempotency_key_in_use` while the first
    runs, 422 `idempotency_key_invalid`.
    """
    if not (key.isascii() and key.isprintable() and len(key) <= KEY_MAX):
        raise TrunklineError(
            "idempotency_key_invalid", 422, f"A key has 1 to {KEY_MAX} printable characters."
        )
    place, now = _place(principal, key), platform.clock.now_ms()
    mark = platform.keys.blind_index(principal.tenant_id, request.decode("latin-1"))
    kept = await platform.db.write(lambda tx: store.begin(tx, place, mark, now))
    if kept is None:
        return None
    if kept.request_mark != mark:
        raise TrunklineError("idempotency_key_reused", 422, "This key had another request.")
    if kept.sealed_reply is None:
        raise TrunklineError(
            "idempotency_key_in_use", 409, "The first request still runs.", retry_after_s=1
        )
    return _opened(unseal(_seal_key(platform, principal), kept.sealed_reply, key.encode()))


async def settle_key(
    platform: Platform, principal: Principal, key: str, reply: KeptReply | None
) -> None:
    """Keep the reply for a day; None frees the key, so that the request may be tried again."""
    place = _place(principal, key)
    if reply is None:
        await platform.db.write(lambda tx: store.forget(tx, place))
        return
    sealed = seal(_seal_key(platform, principal), _packed(reply), key.encode())
    await platform.db.write(lambda tx: store.keep(tx, place, sealed))


def _place(principal: Principal, key: str) -> store.Key:
    return store.Key(principal.tenant_id, principal.user_id, key)


def _seal_key(platform: Platform, principal: Principal) -> bytes:
    return platform.keys.tenant_key(principal.tenant_id, _PURPOSE)


def _packed(reply: KeptReply) -> bytes:
    body = base64.b64encode(reply.body).decode()
    return json.dumps([reply.status, reply.headers, body]).encode()


def _opened(packed: bytes) -> KeptReply:
    status, headers, body = json.loads(packed)
    return KeptReply(status, tuple((k, v) for k, v in headers), base64.b64decode(body))
