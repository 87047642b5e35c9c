"""How a promised call follows the callback that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import callback_facts as f
from trunkline.core.words import CallbackOutcome
from trunkline.features.promises import store
from trunkline.features.promises.store import PromiseState

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx


class PromisesFollow:
    """Begun when the customer is rung, done when the callback is over."""

    name = "promises"
    version = 1
    takes: frozenset[type[Any]] = frozenset()

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Follow one fact."""
        fold = _FOLDS.get(type(fact))
        if fold:
            fold(tx, tenant_id, at_ms, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Promises are no read model; they stay."""


def _queued(tx: Tx, tenant: str, at: int, fact: f.CallbackQueued) -> None:
    row = store.by_callback(tx, tenant, fact.callback)
    if row:
        store.change(tx, tenant, row.id, attempt_id=str(fact.interaction))


def _dialled(tx: Tx, tenant: str, at: int, fact: f.CustomerDialled) -> None:
    row = store.by_attempt(tx, tenant, fact.interaction)
    if row and row.state == PromiseState.OPEN:
        store.change(tx, tenant, row.id, state=PromiseState.BEGUN.value, begun_at=at)


def _ended(tx: Tx, tenant: str, at: int, fact: f.CallbackEnded) -> None:
    row = store.by_callback(tx, tenant, fact.callback)
    if row is None or row.state in (PromiseState.DONE, PromiseState.CANCELLED):
        return
    cancelled = fact.outcome is CallbackOutcome.CANCELLED
    state = PromiseState.CANCELLED if cancelled else PromiseState.DONE
    over = {"state": state.value, "outcome": fact.outcome.value, "closed_at": at, "slot": None}
    store.change(tx, tenant, row.id, **over)


_FOLDS: dict[type[Any], Callable[[Tx, str, int, Any], None]] = {
    f.CallbackQueued: _queued,
    f.CustomerDialled: _dialled,
    f.CallbackEnded: _ended,
}

PromisesFollow.takes = frozenset(_FOLDS)
