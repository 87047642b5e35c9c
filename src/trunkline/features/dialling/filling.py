"""Filling a list from a file, and forgetting who stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.features import audit
from trunkline.features.dialling import entries, lists, store
from trunkline.features.dialling.schemas import ImportedOut, RefusedLine
from trunkline.features.dialling.store import EntryState, ListState
from trunkline.kit.errors import TrunklineError
from trunkline.runtime.bulk import bulk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.dialling.entries import Read
    from trunkline.features.tenancy import Principal, Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

MOST_TOLD: Final = 100
"""Refused lines that are told one by one."""


async def fill(
    platform: Platform, principal: Principal, list_id: str, text: str, *, dry_run: bool
) -> ImportedOut:
    """Add the people of a file, in portions that hold nobody up; those before a failure stay.

    Raises 404 `list_unknown`, 409 `list_stopped` or `list_full`, 422 `table_unreadable`.
    """
    lines = entries.read(text)
    tenant_id = principal.tenant_id

    def look(tx: Tx) -> list[Read]:
        found = lists.find(tx, tenant_id, list_id)
        if found.state == ListState.STOPPED:
            raise TrunklineError("list_stopped", 409, "A stopped list takes nobody more.")
        told = entries.understood(audit.writing(platform, tx, tenant_id), list_id, lines)
        _check_room(tx, tenant_id, list_id, sum(one.wrong is None for one in told))
        return told

    def put(tx: Tx, portion: Sequence[Read]) -> None:
        on = audit.writing(platform, tx, tenant_id)
        store.add_entries(tx, entries.rows(on, list_id, portion))

    told = await platform.db.read(look)
    good = [one for one in told if one.wrong is None]
    if not dry_run and good:
        await bulk(platform.db, good, put)
        deed = audit.Deed("dialling_list", "filled", "outbound.read")
        await audit.perform(platform, principal, deed, lambda _: list_id)
    wrong = [RefusedLine(line=one.line, code=one.wrong) for one in told if one.wrong]
    return ImportedOut(
        dry_run=dry_run,
        lines=len(told),
        added=len(good),
        refused=len(wrong),
        refusals=wrong[:MOST_TOLD],
    )


def erase(on: Writing, list_id: str, entry_id: str) -> str:
    """Forget one person; raises 404 `entry_unknown`, 409 `entry_busy`."""
    row = entries.find(on.tx, on.tenant_id, list_id, entry_id)
    if row.state not in (EntryState.WAITING, EntryState.ENDED):
        raise TrunklineError("entry_busy", 409, "An agent is asked for this entry, or is at it.")
    store.drop_entry(on.tx, on.tenant_id, row.id)
    return row.id


def _check_room(tx: Tx, tenant_id: str, list_id: str, more: int) -> None:
    there = sum(one[3] for one in store.count(tx, tenant_id, [list_id]))
    if there + more > entries.MOST_ENTRIES:
        detail = f"A list holds {entries.MOST_ENTRIES} people at most."
        raise TrunklineError("list_full", 409, detail)
