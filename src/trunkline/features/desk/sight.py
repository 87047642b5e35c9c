"""Which interactions somebody sees: his own, those of his teams, or all of the tenant.

An interaction is its queue's team's. One that has reached no queue is no team's yet, and what is no
team's is the whole tenant's: whoever reads for a team sees it too, as the stream tells him of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.words import OfferOutcome
from trunkline.features import interactions, queues
from trunkline.features.interactions import InteractionRow, Reach
from trunkline.features.tenancy import Principal, Scope
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

READ = "interactions.read"


def reach(tx: Tx, principal: Principal) -> Reach:
    """What a list of interactions may hold for a principal."""
    scope = principal.scope(READ)
    if scope is Scope.TENANT:
        return Reach()
    own = frozenset({principal.user_id})
    if scope is Scope.OWN:
        return Reach(own, frozenset())
    seen = queues.list_queues(tx, principal.tenant_id, principal.visible_teams(READ))
    return Reach(own, frozenset(queue.id for queue in seen), unqueued=True)


def visible(tx: Tx, principal: Principal, interaction_id: str) -> InteractionRow:
    """An interaction that one may see; raises 404 `interaction_unknown`, for the unseen as well."""
    row = interactions.get(tx, principal.tenant_id, interaction_id)
    if row is None or not _sees(tx, principal, row):
        raise unknown()
    return row


def own(tx: Tx, principal: Principal, interaction_id: str) -> InteractionRow:
    """An interaction of the tenant, for who has it in hand; caller or core see to that."""
    row = interactions.get(tx, principal.tenant_id, interaction_id)
    if row is None:
        raise unknown()
    return row


def unknown() -> TrunklineError:
    """The refusal for an interaction that is not there, or not for these eyes."""
    return TrunklineError("interaction_unknown", 404, "There is no such interaction.")


def _sees(tx: Tx, principal: Principal, row: InteractionRow) -> bool:
    if principal.scope(READ) is Scope.TENANT or row.agent_id == principal.user_id:
        return True
    here = reach(tx, principal)
    ours = here.unqueued if row.queue_id is None else row.queue_id in (here.queue_ids or ())
    return ours or _took_part(tx, principal.user_id, row)


def _took_part(tx: Tx, user_id: str, row: InteractionRow) -> bool:
    """Whether the agent handled it at some time, or it is being offered to him now."""
    if user_id in interactions.handled_by(tx, row.tenant_id, row.id):
        return True
    open_offers = (
        offer
        for offer in interactions.offers_of(tx, row.tenant_id, row.id)
        if offer["outcome"] == OfferOutcome.PENDING
    )
    return any(offer["agent_id"] == user_id for offer in open_offers)
