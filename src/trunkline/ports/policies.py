"""The port by which a feature says that what a cell routes by has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trunkline.ports.database import Tx


class Policies(Protocol):
    """Composes the policy of a tenant out of what its features keep, and publishes it."""

    async def publish(self, tenant_id: str) -> None:
        """Give the stored policy to the tenant's cell; it routes by it when this returns.

        Raises `TrunklineError` 503 when the cell cannot take it now; it will read it at its start.
        """

    def keep(self, tx: Tx, tenant_id: str, by: str, action: str, subject: str, at: int) -> None:
        """Keep what is configured now as a version, in the transaction of the change.

        `by`, `action` and `subject` are those of the audit log; `at` is ms.
        """


class Unpublished:
    """Where no cell runs: a cell reads its policy when it starts, so nothing is lost."""

    async def publish(self, tenant_id: str) -> None:
        """Nobody is there to be told."""

    def keep(self, tx: Tx, tenant_id: str, by: str, action: str, subject: str, at: int) -> None:
        """Nobody asks for versions."""
