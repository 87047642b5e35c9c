"""Numbers on lists: those we call no more, and those whose calls we take no more."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from trunkline.features import customers
from trunkline.features.outbound import store
from trunkline.kit.crypto import KeyRing, seal, unseal
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

MOST_LISTED: Final = 200_000
"""Of one tenant on one list."""

MOST_BLOCKED: Final = 20_000
"""Callers of one tenant; all of them are kept in memory."""

_PURPOSE: Final = "outbound"


class ListKind(StrEnum):
    """Which list."""

    DO_NOT_CALL = "do_not_call"
    BLOCKED = "blocked"


_MOST: Final = {ListKind.DO_NOT_CALL: MOST_LISTED, ListKind.BLOCKED: MOST_BLOCKED}


def add(
    on: Writing, by: str, kind: ListKind, number: str, reason: str, expires_at: int | None
) -> str:
    """Put a number on a list; raises `number_invalid`, `number_listed`, `list_full`."""
    known = spelled(on.tx, on.tenant_id, kind, number)
    if known is None:
        raise TrunklineError("number_invalid", 422, "This is no number.")
    if expires_at is not None and expires_at <= on.now:
        raise TrunklineError("expiry_past", 422, "That time is over.")
    if store.count_listed(on.tx, on.tenant_id, kind) >= _MOST[kind]:
        raise TrunklineError("list_full", 409, f"The list holds {_MOST[kind]} numbers at most.")
    listed_id = on.ids.new("lst")
    row = store.ListedRow(
        tenant_id=on.tenant_id,
        id=listed_id,
        kind=kind,
        mark=customers.phone_mark(on.keys, on.tenant_id, known),
        sealed=seal(on.keys.tenant_key(on.tenant_id, _PURPOSE), known.encode(), listed_id.encode()),
        reason=reason,
        appeal="",
        expires_at=expires_at,
        created_at=on.now,
        created_by=by,
    )
    store.drop_expired(on.tx, on.now)
    if not store.put_listed(on.tx, row):
        raise TrunklineError("number_listed", 409, "This number stands on the list already.")
    return listed_id


def spelled(tx: Tx, tenant_id: str, kind: ListKind, number: str) -> str | None:
    """A number as its list knows it: as it is dialled from home, or as callers' are read."""
    if kind is ListKind.BLOCKED:
        return customers.normalised(number)
    return customers.normalised(number, store.home_of(tx, tenant_id))


def change(on: Writing, kind: ListKind, listed_id: str, given: dict[str, Any]) -> str:
    """Change reason, appeal note or expiry; raises `number_not_listed`."""
    row = find(on.tx, on.tenant_id, kind, listed_id)
    if given:
        store.change_listed(on.tx, on.tenant_id, row.id, given)
    return row.id


def remove(on: Writing, kind: ListKind, listed_id: str) -> str:
    """Take a number off; raises `number_not_listed`."""
    row = find(on.tx, on.tenant_id, kind, listed_id)
    store.drop_listed(on.tx, on.tenant_id, row.id)
    return row.id


def find(tx: Tx, tenant_id: str, kind: ListKind, listed_id: str) -> store.ListedRow:
    """One entry; raises `number_not_listed`."""
    row = store.get_listed(tx, tenant_id, kind, listed_id)
    if row is None:
        raise TrunklineError("number_not_listed", 404, "There is no such entry.")
    return row


def shown(keys: KeyRing, row: store.ListedRow, *, whole: bool) -> str:
    """The number of an entry, masked for those who may not see it in full."""
    key = keys.tenant_key(row.tenant_id, _PURPOSE)
    number = unseal(key, row.sealed, row.id.encode()).decode()
    return number if whole else customers.masked(number)


def blocked(tx: Tx, tenant_id: str) -> dict[str, int | None]:
    """Marks of the callers whose calls are not taken, each with the end of its time."""
    return dict(store.marks_of(tx, tenant_id, ListKind.BLOCKED, MOST_BLOCKED))


def choose(on: Writing, given: dict[str, Any]) -> str:
    """Change what the tenant allows itself."""
    _, kept = store.chosen(on.tx, on.tenant_id)
    store.choose(on.tx, on.tenant_id, replace(kept, **given))
    return on.tenant_id
