"""Callers whose calls are not taken: every tenant's list in memory, looked at without a read.

The lists are read at the start and again whenever one was changed; a mark is made of a caller's
number only where there is a list at all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trunkline.features import customers, outbound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.ports.events import DomainEvent
    from trunkline.runtime.platform import Platform


class Blocked:
    """The lists of this node's tenants, each bounded by `outbound.MOST_BLOCKED`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._marks: dict[str, dict[str, int | None]] = {}
        self._changed: set[str] = set()
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def has(self, tenant_id: str, raw: str | None) -> bool:
        """Whether calls of a number, as it came, are not taken now; never of a withheld one."""
        marks = self._marks.get(tenant_id)
        if not marks:
            return False
        known = customers.normalised(raw)
        if known is None:
            return False
        mark = customers.phone_mark(self._platform.keys, tenant_id, known)
        if mark not in marks:
            return False
        until = marks[mark]
        return until is None or until > self._platform.clock.now_ms()

    async def read(self, tenant_id: str) -> None:
        """Read a tenant's list, the first time or anew."""
        found = await self._platform.db.read(lambda tx: outbound.blocked(tx, tenant_id))
        self._marks[tenant_id] = found

    def hear(self, events: Sequence[DomainEvent]) -> None:
        """Called by the store, on its thread."""
        for event in events:
            if event.type in outbound.BLOCKED_CHANGED:
                self._loop.call_soon_threadsafe(self._note, event.tenant_id)

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._changed:
                await self.read(self._changed.pop())

    def _note(self, tenant_id: str) -> None:
        self._changed.add(tenant_id)
        self._woken.set()
