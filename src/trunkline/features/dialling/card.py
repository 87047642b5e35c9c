"""What an agent sees of the entry that they are asked to call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.call.dialling import DialMode
from trunkline.features import outbound
from trunkline.features.dialling import entries, store
from trunkline.features.dialling.schemas import ListedCard
from trunkline.features.dialling.store import Outcome

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def card_of(tx: Tx, keys: KeyRing, tenant_id: str, interaction_id: str) -> ListedCard | None:
    """The card of an interaction that came of a list; None where it came of none."""
    entry = store.by_interaction(tx, tenant_id, interaction_id)
    row = store.get_list(tx, tenant_id, entry.list_id) if entry else None
    if entry is None or row is None:
        return None
    person = entries.opened(tx, keys, entry)
    return ListedCard(
        list_id=row.id,
        list_name=row.name,
        entry_id=entry.id,
        mode=DialMode(row.mode),
        purpose=outbound.Purpose(row.purpose),
        fields=person.fields if person else {},
        tries=entry.tries,
        last_outcome=Outcome(entry.outcome) if entry.outcome else None,
    )
