"""How entries follow from the core's facts, in the transaction of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trunkline.core import callback_facts as f
from trunkline.core.facts import OfferEnded
from trunkline.core.words import CallbackOrigin, CallbackOutcome, OfferOutcome, TryOutcome
from trunkline.features import outbound
from trunkline.features.dialling import course, store
from trunkline.features.dialling.store import EntryState, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.features.dialling.store import EntryRow
    from trunkline.ports.database import Tx


class EntriesFollow:
    """An entry stands where its callback stands; a try that came to nothing has a next one."""

    name = "dialling_entries"
    version = 1
    takes: frozenset[type[Any]] = frozenset()

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Follow one fact."""
        fold = _FOLDS.get(type(fact))
        if fold:
            fold(tx, tenant_id, at_ms, fact)

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Lists are no read model; they stay."""


def _opened(tx: Tx, tenant: str, at: int, fact: f.CallbackOpened) -> None:
    if fact.origin is CallbackOrigin.LISTED and fact.dialling:
        given = {"state": EntryState.LINED, "callback_id": fact.callback, "changed_at": at}
        given |= {"rule": None, "detail": "", "interaction_id": None}
        store.change_entry(tx, tenant, fact.dialling.entry, **given)


def _queued(tx: Tx, tenant: str, at: int, fact: f.CallbackQueued) -> None:
    given = {"state": EntryState.LINED, "interaction_id": fact.interaction}
    store.change_by_callback(tx, tenant, fact.callback, **given)


def _dialled(tx: Tx, tenant: str, at: int, fact: f.CustomerDialled) -> None:
    given = {"state": EntryState.CALLING, "agent_id": fact.agent, "changed_at": at}
    store.change_by_interaction(tx, tenant, fact.interaction, **given)


def _reached(tx: Tx, tenant: str, at: int, fact: f.CustomerReached) -> None:
    given = {"state": EntryState.TALKING, "outcome": Outcome.REACHED, "changed_at": at}
    store.change_by_interaction(tx, tenant, fact.interaction, **given)


def _skipped(tx: Tx, tenant: str, at: int, fact: OfferEnded) -> None:
    if fact.outcome is OfferOutcome.SKIPPED:
        given = {"detail": (fact.reason or "")[:120], "agent_id": fact.agent}
        store.change_by_interaction(tx, tenant, fact.interaction, **given)


def _tried(tx: Tx, tenant: str, at: int, fact: f.CallbackTried) -> None:
    row = store.by_callback(tx, tenant, fact.callback)
    if row is None:
        return
    if fact.outcome is TryOutcome.REFUSED:
        _refused(tx, row, at, fact)
    else:
        _not_reached(tx, row, Outcome(fact.outcome.value), at)


def _refused(tx: Tx, row: EntryRow, at: int, fact: f.CallbackTried) -> None:
    """A rule kept it from being dialled: it is no try, and the rule says whether it waits."""
    said = outbound.last_rule(tx, row.tenant_id, fact.interaction)
    rule, detail = said or (None, "")
    due = course.after_refusal(outbound.Rule(rule), at) if rule else None
    told = {"outcome": Outcome.REFUSED, "rule": rule, "detail": detail, "changed_at": at}
    store.change_entry(tx, row.tenant_id, row.id, **told, **course.standing(due))


def _not_reached(tx: Tx, row: EntryRow, outcome: Outcome, at: int) -> None:
    found = store.get_list(tx, row.tenant_id, row.list_id)
    tries = row.tries + 1
    due = course.after_try(found.rules, outcome, tries, at) if found else None
    told = {"outcome": outcome, "tries": tries, "changed_at": at}
    store.change_entry(tx, row.tenant_id, row.id, **told, **course.standing(due))


def _ended(tx: Tx, tenant: str, at: int, fact: f.CallbackEnded) -> None:
    if fact.outcome is CallbackOutcome.TRIED:
        return  # said by the try
    row = store.by_callback(tx, tenant, fact.callback)
    if row is None:
        return
    if fact.outcome is CallbackOutcome.SKIPPED:
        _not_reached(tx, row, Outcome.SKIPPED, at)
    elif fact.outcome is CallbackOutcome.CANCELLED:
        waits = {"state": EntryState.WAITING, "changed_at": at}
        store.change_entry(tx, tenant, row.id, **waits)
    else:
        came = Outcome(fact.outcome.value)
        tries = row.tries + (came is Outcome.REACHED)
        told = {"state": EntryState.ENDED, "outcome": came, "tries": tries, "changed_at": at}
        store.change_entry(tx, tenant, row.id, **told)


_FOLDS: dict[type[Any], Callable[[Tx, str, int, Any], None]] = {
    f.CallbackOpened: _opened,
    f.CallbackQueued: _queued,
    f.CustomerDialled: _dialled,
    f.CustomerReached: _reached,
    f.CallbackTried: _tried,
    f.CallbackEnded: _ended,
    OfferEnded: _skipped,
}
EntriesFollow.takes = frozenset(_FOLDS)
