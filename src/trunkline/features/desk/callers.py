"""Numbers that called: sealed under the interaction's token, shown in full to few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features import customers

if TYPE_CHECKING:
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

PII = "customers.read_pii"


def caller(tx: Tx, keys: KeyRing, row: InteractionRow) -> str | None:
    """The number as it called; None when it was withheld, forgotten or erased."""
    try:
        return customers.value(tx, keys, row.tenant_id, row.party)
    except customers.ValueGone:
        return None


def shown(number: str | None) -> str | None:
    """A number as everybody may see it."""
    return customers.masked(customers.normalised(number)) or None


def in_full(principal: Principal, number: str | None) -> str | None:
    """A number for those who may see it in full."""
    return number if principal.may(PII) else None
