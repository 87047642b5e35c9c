"""The one factor that makes a presumed customer a verified one: order number's end, or PIN.

Four digits are few, so tries are bounded twice: in one interaction, and for one customer in a
day whoever calls. Beyond a bound nothing is right any more, and nothing tells that apart.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final, Literal

from trunkline.features.customers import store
from trunkline.features.customers.orders import FACTOR_DIGITS, open_orders

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

Factor = Literal["order_last4", "pin"]

TRIES_AN_INTERACTION: Final = 3
TRIES_A_DAY: Final = 12
_DAY_MS: Final = 24 * 3600 * 1000


def check_factor(
    tx: Tx,
    keys: KeyRing,
    tenant_id: str,
    customer_id: str,
    digits: str,
    *,
    interaction_id: str,
    now: int,
) -> Factor | None:
    """The factor that these digits are, or None; a wrong try is counted."""
    store.forget_failures(tx, tenant_id, customer_id, now - _DAY_MS)
    here, today = store.failures(tx, tenant_id, customer_id, interaction_id)
    if here >= TRIES_AN_INTERACTION or today >= TRIES_A_DAY:
        return None
    found = _factor(tx, keys, tenant_id, customer_id, digits)
    if found is None:
        store.add_failure(tx, tenant_id, customer_id, interaction_id, now)
    return found


def pin_mark(keys: KeyRing, tenant_id: str, customer_id: str, pin: str) -> str:
    """A keyed hash of a PIN: without the installation's key four digits cannot be tried out."""
    return keys.blind_index(tenant_id, f"pin:{customer_id}:{pin}")


def _factor(tx: Tx, keys: KeyRing, tenant_id: str, customer_id: str, digits: str) -> Factor | None:
    customer = store.get(tx, tenant_id, customer_id)
    if customer is None:
        return None
    given = pin_mark(keys, tenant_id, customer_id, digits)
    if customer.pin_mark is not None and hmac.compare_digest(customer.pin_mark, given):
        return "pin"
    ends = {order.last_digits for order in open_orders(tx, keys, tenant_id, customer_id)}
    return "order_last4" if len(digits) == FACTOR_DIGITS and digits in ends else None
