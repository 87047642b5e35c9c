"""The port by which a feature says that what a cell routes by has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.core.config import Policy
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

    def drafted(self, tx: Tx, tenant_id: str, draft_id: str, at: int) -> Policy:
        """What a cell would route by at a time (ms) were a draft published; nothing of it stays.

        The transaction has to be one that writes. Raises 404 `draft_unknown`, 422 `draft_invalid`.
        """


class Unpublished:
    """Where no cell runs: a cell reads its policy when it starts, so nothing is lost."""

    async def publish(self, tenant_id: str) -> None:
        """Nobody is there to be told."""

    def keep(self, tx: Tx, tenant_id: str, by: str, action: str, subject: str, at: int) -> None:
        """Nobody asks for versions."""

    def drafted(self, tx: Tx, tenant_id: str, draft_id: str, at: int) -> Policy:
        """Nobody drafts."""
        raise TrunklineError("draft_unknown", 404, "There is no such draft.")
