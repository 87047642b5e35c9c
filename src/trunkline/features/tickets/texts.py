"""The texts of tickets, sealed: by the customer's key, or by the tenant's where there is none.

When a customer is erased his tickets stay as figures; their texts are gone for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.features import customers
from trunkline.features.customers import CustomerKey
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Texts:
    """The keys that some tickets' texts need; None is the key for tickets of nobody."""

    keys: dict[str | None, CustomerKey]

    @classmethod
    def of(cls, tx: Tx, keys: KeyRing, tenant_id: str, customer_ids: Iterable[str | None]) -> Texts:
        """The texts of tickets of these customers."""
        known = {customer_id for customer_id in customer_ids if customer_id}
        found: dict[str | None, CustomerKey] = {None: _nobody(keys, tenant_id)}
        found.update(customers.sealing_keys(tx, keys, tenant_id, known))
        return cls(found)

    def seal(self, customer_id: str | None, place: str, text: str) -> bytes:
        """Encrypt a text; raises `customer_unknown` when the customer is not there (any more)."""
        key = self.keys.get(customer_id)
        if key is None:
            raise TrunklineError("customer_unknown", 422, "There is no such customer (any more).")
        return key.seal(place, text)

    def unseal(self, customer_id: str | None, place: str, sealed: bytes | None) -> str | None:
        """Decrypt a text; None when there is none, or when it went with its customer."""
        key = self.keys.get(customer_id)
        return key.unseal(place, sealed) if key and sealed is not None else None


def title_of(ticket_id: str) -> str:
    """The place of a ticket's title."""
    return f"ticket:{ticket_id}:title"


def description_of(ticket_id: str) -> str:
    """The place of a ticket's description."""
    return f"ticket:{ticket_id}:description"


def note_of(note_id: str) -> str:
    """The place of a note."""
    return f"ticket-note:{note_id}"


def _nobody(keys: KeyRing, tenant_id: str) -> CustomerKey:
    return CustomerKey("", keys.tenant_key(tenant_id, "tickets"))
