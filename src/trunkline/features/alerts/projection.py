"""Which facts raise an alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from trunkline.core.call.facts import EmergencyCalled
from trunkline.core.callback_facts import CallerLost
from trunkline.core.facts import InteractionUnanswered
from trunkline.features.alerts.service import raise_alert
from trunkline.features.alerts.store import AlertRow, Kind

if TYPE_CHECKING:
    from trunkline.ports.clock import Ids
    from trunkline.ports.database import Tx
    from trunkline.ports.events import Outbox


class AlertsFromFacts:
    """Raises an alert in the transaction of its cause."""

    name = "alerts"
    version = 1
    takes: ClassVar = frozenset({InteractionUnanswered, EmergencyCalled, CallerLost})

    def __init__(self, outbox: Outbox, ids: Ids) -> None:
        self._outbox = outbox
        self._ids = ids

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Several agents did not answer one interaction, one calls for help, a caller is lost."""
        if isinstance(fact, InteractionUnanswered):
            self._raise(tx, tenant_id, at_ms, Kind.UNANSWERED, fact, fact.unanswered)
        elif isinstance(fact, EmergencyCalled):
            self._raise(tx, tenant_id, at_ms, Kind.EMERGENCY, fact, 1)
        elif isinstance(fact, CallerLost):
            self._raise(tx, tenant_id, at_ms, Kind.CALLER_LOST, fact, 1)

    def _raise(
        self,
        tx: Tx,
        tenant_id: str,
        at_ms: int,
        kind: Kind,
        fact: InteractionUnanswered | EmergencyCalled | CallerLost,
        count: int,
    ) -> None:
        name, subject, queue = self._ids.new("alt"), str(fact.interaction), str(fact.queue)
        row = AlertRow(tenant_id, name, kind.value, subject, queue, count, at_ms)
        raise_alert(tx, self._outbox, row)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Alerts are no read model: who dismissed one is nowhere else."""
