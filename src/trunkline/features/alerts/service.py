"""Raising an alert: it is written down and told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.features.alerts import store
from trunkline.ports.events import Audience, DomainEvent

if TYPE_CHECKING:
    from trunkline.features.alerts.store import AlertRow
    from trunkline.ports.database import Tx
    from trunkline.ports.events import Outbox

RAISED: Final = "trunkline.alert.raised.v1"
OF_NO_QUEUE: Final = "queues.write"
"""The permission of those who are told of what concerns no queue: supervisors, and who sets up."""


def raise_alert(tx: Tx, outbox: Outbox, row: AlertRow) -> None:
    """Write the alert down, and tell those who see live figures of its queue.

    One of no queue is told who looks after queues.
    """
    store.add(tx, row)
    payload = {
        "alert_id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "queue_id": row.queue_id,
        "count": row.count,
    }
    audience = Audience("live.read" if row.queue_id else OF_NO_QUEUE, queue_id=row.queue_id)
    outbox.emit(tx, DomainEvent(row.tenant_id, RAISED, row.id, row.raised_at, payload, audience))
