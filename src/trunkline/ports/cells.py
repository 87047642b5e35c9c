"""How features speak to the cell of their tenant: one door in, one published picture out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.core.inputs import Input
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Accepted:
    """The input is durable. `facts` are the core's facts that it caused, in order."""

    seq: int
    facts: tuple[Any, ...]


class Cells(Protocol):
    """The cells of all tenants on this node."""

    async def submit(
        self, tenant_id: str, given: Input, also: Callable[[Tx], None] | None = None
    ) -> Accepted:
        """Decide one input; returns when it is durable.

        `also` runs in the same transaction, before the input is decided (encrypted values go
        with their cause). Raises `TrunklineError` with the refusal's code, status 409 or 404, or
        503 `overloaded` with `retry_after_s` when the inbox is full.
        """

    def picture(self, tenant_id: str) -> Any:
        """The latest published `core.picture.Picture`: immutable, at most 250 ms old."""
