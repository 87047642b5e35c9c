"""The live stream: numbered events to many followers, each with a bounded inbox.

A follower that resumes reads what is kept from the store until nothing is left, joins, reads once
more what came between, and goes on live; the numbers drop what it would see twice. A follower
that does not keep up is ended rather than waited for.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from trunkline.kit.clock import rfc3339
from trunkline.ports.events import DomainEvent, EventLog, StreamGone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from trunkline.ports.database import Database

MOST_BEHIND = 1_000
"""Events that may wait in a follower's inbox."""

_READ_AT_ONCE = 500


class LiveStream:
    """The port `Stream` for this process."""

    def __init__(self, db: Database, log: EventLog) -> None:
        self._db = db
        self._log = log
        self._inboxes: dict[str, WeakSet[_Inbox]] = {}

    def publish(self, events: Sequence[DomainEvent]) -> None:
        """Hand numbered events to the followers of their tenants; in order, on the loop."""
        for tenant_id, told in _by_tenant(events).items():
            for inbox in self._inboxes.get(tenant_id, ()):
                inbox.put(told)

    def follow(self, tenant_id: str, after: int | None) -> AsyncIterator[DomainEvent]:
        """Events after `after`, or from this call on; raises `StreamGone`."""
        if after is None:
            return self._join(tenant_id).live(0)
        return self._resume(tenant_id, after)

    async def _resume(self, tenant_id: str, after: int) -> AsyncIterator[DomainEvent]:
        oldest, newest = await self._db.read(lambda tx: self._log.span(tx, tenant_id))
        if not oldest - 1 <= after <= newest:
            raise StreamGone
        async for event in self._kept(tenant_id, after):
            after = event.seq
            yield event
        inbox = self._join(tenant_id)
        async for event in self._kept(tenant_id, after):
            after = event.seq
            yield event
        async for event in inbox.live(after):
            yield event

    async def _kept(self, tenant_id: str, after: int) -> AsyncIterator[DomainEvent]:
        def read(tx: Any) -> list[DomainEvent]:
            return self._log.after(tx, tenant_id, after, _READ_AT_ONCE)

        while page := await self._db.read(read):
            for event in page:
                yield event
            after = page[-1].seq

    def _join(self, tenant_id: str) -> _Inbox:
        """An inbox that gets events for as long as somebody holds it."""
        inbox = _Inbox()
        self._inboxes.setdefault(tenant_id, WeakSet()).add(inbox)
        return inbox


class _Inbox:
    """What one follower has not taken yet."""

    def __init__(self) -> None:
        self._waiting: deque[DomainEvent] = deque()
        self._news = asyncio.Event()
        self._overrun = False

    def put(self, events: Sequence[DomainEvent]) -> None:
        """More happened; a follower for whom that is too much is told instead."""
        if len(self._waiting) + len(events) > MOST_BEHIND:
            self._overrun = True
        else:
            self._waiting.extend(events)
        self._news.set()

    async def live(self, after: int) -> AsyncIterator[DomainEvent]:
        """Events with a higher number; raises `StreamGone` when too many waited."""
        while not self._overrun:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
                continue
            event = self._waiting.popleft()
            if event.seq > after:
                yield event
        raise StreamGone


def _by_tenant(events: Sequence[DomainEvent]) -> dict[str, list[DomainEvent]]:
    found: dict[str, list[DomainEvent]] = {}
    for event in events:
        found.setdefault(event.tenant_id, []).append(event)
    return found


def to_cloudevent(event: DomainEvent) -> dict[str, Any]:
    """A published event as CloudEvents 1.0 JSON, with its number as the extension `seq`."""
    return {
        "specversion": "1.0",
        "id": f"{event.tenant_id}-{event.seq}",
        "source": f"/tenants/{event.tenant_id}",
        "type": event.type,
        "subject": event.subject,
        "time": rfc3339(event.at),
        "seq": event.seq,
        "datacontenttype": "application/json",
        "data": event.payload,
    }
