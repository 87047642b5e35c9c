"""What is forgotten: outward calls that no rule looks at any more, and what expired on lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.features.outbound import store

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

KEPT_MS: Final = 90 * 24 * 3600 * 1000
"""Outward calls, dialled or refused, are kept so long."""


def forget(tx: Tx, now: int) -> int:
    """Drop what is over, of all tenants; how many rows."""
    return store.drop_calls(tx, now - KEPT_MS) + store.drop_expired(tx, now)
