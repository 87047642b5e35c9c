"""What routing may know of a customer's history, of a call as of what is written; ids only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.core.acd.rules import Affinity
from trunkline.core.words import AgentId, QueueId
from trunkline.features.interactions.store import InteractionRow, Reach, Wanted, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx

REMEMBERED: Final = 3
"""So many of a customer's last interactions are looked at when they come again."""
REPEATED_WITHIN_MS: Final = 24 * 3600 * 1000
"""Who came with the same matter within this comes again about it."""


def looked_after(manager: str | None, contract: bool) -> Affinity:
    """Who looks after the customer, and whether there is an enterprise contract."""
    return Affinity(manager=AgentId(manager) if manager else None, contract=contract)


def remembered(
    tx: Tx,
    tenant_id: str,
    customer_id: str,
    known: Affinity,
    now: int,
    same: Callable[[InteractionRow], bool],
) -> Affinity:
    """What is known and the last interactions besides; `same` tells those of the same matter."""
    rows = page(tx, tenant_id, Reach(), Wanted(customer_id=customer_id), REMEMBERED)
    since = now - REPEATED_WITHIN_MS
    return replace(
        known,
        last_agent=next((AgentId(row.agent_id) for row in rows if row.agent_id), None),
        recent_queues=tuple(QueueId(row.queue_id) for row in rows if row.queue_id),
        repeats=sum(row.started_at >= since and same(row) for row in rows),
    )
