"""The port by which a feature says that what a cell routes by has changed."""

from __future__ import annotations

from typing import Protocol


class Policies(Protocol):
    """Composes the policy of a tenant out of what its features keep, and publishes it."""

    async def publish(self, tenant_id: str) -> None:
        """Give the stored policy to the tenant's cell; it routes by it when this returns.

        Raises `TrunklineError` 503 when the cell cannot take it now; it will read it at its start.
        """


class Unpublished:
    """Where no cell runs: a cell reads its policy when it starts, so nothing is lost."""

    async def publish(self, tenant_id: str) -> None:
        """Nobody is there to be told."""
