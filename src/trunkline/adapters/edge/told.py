"""Events on their way to the driver: numbered, kept until acknowledged, bounded."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from trunkline.ports.edge import AccountSeen, CallArrived, Numbered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from trunkline.core.call.events import EdgeEvent

MOST_UNACKNOWLEDGED: Final = 20_000


class Told:
    """What was told to the driver and is not known to be durable there.

    When more is told than `MOST_UNACKNOWLEDGED` without an acknowledgement, the stream ends: the
    driver must open the edge again and take its inventory, which holds everything that counts.
    """

    def __init__(self, most: int = MOST_UNACKNOWLEDGED) -> None:
        self._most = most
        self._kept: deque[Numbered] = deque()
        self._next = 1
        self._acknowledged = 0
        self._open = True
        self._news = asyncio.Event()

    @property
    def acknowledged(self) -> int:
        """The highest number that is durable at the driver."""
        return self._acknowledged

    def tell(self, event: EdgeEvent | CallArrived | AccountSeen) -> int:
        """Number an event and hand it on; returns its number."""
        number, self._next = self._next, self._next + 1
        self._kept.append(Numbered(number, event))
        if len(self._kept) > self._most:
            self._kept.clear()
            self._open = False
        self._news.set()
        return number

    def acknowledge(self, seq: int) -> None:
        """Forget everything up to and including `seq`."""
        self._acknowledged = max(self._acknowledged, min(seq, self._next - 1))
        while self._kept and self._kept[0].seq <= seq:
            self._kept.popleft()

    def reopen(self) -> None:
        """Let a stream that ended be read again."""
        self._open = True

    def close(self) -> None:
        """End the stream after what is kept."""
        self._open = False
        self._news.set()

    async def events(self) -> AsyncIterator[Numbered]:
        """From the oldest not acknowledged on, for ever, until closed."""
        last = 0
        while True:
            for numbered in self._after(last):
                last = numbered.seq
                yield numbered
            if self._kept and self._kept[-1].seq > last:
                continue
            if not self._open:
                return
            self._news.clear()
            await self._news.wait()

    def _after(self, last: int) -> list[Numbered]:
        if not self._kept or self._kept[-1].seq <= last:
            return []
        first = self._kept[0].seq
        return list(self._kept) if first > last else list(self._kept)[last - first + 1 :]
