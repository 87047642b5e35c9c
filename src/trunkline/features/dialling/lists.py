"""Dialling lists: made, changed, started, paused, stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.features import numbers, queues
from trunkline.features.dialling import store
from trunkline.features.dialling.store import ListRow, ListState
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

MOST_LISTS: Final = 200
"""Of one tenant."""

_MAY: Final = {
    ListState.RUNNING: (ListState.DRAFT, ListState.PAUSED),
    ListState.PAUSED: (ListState.RUNNING,),
    ListState.STOPPED: (ListState.DRAFT, ListState.RUNNING, ListState.PAUSED),
}
"""Into which state from which."""


def add(on: Writing, by: str, given: dict[str, Any], rules: store.Rules) -> str:
    """A new list, not started; raises `queue_unknown`, `number_unknown`, `name_taken`."""
    if len(store.all_lists(on.tx, on.tenant_id, MOST_LISTS)) >= MOST_LISTS:
        raise TrunklineError("lists_full", 409, f"There are at most {MOST_LISTS} lists.")
    given = _checked(on.tx, on.tenant_id, given)
    row = ListRow(
        tenant_id=on.tenant_id,
        id=on.ids.new("dll"),
        state=ListState.DRAFT,
        why=None,
        rules=rules,
        version=1,
        created_at=on.now,
        created_by=by,
        **given,
    )
    if not store.put_list(on.tx, row):
        raise _taken()
    return row.id


def change(on: Writing, list_id: str, given: dict[str, Any], rules: dict[str, Any]) -> str:
    """Change what is given; raises what `add` does, and `list_unknown`."""
    row = find(on.tx, on.tenant_id, list_id)
    fields = _checked(on.tx, on.tenant_id, given)
    if rules:
        fields["rules"] = replace(row.rules, **rules)
    if fields and not store.change_list(on.tx, on.tenant_id, list_id, **fields):
        raise _taken()
    return list_id


def turn(on: Writing, list_id: str, into: ListState, why: str | None = None) -> str:
    """Start, pause or stop; raises 409 `list_state` where that cannot be from where it stands."""
    row = find(on.tx, on.tenant_id, list_id)
    if ListState(row.state) not in _MAY[into]:
        raise TrunklineError("list_state", 409, f"A list that is {row.state} cannot be {into}.")
    store.change_list(on.tx, on.tenant_id, list_id, state=into, why=why)
    return list_id


def find(tx: Tx, tenant_id: str, list_id: str) -> ListRow:
    """One list; raises 404 `list_unknown`."""
    row = store.get_list(tx, tenant_id, list_id)
    if row is None:
        raise TrunklineError("list_unknown", 404, "There is no such list.")
    return row


def remove(on: Writing, list_id: str) -> str:
    """Forget a list that does not run; raises 409 `list_running`, `list_busy`."""
    row = find(on.tx, on.tenant_id, list_id)
    if row.state == ListState.RUNNING:
        raise TrunklineError("list_running", 409, "Stop the list first.")
    if store.open_ones(on.tx, on.tenant_id, list_id, 1):
        raise TrunklineError("list_busy", 409, "An agent is at one of its entries.")
    store.drop_list(on.tx, on.tenant_id, list_id)
    return list_id


def _checked(tx: Tx, tenant_id: str, given: dict[str, Any]) -> dict[str, Any]:
    if "queue_id" in given:
        given = {**given, "queue_id": queues.find(tx, tenant_id, given["queue_id"]).id}
    if "number" in given:
        ours = {row.number for row in numbers.list_numbers(tx, tenant_id)}
        if given["number"] not in ours:
            detail = "The number that is shown has to be a service number of ours."
            raise TrunklineError("number_unknown", 404, detail)
    return given


def _taken() -> TrunklineError:
    return TrunklineError("name_taken", 409, "Another list has this name.")
