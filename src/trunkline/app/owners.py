"""Whose device an account of the engine is: an agent's phone, or the softphone of their page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.words import AgentId, DeviceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trunkline.core.config import Policy
    from trunkline.runtime.driver import CellDriver

Owner = tuple[str, AgentId, DeviceKind]
"""Tenant, agent, and which of their devices."""
OF_PAGE = "-web"
"""What the account of a page has after that of the phone."""


class Owners:
    """Looks accounts up in the policies of the cells, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Policy, dict[str, Owner]]] = {}

    def owner(self, drivers: Mapping[str, CellDriver], account: str) -> Owner | None:
        """Whose it is; None for a guest's or a stranger's."""
        for tenant_id, driver in drivers.items():
            found = self._of(tenant_id, driver.cell.state.policy).get(account)
            if found:
                return found
        return None

    def _of(self, tenant_id: str, policy: Policy) -> dict[str, Owner]:
        known = self._read.get(tenant_id)
        if known is None or known[0] is not policy:
            owners: dict[str, Owner] = {}
            for one in policy.agents:
                owners[one.account] = (tenant_id, one.id, DeviceKind.SIP)
                owners[one.account + OF_PAGE] = (tenant_id, one.id, DeviceKind.BROWSER)
            known = self._read[tenant_id] = (policy, owners)
        return known[1]
