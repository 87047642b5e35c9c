"""A customer's key, lent to other features for what they keep of him: it goes when he is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features.customers import store
from trunkline.features.customers.sealing import CustomerKey, opened

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def sealing_keys(
    tx: Tx, keys: KeyRing, tenant_id: str, customer_ids: Collection[str]
) -> dict[str, CustomerKey]:
    """The keys of these customers by id; those who are erased or unknown are left out."""
    rows = store.several(tx, tenant_id, customer_ids)
    return {
        row.id: opened(keys, tenant_id, row.id, row.wrapped_key) for row in rows if row.wrapped_key
    }
