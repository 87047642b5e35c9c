"""How surveys follow from the core's facts; the draw itself is the core's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core.facts import SurveyAnswered, SurveyAsked, SurveyDrawn
from trunkline.features import customers, interactions
from trunkline.features.surveys import store

if TYPE_CHECKING:
    from trunkline.ports.database import Tx


class SurveyRows:
    """The projection: drawn, asked, answered. It stands after that of interactions."""

    name = "surveys"
    version = 1
    takes = frozenset({SurveyDrawn, SurveyAsked, SurveyAnswered})

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact."""
        if isinstance(fact, SurveyDrawn):
            _drawn(tx, tenant_id, at_ms, fact)
        elif isinstance(fact, SurveyAsked) and fact.attempt == 1:
            _asked(tx, tenant_id, at_ms, fact)
        elif isinstance(fact, SurveyAnswered):
            _answered(tx, tenant_id, at_ms, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget a tenant's rows."""
        store.forget(tx, tenant_id)


def _drawn(tx: Tx, tenant_id: str, at_ms: int, fact: SurveyDrawn) -> None:
    fields = {"drawn": fact.drawn, "reason": fact.reason, "queue_id": fact.queue}
    store.put(tx, tenant_id, fact.interaction, **fields, drawn_at=at_ms)


def _asked(tx: Tx, tenant_id: str, at_ms: int, fact: SurveyAsked) -> None:
    """Offered from now; the customer is left in peace for a while after."""
    fields = {"agent_id": fact.agent, "queue_id": fact.queue, "asked_at": at_ms}
    store.put(tx, tenant_id, fact.interaction, **fields)
    interaction = interactions.get(tx, tenant_id, fact.interaction)
    if interaction is not None and interaction.customer_id is not None:
        customers.surveyed(tx, tenant_id, interaction.customer_id, at_ms)


def _answered(tx: Tx, tenant_id: str, at_ms: int, fact: SurveyAnswered) -> None:
    owner = {"agent_id": fact.agent, "queue_id": fact.queue}
    store.put(tx, tenant_id, fact.interaction, **owner, rating=fact.rating, answered_at=at_ms)
    store.set_passed(tx, tenant_id, fact.interaction, fact.transferred_queues)
