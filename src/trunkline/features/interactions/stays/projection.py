"""How stays in queues follow from the core's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trunkline.core import facts as f
from trunkline.core.words import EndedBy
from trunkline.features.interactions.stays import store

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

_ENDED: Final = {
    EndedBy.ABANDONED: store.ABANDONED,
    EndedBy.FAILURE: store.LOST,
    EndedBy.CALLBACK: store.CALLBACK,
}


class QueueStays:
    """The projection: one row a stay. Those who are called back stand apart."""

    name = "queue_stays"
    version = 1
    takes = frozenset(
        {
            f.InteractionQueued,
            f.InteractionOverflowed,
            f.InteractionMoved,
            f.FlowChanged,
            f.InteractionAnswered,
            f.PartiesJoined,
            f.InteractionEnded,
        }
    )

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact."""
        match fact:
            case f.InteractionQueued(again=False):
                _queued(tx, tenant_id, at_ms, fact)
            case f.InteractionOverflowed() | f.InteractionMoved():
                _overflowed(tx, tenant_id, at_ms, fact)
            case f.FlowChanged(interaction=it):
                store.end(tx, tenant_id, it, at_ms, store.WITHDRAWN)
            case f.InteractionAnswered(interaction=it):
                store.end(tx, tenant_id, it, at_ms, store.ANSWERED)
            case f.PartiesJoined(interaction=it):
                store.heard(tx, tenant_id, it, at_ms)
            case f.InteractionEnded(interaction=it, ended_by=by):
                store.end(tx, tenant_id, it, at_ms, _ENDED.get(by, store.WITHDRAWN))

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget a tenant's rows."""
        store.forget(tx, tenant_id)


def _queued(tx: Tx, tenant_id: str, at: int, fact: f.InteractionQueued) -> None:
    """A stay begins where it entered this queue; what was open before was given to this one."""
    store.end(tx, tenant_id, fact.interaction, at, store.WITHDRAWN)
    # Who was given back after a talk waits anew: the old clock is for the place in line only.
    entered = at if fact.returned else fact.entered_at
    outcome = store.CALLED_BACK if fact.callback else store.WAITING
    store.begin(tx, tenant_id, fact.interaction, fact.queue, entered, outcome)


def _overflowed(
    tx: Tx, tenant_id: str, at: int, fact: f.InteractionOverflowed | f.InteractionMoved
) -> None:
    """It left for elsewhere, perhaps before it stood in the queue at all."""
    if not store.end(tx, tenant_id, fact.interaction, at, store.OVERFLOWED):
        store.begin(tx, tenant_id, fact.interaction, fact.queue, at, store.OVERFLOWED)
