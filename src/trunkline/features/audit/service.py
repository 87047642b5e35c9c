"""Writing to the audit log, and proving that nobody wrote in it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trunkline.features.audit import store

if TYPE_CHECKING:
    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx

SYSTEM = "system"
"""The actor of what no user did."""
ANONYMOUS = "anonymous"
"""The actor of what a stranger tried."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a chain is whole; `broken_at` is the first number that does not fit."""

    entries: int
    hash: str
    broken_at: int | None = None


def record(
    tx: Tx,
    principal: Principal,
    action: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    *,
    at: int,
) -> None:
    """Write down who did what to what, in the transaction of the deed.

    `action` is `<things>.<past verb>` such as `users.created`; `subject` the id of the thing;
    `detail` holds ids and codes only, never personal data; `at` is the clock's now in ms.
    """
    act = store.Act(at, principal.user_id, principal.session_id, action, subject, detail or {})
    store.append(tx, principal.tenant_id, act)


def verify(tx: Tx, tenant_id: str) -> Verdict:
    """Walk the chain and compute each hash anew."""
    seq, previous = 0, store.GENESIS
    for entry in store.oldest_first(tx, tenant_id):
        expected = store.chained(previous, tenant_id, seq + 1, entry.act)
        if (entry.seq, entry.hash) != (seq + 1, expected):
            return Verdict(seq, previous, broken_at=seq + 1)
        seq, previous = entry.seq, entry.hash
    whole = store.head(tx, tenant_id) == (seq, previous)
    return Verdict(seq, previous, broken_at=None if whole else seq + 1)
