"""Dispositions of at most two levels, for some queues or all; reasons for being not ready."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from trunkline.features.queues import store
from trunkline.features.queues.schemas import (
    DispositionBranch,
    DispositionChoice,
    DispositionNew,
    DispositionOut,
    ReasonNew,
)
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from trunkline.features.queues.store import DispositionRow, ReasonRow
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx

TOP: Final = 5


def choosable(known: list[DispositionRow], queue_id: str) -> list[DispositionRow]:
    """The active outcomes of a queue that have none below them: those that an agent sets."""
    here = _of_queue(known, queue_id)
    parents = {row.parent_id for row in here}
    return [row for row in here if row.id not in parents]


def choice(tx: Tx, tenant_id: str, queue_id: str) -> DispositionChoice:
    """What can be chosen in a queue, as a tree, and the five codes most used there.

    Before five were used, the first ones stand in, so that the keys 1 to 5 are never empty.
    """
    known = store.list_dispositions(tx, tenant_id)
    here = _of_queue(known, queue_id)
    codes = [row.code for row in choosable(known, queue_id)]
    used = [code for code in store.most_used(tx, tenant_id, queue_id) if code in codes]
    top = list(dict.fromkeys([*used, *codes]))[:TOP]
    return DispositionChoice(items=[_branch(row, here) for row in _roots(here)], top=top)


def create(on: Writing, new: DispositionNew) -> str:
    """Make an outcome; raises `code_taken`, `parent_unknown` or `too_deep`. Returns its id."""
    known = store.list_dispositions(on.tx, on.tenant_id)
    if any(row.code == new.code for row in known):
        raise TrunklineError("code_taken", 409, "Another disposition has this code.")
    _check_parent({row.id: row for row in known}, new.parent_id)
    disposition_id = on.ids.new("dsp")
    row = store.DispositionRow(
        tenant_id=on.tenant_id,
        id=disposition_id,
        code=new.code,
        label=new.label.model_dump(),
        parent_id=new.parent_id,
        queues=new.queues,
        active=new.active,
    )
    store.put_disposition(on.tx, row)
    return disposition_id


def change(on: Writing, disposition_id: str, given: dict[str, Any]) -> None:
    """Change label, queues or activity; raises `disposition_unknown`."""
    row = find(on.tx, on.tenant_id, disposition_id)
    store.put_disposition(on.tx, replace(row, **given))


def delete(on: Writing, disposition_id: str) -> None:
    """Remove an outcome and those below it; records keep its code."""
    find(on.tx, on.tenant_id, disposition_id)
    store.drop_disposition(on.tx, on.tenant_id, disposition_id)


def find(tx: Tx, tenant_id: str, disposition_id: str) -> DispositionRow:
    """One outcome; raises `disposition_unknown`."""
    for row in store.list_dispositions(tx, tenant_id):
        if row.id == disposition_id:
            return row
    raise TrunklineError("disposition_unknown", 404, "There is no such disposition.")


def create_reason(on: Writing, new: ReasonNew) -> str:
    """Make a reason; raises `code_taken`. Returns its id."""
    if any(row.code == new.code for row in store.list_reasons(on.tx, on.tenant_id)):
        raise TrunklineError("code_taken", 409, "Another reason has this code.")
    reason_id = on.ids.new("rsn")
    label = new.label.model_dump()
    store.put_reason(on.tx, store.ReasonRow(on.tenant_id, reason_id, new.code, label, new.active))
    return reason_id


def change_reason(on: Writing, reason_id: str, given: dict[str, Any]) -> None:
    """Change label or activity; raises `reason_unknown`."""
    store.put_reason(on.tx, replace(find_reason(on.tx, on.tenant_id, reason_id), **given))


def find_reason(tx: Tx, tenant_id: str, reason_id: str) -> ReasonRow:
    """One reason; raises `reason_unknown`."""
    for row in store.list_reasons(tx, tenant_id):
        if row.id == reason_id:
            return row
    raise TrunklineError("reason_unknown", 404, "There is no such reason.")


def _of_queue(known: list[DispositionRow], queue_id: str) -> list[DispositionRow]:
    """Active, for this queue, and not below one that is not."""
    here = {
        row.id: row for row in known if row.active and (not row.queues or queue_id in row.queues)
    }
    return [row for row in here.values() if row.parent_id is None or row.parent_id in here]


def _roots(here: list[DispositionRow]) -> list[DispositionRow]:
    return [row for row in here if row.parent_id is None]


def _branch(row: DispositionRow, here: list[DispositionRow]) -> DispositionBranch:
    children = [DispositionOut.of(child) for child in here if child.parent_id == row.id]
    return DispositionBranch(**dict(DispositionOut.of(row)), children=children)


def _check_parent(known: dict[str, DispositionRow], parent_id: str | None) -> None:
    if parent_id is None:
        return
    parent = known.get(parent_id)
    if parent is None:
        raise TrunklineError("parent_unknown", 422, "There is no such disposition to stand under.")
    if parent.parent_id is not None:
        raise TrunklineError("too_deep", 422, "Dispositions have at most two levels.")
