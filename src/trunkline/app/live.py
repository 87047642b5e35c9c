"""Tells the stream how queues stand, whenever the cell publishes a new picture of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from trunkline.core.picture import QueueView
    from trunkline.core.words import QueueId
    from trunkline.features.desk import Walls
    from trunkline.ports.clock import Clock
    from trunkline.ports.database import Database, Tx
    from trunkline.ports.events import Outbox

TYPE = "trunkline.queue.live_changed.v1"


class LiveQueues:
    """Called at most four times a second a tenant, with the queues that changed."""

    def __init__(self, db: Database, outbox: Outbox, clock: Clock, walls: Walls) -> None:
        self._db = db
        self._outbox = outbox
        self._clock = clock
        self._walls = walls

    async def tell(self, tenant_id: str, changed: dict[QueueId, QueueView]) -> None:
        """One event a queue."""
        now = self._clock.now_ms()
        told = {queue: self._walls.told(tenant_id, queue) for queue in changed}

        def work(tx: Tx) -> None:
            for view in changed.values():
                today = told[view.id]
                self._outbox.emit(tx, _event(tenant_id, view, now, today))

        await self._db.write(work)


def _event(tenant_id: str, view: QueueView, now: int, today: dict[str, Any]) -> DomainEvent:
    longest = 0 if view.oldest_at is None else max(0, now - view.oldest_at)
    payload = {
        "queue_id": view.id,
        "waiting": view.waiting,
        "longest_wait_ms": longest,
        "ewt_ms": view.ewt_ms,
        "agents": {state.value: count for state, count in view.agents},
        "callbacks_open": view.callbacks,
        "written": sum(line.waiting for line in view.written),
        **today,
    }
    audience = Audience("live.read", queue_id=view.id)
    return DomainEvent(tenant_id, TYPE, view.id, now, payload, audience)
