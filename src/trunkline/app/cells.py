"""The cells of this node: one driver a tenant, started once and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from trunkline.core.inputs import Input
from trunkline.kit.errors import TrunklineError
from trunkline.ports.cells import Accepted
from trunkline.ports.database import Tx
from trunkline.runtime.cell import Submission
from trunkline.runtime.driver import CellDriver, Picture


class LocalCells:
    """The port `Cells` over drivers in this process."""

    def __init__(self, make: Callable[[str], CellDriver]) -> None:
        self._make = make
        self._drivers: dict[str, CellDriver] = {}
        self._starting = asyncio.Lock()
        self._group: asyncio.TaskGroup | None = None
        self._ticking = False
        self.tasks: list[asyncio.Task[None]] = []

    @property
    def drivers(self) -> dict[str, CellDriver]:
        """The running drivers by tenant."""
        return self._drivers

    def work_in(self, tasks: asyncio.TaskGroup) -> None:
        """Drivers run as tasks of this group from now."""
        self._group = tasks

    async def start(self, tenant_id: str) -> CellDriver:
        """Start a tenant's cell, if it does not run yet."""
        async with self._starting:
            driver = self._drivers.get(tenant_id)
            if driver is None:
                if self._group is None:
                    raise RuntimeError("the node does not run")
                driver = self._make(tenant_id)
                await driver.start()
                task = self._group.create_task(driver.run(), name=f"cell {tenant_id}")
                self.tasks.append(task)
                self._drivers[tenant_id] = driver
                if self._ticking:
                    driver.begin_ticks()
            return driver

    def begin_ticks(self) -> None:
        """Let deadlines come up, in these cells and those to come."""
        self._ticking = True
        for driver in self._drivers.values():
            driver.begin_ticks()

    async def submit(
        self, tenant_id: str, given: Input, also: Callable[[Tx], None] | None = None
    ) -> Accepted:
        """Decide one input; durable when this returns."""
        return await self._driver(tenant_id).submit(Submission(given, also))

    async def tell(
        self, tenant_id: str, given: Input, also: Callable[[Tx], None] | None = None
    ) -> asyncio.Future[Accepted]:
        """Queue news that may not be lost."""
        return await self._driver(tenant_id).tell(given, also)

    def picture(self, tenant_id: str) -> Picture:
        """What the tenant's cell shows of itself."""
        return self._driver(tenant_id).picture

    async def stop(self) -> None:
        """Finish what waits and keep snapshots."""
        for driver in self._drivers.values():
            await driver.stop()

    def _driver(self, tenant_id: str) -> CellDriver:
        driver = self._drivers.get(tenant_id)
        if driver is None:
            detail = "The tenant's cell is not running yet."
            raise TrunklineError("cell_not_running", 503, detail, retry_after_s=1)
        return driver
