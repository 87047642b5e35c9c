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
    from trunkline.app.engine import Engine, Part
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
        self._failures: dict[str, str] = {}
        self._ending = False
        self._starting = True

    @property
    def edge(self) -> EdgeLink | None:
        """The port to the engine."""
        return self.engine.edge if self.engine else None

    @property
    def spools(self) -> tuple[Path, ...]:
        """Where the engine writes recordings."""
        return self.engine.spools if self.engine else ()

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
        """Start or adopt the engine; False when it is missing or would not start.

        Of several parts all are started, and one that would not start is tried again later.
        """
        if self.engine is None:
            return False
        self._starting = True
        started = await asyncio.gather(*map(self._start, self.engine.parts))
        self._starting = False
        return any(started)

    async def keep_alive(self) -> None:
        """Start each part of the engine again whenever it has ended."""
        if self.engine is not None:
            await asyncio.gather(self.engine.tend(), *map(self._keep_alive, self.engine.parts))

    async def admit(self) -> None:
        """Let calls in: the engine was told all that they need."""
        if self.engine is not None:
            await self.engine.admit()

    async def _start(self, part: Part) -> bool:
        try:
            await part.process.start()
        except DidNotStart as failure:
            self._failures[part.name] = str(failure)
            log.exception("telephony_did_not_start", part=part.name)
            return False
        self._failures.pop(part.name, None)
        return True

    async def _keep_alive(self, part: Part) -> None:
        wait_s = FIRST_WAIT_S
        while True:
            await part.process.wait()
            if self._ending:
                return
            log.warning("telephony_ended", part=part.name)
            part.ended()
            await asyncio.sleep(wait_s)
            wait_s = FIRST_WAIT_S if await self._start(part) else min(wait_s * 2, LONGEST_WAIT_S)

    async def health(self) -> Health:
        """Whether calls can be taken, and if not, why."""
        if self.engine is None:
            return Health(ready=False, reason="telephony is not installed", remedy=self._remedy)
        if self._starting:
            return Health(ready=False, reason="telephony is starting")
        for part in self.engine.parts:
            if part.vital and (failure := self._failures.get(part.name)):
                return Health(ready=False, reason=failure, remedy="trunkline doctor")
        return await self.engine.edge.health()

    async def let_go(self, *, stop: bool) -> None:
        """Let go of the engine; a clean stop ends it too, so that nothing is left running."""
        self._ending = True
        if self.engine is not None:
            await self.engine.edge.close()
            if stop:
                await asyncio.gather(*(part.process.stop() for part in self.engine.parts))


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
