"""How two pages may find each other: STUN and TURN servers, and time-limited credentials for them.

A TURN credential is made of the secret that we share with the TURN server, as in "A REST API For
Access To TURN Services" (draft-uberti-behave-turn-rest-00; coturn: `use-auth-secret`): the user
name is its end and an id, the password an HMAC of that. The secret itself is told to no page and
stands in no log.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.features.desk.showing import store
from trunkline.kit.crypto import seal, unseal

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

HOLDS_S: Final = 2 * 3600
"""How long a credential may be used to begin; what has begun is refreshed by it as well."""
_PURPOSE, _PLACE = "showings", b"turn"


@dataclass(frozen=True, slots=True)
class IceServer:
    """One entry of a page's `iceServers` (WebRTC 1.0 §4.2.4)."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


def servers(
    keys: KeyRing, tenant_id: str, row: store.SettingsRow, name: str, now: int
) -> tuple[IceServer, ...]:
    """What a page is told; `name` stands for it at the TURN server, `now` in ms."""
    found = [IceServer(row.stun)] if row.stun else []
    if row.turn and row.sealed_secret:
        secret = unseal(keys.tenant_key(tenant_id, _PURPOSE), row.sealed_secret, _PLACE)
        found.append(IceServer(row.turn, *credential(secret, name, now)))
    return tuple(found)


def credential(secret: bytes, name: str, now: int) -> tuple[str, str]:
    """User name and password that hold for `HOLDS_S`."""
    username = f"{now // 1000 + HOLDS_S}:{name}"
    signed = hmac.digest(secret, username.encode(), "sha1")
    return username, base64.b64encode(signed).decode()


def choose(
    on: Writing, enabled: bool, stun: tuple[str, ...], turn: tuple[str, ...], secret: str | None
) -> None:
    """Set a tenant's servers; a secret that is not given stays."""
    before = store.chosen(on.tx, on.tenant_id)
    sealed = before.sealed_secret
    if secret is not None:
        key = on.keys.tenant_key(on.tenant_id, _PURPOSE)
        sealed = seal(key, secret.encode(), _PLACE)
    store.choose(on.tx, on.tenant_id, store.SettingsRow(enabled, stun, turn, sealed))


def of_tenant(tx: Tx, keys: KeyRing, tenant_id: str, name: str, now: int) -> tuple[IceServer, ...]:
    """The servers of a tenant, for one page."""
    return servers(keys, tenant_id, store.chosen(tx, tenant_id), name, now)
