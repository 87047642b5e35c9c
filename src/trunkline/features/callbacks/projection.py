"""How the rows of callbacks follow from the core's facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import callback_facts as f
from trunkline.features.callbacks import store

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.ports.database import Tx


class CallbackRows:
    """The projection: one row a callback."""

    name = "callbacks"
    version = 1
    takes: frozenset[type[Any]] = frozenset()

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact."""
        fold = _FOLDS.get(type(fact))
        if fold:
            fold(tx, tenant_id, at_ms, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget a tenant's rows."""
        store.forget(tx, tenant_id)


def _opened(tx: Tx, tenant: str, at: int, fact: f.CallbackOpened) -> None:
    row = {
        "tenant_id": tenant,
        "id": fact.callback,
        "origin": fact.origin.value,
        "state": store.SCHEDULED,
        "queue_id": fact.queue,
        "number": fact.number,
        "party": fact.party,
        "customer_id": fact.customer,
        "level": fact.level.value,
        "owner_id": fact.owner,
        "interaction_id": fact.interaction,
        "entered_at": fact.entered_at,
        "due_at": fact.due_at,
        "tries": 0,
        "opened_at": at,
    }
    store.add(tx, row)


def _queued(tx: Tx, tenant: str, at: int, fact: f.CallbackQueued) -> None:
    fields = {"state": store.WAITING, "attempt_id": fact.interaction, "due_at": None}
    store.change(tx, tenant, fact.callback, **fields)


def _postponed(tx: Tx, tenant: str, at: int, fact: f.CallbackPostponed) -> None:
    fields: dict[str, Any] = {"state": store.SCHEDULED, "due_at": fact.due_at}
    if fact.entered_at is not None:
        fields["entered_at"] = fact.entered_at
    store.change(tx, tenant, fact.callback, **fields)


def _suspended(tx: Tx, tenant: str, at: int, fact: f.CallbackSuspended) -> None:
    store.change(tx, tenant, fact.callback, state=store.SUSPENDED, due_at=None)


def _restored(tx: Tx, tenant: str, at: int, fact: f.CallbackRestored) -> None:
    store.change(tx, tenant, fact.callback, state=store.SCHEDULED, due_at=fact.due_at)


def _tried(tx: Tx, tenant: str, at: int, fact: f.CallbackTried) -> None:
    store.change(
        tx,
        tenant,
        fact.callback,
        state=store.SCHEDULED,
        tries=fact.tries,
        last_outcome=fact.outcome.value,
        last_tried_at=at,
        last_agent_id=fact.agent,
        due_at=fact.due_at,
    )


def _ended(tx: Tx, tenant: str, at: int, fact: f.CallbackEnded) -> None:
    store.change(
        tx,
        tenant,
        fact.callback,
        state=store.ENDED,
        outcome=fact.outcome.value,
        ended_at=at,
        due_at=None,
    )


def _dialled(tx: Tx, tenant: str, at: int, fact: f.CustomerDialled) -> None:
    store.change_by_attempt(tx, tenant, fact.interaction, state=store.CALLING)


def _reached(tx: Tx, tenant: str, at: int, fact: f.CustomerReached) -> None:
    who = {"state": store.TALKING, "last_agent_id": fact.agent}
    store.change_by_attempt(tx, tenant, fact.interaction, **who)


_FOLDS: dict[type[Any], Callable[[Tx, str, int, Any], None]] = {
    f.CallbackOpened: _opened,
    f.CallbackQueued: _queued,
    f.CallbackPostponed: _postponed,
    f.CallbackSuspended: _suspended,
    f.CallbackRestored: _restored,
    f.CallbackTried: _tried,
    f.CallbackEnded: _ended,
    f.CustomerDialled: _dialled,
    f.CustomerReached: _reached,
}
CallbackRows.takes = frozenset(_FOLDS)
