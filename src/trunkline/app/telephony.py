"""Telephony of this node: starts or adopts the engine, and keeps it alive.

The engine outlives us; after a restart of ours it is found again and its calls are adopted. When it
dies itself its calls are told as ended at once, it is started anew, with back-off, and the edge
reconnects. Without an engine the rest of the program works, and says what is missing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trunkline.adapters.edge.survivor import DidNotStart
from trunkline.features import numbers
from trunkline.kit.logging import logger
from trunkline.ports.edge import EdgeError, Health

if TYPE_CHECKING:
    from pathlib import Path

    from trunkline.adapters.edge.carrying import Page
    from trunkline.app.engines import Engine
    from trunkline.ports.edge import EdgeLink
    from trunkline.runtime.platform import Platform

log = logger("telephony")
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 15.0


class Telephony:
    """The engine of this node, if there is one."""

    def __init__(self, engine: Engine | None, remedy: str) -> None:
        self.engine = engine
        self._remedy = remedy
        self._failure = ""
        self._ending = False
        self._starting = True

    @property
    def edge(self) -> EdgeLink | None:
        """The port to the engine."""
        return self.engine.edge if self.engine else None

    @property
    def spool(self) -> Path | None:
        """Where the engine writes recordings."""
        return self.engine.spool if self.engine else None

    @property
    def notice(self) -> str:
        """What whoever starts us should know of the engine."""
        return self.engine.notice if self.engine else ""

    async def carry(self, page: Page, account: str, cut: asyncio.Event) -> None:
        """Carry a page's WebSocket to the engine, which must be there."""
        if self.engine is None:
            raise RuntimeError("there is no engine to carry to")
        await self.engine.carry(page, account, cut)

    async def start(self) -> bool:
        """Start or adopt the engine; False when it is missing or would not start."""
        if self.engine is None:
            return False
        self._starting = True
        try:
            await self.engine.process.start()
        except DidNotStart as failure:
            self._failure = str(failure)
            log.exception("telephony_did_not_start")
            return False
        finally:
            self._starting = False
        self._failure = ""
        return True

    async def keep_alive(self) -> None:
        """Start the engine again whenever it has ended."""
        if self.engine is None:
            return
        wait_s = FIRST_WAIT_S
        while True:
            await self.engine.process.wait()
            if self._ending:
                return
            log.warning("telephony_ended")
            self.engine.edge.engine_ended()
            await asyncio.sleep(wait_s)
            wait_s = FIRST_WAIT_S if await self.start() else min(wait_s * 2, LONGEST_WAIT_S)

    async def health(self) -> Health:
        """Whether calls can be taken, and if not, why."""
        if self.engine is None:
            return Health(ready=False, reason="telephony is not installed", remedy=self._remedy)
        if self._starting:
            return Health(ready=False, reason="telephony is starting")
        if self._failure:
            return Health(ready=False, reason=self._failure, remedy="trunkline doctor")
        return await self.engine.edge.health()

    async def let_go(self, *, stop: bool) -> None:
        """Let go of the engine; a clean stop ends it too, so that nothing is left running."""
        self._ending = True
        if self.engine is not None:
            await self.engine.edge.close()
            if stop:
                await self.engine.process.stop()


async def push_trunks(platform: Platform, tenant_id: str) -> None:
    """Give the engine every trunk of a tenant; one that has none is not asked to."""
    if platform.edge is None or platform.edge.kind.browsers_only:
        return
    keys = platform.keys
    for trunk in await platform.db.read(lambda tx: numbers.links(tx, keys, tenant_id)):
        try:
            await platform.edge.put_trunk(trunk)
        except EdgeError as failure:
            log.warning("trunk_refused", tenant_id=tenant_id, reason=failure.reason)
