"""One opaque token a number: by it routing knows that the same number calls again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features.customers import callers_store as store
from trunkline.features.customers.identify import phone_mark
from trunkline.features.customers.phones import normalised

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def caller_token(tx: Tx, keys: KeyRing, tenant_id: str, number: str | None) -> str | None:
    """The token of a number as it came; None when it is withheld or has none yet."""
    known = normalised(number)
    if known is None:
        return None
    return store.get(tx, tenant_id, phone_mark(keys, tenant_id, known))


def keep_caller(tx: Tx, keys: KeyRing, tenant_id: str, number: str, token: str) -> str:
    """Give a number this token, unless it has one: the token that it has now."""
    known = normalised(number)
    if known is None:
        raise ValueError("a withheld number has no token")
    mark = phone_mark(keys, tenant_id, known)
    if store.add(tx, tenant_id, mark, token):
        return token
    return store.get(tx, tenant_id, mark) or token
