"""Lists that run: each beat as many entries stand in line as agents are free for them.

Which lists run is kept in memory and read again when one was changed; while none runs, nothing is
read. What an entry stands for is in the cell, where it was left off: a list outlives its program.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from trunkline.features import dialling
from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger
from trunkline.ports.database import STORE_FAILED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.app.cells import LocalCells
    from trunkline.core.interaction import Callback
    from trunkline.core.state import State
    from trunkline.ports.events import DomainEvent
    from trunkline.runtime.platform import Platform

log = logger("diallers")
BEAT_S: Final = 1.0
SETTLE_EVERY: Final = 5
"""Beats between two looks at what came of those who were reached."""


class Diallers:
    """The running lists of this node's tenants."""

    def __init__(self, platform: Platform, cells: LocalCells) -> None:
        self._platform = platform
        self._cells = cells
        self._running: dict[str, list[dialling.ListRow]] = {}
        self._changed: set[str] = set()
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._beats = 0

    async def read(self, tenant_id: str) -> None:
        """Read a tenant's running lists; what stands in line of one that runs no more is let go."""
        before = self._running.get(tenant_id, [])
        now = await self._platform.db.read(lambda tx: dialling.running(tx, tenant_id))
        self._running[tenant_id] = now
        for gone in {row.id for row in before} - {row.id for row in now}:
            await dialling.take_back(self._platform, tenant_id, gone)

    def hear(self, events: Sequence[DomainEvent]) -> None:
        """Called by the store, on its thread."""
        for event in events:
            if event.type.startswith(dialling.CHANGED):
                self._loop.call_soon_threadsafe(self._note, event.tenant_id)

    async def run(self) -> None:
        """Beat until cancelled; a beat that fails costs that beat."""
        while True:
            if not any(self._running.values()):
                await self._woken.wait()
            try:
                await self.beat()
            except (TrunklineError, *STORE_FAILED) as failure:
                log.warning("beat_failed", error=type(failure).__name__)
            await asyncio.sleep(BEAT_S)

    async def beat(self) -> None:
        """One round over all running lists."""
        self._woken.clear()
        self._beats += 1
        while self._changed:
            await self.read(self._changed.pop())
        for tenant_id, rows in self._running.items():
            for row in rows:
                await self._work(tenant_id, row)

    async def _work(self, tenant_id: str, row: dialling.ListRow) -> None:
        if self._beats % SETTLE_EVERY == 0:
            await dialling.settle(self._platform, row)
        driver = self._cells.drivers.get(tenant_id)
        room = room_of(driver.cell.state, row.queue_id) if driver else 0
        if room > 0:
            await dialling.line_up(self._platform, row, room)

    def _note(self, tenant_id: str) -> None:
        self._changed.add(tenant_id)
        self._woken.set()


def room_of(state: State, queue: str) -> int:
    """How many free agents of a queue no entry stands in line for yet."""
    free = sum(queue in state.serves.get(agent, ()) for agent in state.free)
    if not free:
        return 0
    return free - sum(_stands(state, one, queue) for one in state.callbacks.values())


def _stands(state: State, callback: Callback, queue: str) -> bool:
    """Whether it is an entry of a list that waits for an agent of the queue."""
    if callback.dialling is None or callback.queue != queue or callback.suspended_by:
        return False
    it = state.interactions.get(callback.interaction) if callback.interaction else None
    return it is None or (it.waiting is not None and not it.waiting.offers)
