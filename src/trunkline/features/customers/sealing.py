"""One data key a customer: what is personal is sealed by it, and gone for good without it."""

from __future__ import annotations

from dataclasses import dataclass

from trunkline.kit.crypto import KeyRing, seal, unseal


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """The opened data key of one customer. `place` ties a sealed value to its column and row."""

    customer_id: str
    plain: bytes

    def seal(self, place: str, text: str) -> bytes:
        """Encrypt one value."""
        return seal(self.plain, text.encode(), self._bound(place))

    def unseal(self, place: str, sealed: bytes) -> str:
        """Decrypt one value; raises `CannotOpen`."""
        return unseal(self.plain, sealed, self._bound(place)).decode()

    def _bound(self, place: str) -> bytes:
        return f"{self.customer_id}:{place}".encode()


def new_key(keys: KeyRing, tenant_id: str, customer_id: str) -> tuple[CustomerKey, bytes]:
    """A fresh key of a customer, and the same wrapped for storing."""
    plain, wrapped = keys.new_data_key(tenant_id)
    return CustomerKey(customer_id, plain), wrapped


def opened(keys: KeyRing, tenant_id: str, customer_id: str, wrapped: bytes) -> CustomerKey:
    """A stored key, ready for use; raises `CannotOpen`."""
    return CustomerKey(customer_id, keys.unwrap(tenant_id, wrapped))
