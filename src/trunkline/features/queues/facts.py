"""How the most used outcomes of a queue follow from the core's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core.facts import WrapUpCompleted
from trunkline.features.queues import store

if TYPE_CHECKING:
    from trunkline.ports.database import Tx


class DispositionUses:
    """The projection: each outcome that a wrap-up ended with, counted for its queue."""

    name = "disposition_uses"
    version = 1
    takes = frozenset({WrapUpCompleted})

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact."""
        if isinstance(fact, WrapUpCompleted) and fact.disposition is not None:
            store.count_use(tx, tenant_id, fact.queue, fact.disposition)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget a tenant's counts."""
        store.forget_uses(tx, tenant_id)
