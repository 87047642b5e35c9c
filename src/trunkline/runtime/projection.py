"""Read models: a feature folds facts into its own tables, inside the transaction of their cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from trunkline.ports.database import Tx


class Projection(Protocol):
    """Plain writes to own tables; the same facts in the same order give the same rows."""

    @property
    def name(self) -> str:
        """Name under which its version is kept."""

    @property
    def version(self) -> int:
        """Raised when the tables' meaning changes: `trunkline rebuild` folds anew."""

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact, decided at `at_ms`."""

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget what was folded for a tenant, before it is folded anew."""
