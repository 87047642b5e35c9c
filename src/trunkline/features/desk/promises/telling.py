"""What the jobs of promises share: whether one still stands, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.features import promises
from trunkline.features.promises import PromiseRow, PromiseState
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform


def still(tx: Tx, job: Job) -> PromiseRow | None:
    """The promise, if it is open and its time is still the one the job was planned for."""
    row = promises.get(tx, job.tenant_id, str(job.payload["promise_id"]))
    waits = row is not None and row.state == PromiseState.OPEN
    return row if row and waits and row.due_at == job.payload["due_at"] else None


def tell(platform: Platform, on: Writing, row: PromiseRow, what: str, **more: Any) -> None:
    """An event of a promise, for its owner and for who sees its queue."""
    payload = {
        "promise_id": row.id,
        "kind": row.kind,
        "channel": row.channel,
        "queue_id": row.queue_id,
        "owner_id": row.owner_id,
        "customer_id": row.customer_id,
        "due_at": row.due_at,
        **more,
    }
    audience = Audience("interactions.read", user_id=row.owner_id, queue_id=row.queue_id)
    kind = f"trunkline.{what}.v1"
    platform.outbox.emit(on.tx, DomainEvent(on.tenant_id, kind, row.id, on.now, payload, audience))
