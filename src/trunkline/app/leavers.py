"""Sessions that end while we run: their softphones are cut off, and the account is dropped.

Hears domain events after their commit. What is missed in a crash does no harm: sockets end with
the process, and accounts end in time.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trunkline.features import desk, identity
from trunkline.kit.logging import logger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trunkline.features.tenancy import Principal
    from trunkline.ports.events import DomainEvent
    from trunkline.runtime.platform import Platform

log = logger("leavers")
MOST_WAITING = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One open line of a session."""

    session_id: str | None
    cut: asyncio.Event = field(default_factory=asyncio.Event)


class Lines:
    """The open lines, by user."""

    def __init__(self) -> None:
        self._open: defaultdict[tuple[str, str], set[Line]] = defaultdict(set)

    @contextmanager
    def open(self, principal: Principal | None) -> Iterator[asyncio.Event]:
        """While a socket is open; the event says when it must close. Guests are never cut off."""
        if principal is None:
            yield asyncio.Event()
            return
        user, line = (principal.tenant_id, principal.user_id), Line(principal.session_id)
        self._open[user].add(line)
        try:
            yield line.cut
        finally:
            self._open[user].discard(line)
            if not self._open[user]:
                del self._open[user]

    def cut(self, tenant_id: str, user_id: str, session_id: str) -> bool:
        """Cut a session's lines off; True when the user has no other."""
        lines = self._open.get((tenant_id, user_id), set())
        for line in lines:
            if line.session_id == session_id:
                line.cut.set()
        return all(line.cut.is_set() for line in lines)


class Leavers:
    """One at a time, in the order in which they left."""

    def __init__(self, platform: Platform, lines: Lines) -> None:
        self._platform = platform
        self._lines = lines
        self._waiting: asyncio.Queue[DomainEvent] = asyncio.Queue(MOST_WAITING)
        self._loop = asyncio.get_running_loop()

    def hear(self, events: Sequence[DomainEvent]) -> None:
        """Called by the store, on its thread."""
        for event in events:
            if event.type == identity.SESSION_ENDED:
                self._loop.call_soon_threadsafe(self._put, event)

    async def run(self) -> None:
        """See leavers off until cancelled. An account that another page uses stays."""
        while True:
            event = await self._waiting.get()
            tenant_id, user_id = event.tenant_id, str(event.payload["user_id"])
            if self._lines.cut(tenant_id, user_id, event.subject):
                await desk.end_softphone(self._platform, tenant_id, user_id)

    def _put(self, event: DomainEvent) -> None:
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            log.warning("leavers_dropped", tenant_id=event.tenant_id)
