"""The relay: what is committed gets its number and goes to the stream.

The store tells every commit that holds events, on the loop or on a thread of its own. Events that
have their number are published as they are; others make the relay ask the store to number what is
durable, which is a commit that is told again, now with numbers. So nothing is published that is
not on the disk with its number, and what a killed process did not publish is numbered by the next.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from trunkline.ports.database import Database, Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trunkline.ports.events import DomainEvent, EventLog
    from trunkline.runtime.stream import LiveStream

LOOK_EVERY_S = 5.0
"""How long events of another process wait at most when its wake-up was lost."""


class Relay:
    """Feeds the stream of this process; made on the loop it works on."""

    def __init__(self, db: Database, log: EventLog, stream: LiveStream) -> None:
        self._db = db
        self._log = log
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self._home = threading.get_ident()
        self._wake = asyncio.Event()
        self._wake.set()  # somebody may have died between commit and publishing
        self._one_at_a_time = asyncio.Lock()
        log.on_commit(self._told)

    async def run(self) -> None:
        """Number what others committed, until cancelled."""
        while True:
            await self.flush()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                self._wake.set()

    async def flush(self) -> None:
        """Return when all that was committed before is on the stream; many callers share work."""
        async with self._one_at_a_time:
            if self._wake.is_set():
                self._wake.clear()
                await self._db.write(self._log.number, priority=Priority.CELL)

    def _told(self, events: Sequence[DomainEvent]) -> None:
        """The loop hears of it before whoever waits for the commit, on whatever thread that was."""
        if events and events[0].seq:
            self._on_loop(self._stream.publish, events)
        else:
            self._on_loop(self._wake.set)

    def _on_loop(self, call: Callable[..., None], *given: Any) -> None:
        if threading.get_ident() == self._home:
            call(*given)
        else:
            self._loop.call_soon_threadsafe(call, *given)
