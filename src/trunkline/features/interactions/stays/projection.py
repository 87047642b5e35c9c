"""How stays in queues follow from the core's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from trunkline.core import facts as f
from trunkline.core.call.voicemail_facts import VoicemailEntered
from trunkline.core.words import EndedBy
from trunkline.features.interactions.stays import store

if TYPE_CHECKING:
    from collections.abc import Callable

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
    takes: frozenset[type[Any]] = frozenset()

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact."""
        fold = _FOLDS.get(type(fact))
        if fold:
            fold(tx, tenant_id, at_ms, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget a tenant's rows."""
        store.forget(tx, tenant_id)


def _queued(tx: Tx, tenant_id: str, at: int, fact: f.InteractionQueued) -> None:
    """A stay begins where it entered this queue; what was open before was given to this one."""
    if fact.again:
        return  # an offer came to nothing: the stay goes on
    store.end(tx, tenant_id, fact.interaction, at, store.WITHDRAWN)
    # Who was given back after a talk waits anew: the old clock is for the place in line only.
    entered = at if fact.returned else fact.entered_at
    outcome = store.CALLED_BACK if fact.callback else store.WAITING
    channel = fact.channel.value
    store.begin(tx, tenant_id, fact.interaction, fact.queue, entered, outcome, channel)


def _overflowed(
    tx: Tx, tenant_id: str, at: int, fact: f.InteractionOverflowed | f.InteractionMoved
) -> None:
    """It left for elsewhere, perhaps before it stood in the queue at all."""
    if not store.end(tx, tenant_id, fact.interaction, at, store.OVERFLOWED):
        stay = (fact.interaction, fact.queue, at, store.OVERFLOWED, fact.channel.value)
        store.begin(tx, tenant_id, *stay)


def _withdrawn(tx: Tx, tenant_id: str, at: int, fact: f.FlowChanged | VoicemailEntered) -> None:
    store.end(tx, tenant_id, fact.interaction, at, store.WITHDRAWN)


def _answered(tx: Tx, tenant_id: str, at: int, fact: f.InteractionAnswered) -> None:
    store.end(tx, tenant_id, fact.interaction, at, store.ANSWERED)


def _joined(tx: Tx, tenant_id: str, at: int, fact: f.PartiesJoined) -> None:
    store.heard(tx, tenant_id, fact.interaction, at)


def _ended(tx: Tx, tenant_id: str, at: int, fact: f.InteractionEnded) -> None:
    store.end(tx, tenant_id, fact.interaction, at, _ENDED.get(fact.ended_by, store.WITHDRAWN))


_FOLDS: dict[type[Any], Callable[[Tx, str, int, Any], None]] = {
    f.InteractionQueued: _queued,
    f.InteractionOverflowed: _overflowed,
    f.InteractionMoved: _overflowed,
    f.FlowChanged: _withdrawn,
    VoicemailEntered: _withdrawn,
    f.InteractionAnswered: _answered,
    f.PartiesJoined: _joined,
    f.InteractionEnded: _ended,
}

QueueStays.takes = frozenset(_FOLDS)
