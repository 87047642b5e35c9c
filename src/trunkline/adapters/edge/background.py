"""Work that an edge does on its own account: owned, bounded, and gone when the edge closes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import Coroutine

MOST_AT_ONCE: Final = 5_000
_log = logger("telephony")


class Background:
    """The tasks that one owner started; none outlives `close`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run it beside; what it raises is logged and lost."""
        if len(self._tasks) >= MOST_AT_ONCE:
            work.close()
            _log.error("background_full", most=MOST_AT_ONCE)
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def finish(self, within_s: float) -> None:
        """Let what runs come to its end for so long, then cancel the rest."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)
        await self.close()

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            _log.warning("background_failed", reason=repr(failure))
