"""A page's WebSocket that is carried on to an engine, whichever it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping
    from typing import Any

GOING_AWAY: Final = 1001
POLICY_VIOLATION: Final = 1008
TRY_AGAIN: Final = 1013


class Page(Protocol):
    """The server's side of a page's WebSocket; Starlette's `WebSocket` is one."""

    async def accept(
        self,
        subprotocol: str | None = None,
        headers: Iterable[tuple[bytes, bytes]] | None = None,
    ) -> None:
        """Open."""

    async def receive(self) -> Mapping[str, object]:
        """The next ASGI message."""

    async def send_text(self, data: str) -> None:
        """Send one message."""

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close."""


async def carry(
    from_page: Coroutine[Any, Any, None], to_page: Coroutine[Any, Any, None], cut: asyncio.Event
) -> int:
    """Both directions; returns the code to close the page with, 0 when the page closed itself."""
    outward = asyncio.ensure_future(from_page)
    tasks = (outward, asyncio.ensure_future(to_page), asyncio.ensure_future(cut.wait()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if outward.done():
            return 0
        return POLICY_VIOLATION if tasks[-1].done() else GOING_AWAY
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
