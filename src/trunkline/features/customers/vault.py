"""Personal values by opaque token, for what the journal may name but not hold.

A value of a customer is sealed by the customer's key and goes with it. A value of nobody (the
number of an unknown caller) is sealed by a key of the tenant and forgotten after `KEPT_MS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.features.customers import store
from trunkline.features.customers.sealing import CustomerKey, opened

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

KEPT_MS: Final = 90 * 24 * 3600 * 1000


class ValueGone(LookupError):
    """No such value: never kept, forgotten, or erased with its customer."""


def put_value(
    tx: Tx,
    keys: KeyRing,
    tenant_id: str,
    token: str,
    customer_id: str | None,
    plain: str,
    *,
    now: int,
) -> None:
    """Keep a value; giving it again with a customer moves it under that customer's key."""
    key = _key(tx, keys, tenant_id, customer_id)
    store.put_value(tx, tenant_id, token, customer_id, key.seal(f"value:{token}", plain), now)


def value(tx: Tx, keys: KeyRing, tenant_id: str, token: str) -> str:
    """The value of a token; raises `ValueGone`."""
    found = store.get_value(tx, tenant_id, token)
    if found is None:
        raise ValueGone(token)
    customer_id, sealed = found
    return _key(tx, keys, tenant_id, customer_id).unseal(f"value:{token}", sealed)


def forget_values(tx: Tx, tenant_id: str, now: int) -> int:
    """Drop values of nobody that were kept long enough; returns how many."""
    return store.drop_ownerless_values(tx, tenant_id, now - KEPT_MS)


def _key(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str | None) -> CustomerKey:
    if customer_id is None:
        return CustomerKey("", keys.tenant_key(tenant_id, "values"))
    row = store.get(tx, tenant_id, customer_id)
    if row is None or row.wrapped_key is None:
        raise ValueGone(customer_id)
    return opened(keys, tenant_id, customer_id, row.wrapped_key)
