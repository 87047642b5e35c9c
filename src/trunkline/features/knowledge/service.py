"""Knowledge: answers that agents can look up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features.knowledge import store
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.knowledge.schemas import EntryNew
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx


def create(on: Writing, new: EntryNew) -> str:
    """Write an entry; returns its id."""
    entry_id = on.ids.new("kno")
    store.add(on.tx, store.Entry(on.tenant_id, entry_id, new.language, new.title, new.body, on.now))
    return entry_id


def find(tx: Tx, tenant_id: str, entry_id: str) -> store.Entry:
    """One entry; raises `entry_unknown`."""
    entry = store.get(tx, tenant_id, entry_id)
    if entry is None:
        raise TrunklineError("entry_unknown", 404, "There is no such entry.")
    return entry
