"""Callbacks opened for those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from trunkline.core.words import CallbackOrigin, CallbackOutcome, EndedBy, Level, TryOutcome
from trunkline.features import callbacks, customers, queues
from trunkline.features.callbacks import CallbackRow, Reach
from trunkline.features.desk import callers
from trunkline.features.desk.callbacks.schemas import AbandonedOut, CallbackOut
from trunkline.features.desk.joined import Names
from trunkline.features.desk.schemas import CustomerNamed
from trunkline.features.tenancy import Scope, instant, instant_or_none
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.desk.callbacks.schemas import State
    from trunkline.features.interactions import InteractionRow
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

READ = "interactions.read"


def reach(tx: Tx, principal: Principal) -> Reach:
    """Own: the queues one serves and what one owns. Team: those of the teams. Else all."""
    scope = principal.scope(READ)
    if scope is Scope.TENANT:
        return Reach()
    if scope is Scope.OWN:
        served = queues.queues_of(tx, principal.tenant_id, principal.user_id)
        return Reach(frozenset(served), principal.user_id)
    seen = queues.list_queues(tx, principal.tenant_id, principal.visible_teams(READ))
    return Reach(frozenset(queue.id for queue in seen), principal.user_id)


def visible(tx: Tx, principal: Principal, callback_id: str) -> CallbackRow:
    """A callback that one may see; raises 404 `callback_unknown`, for the unseen as well."""
    row = callbacks.get(tx, principal.tenant_id, callback_id)
    here = reach(tx, principal)
    seen = row is not None and (
        here.queue_ids is None
        or row.queue_id in here.queue_ids
        or row.owner_id == principal.user_id
    )
    if row is None or not seen:
        raise TrunklineError("callback_unknown", 404, "There is no such callback.")
    return row


def listed(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[CallbackRow]
) -> list[CallbackOut]:
    """Callbacks with names, in their order."""
    people = [who for row in rows for who in (row.owner_id, row.last_agent_id)]
    known = [row.customer_id for row in rows]
    names = Names.of(tx, keys, principal, users=people, known=known)
    return [_one(tx, keys, principal, row, names) for row in rows]


def abandoned(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[InteractionRow]
) -> list[AbandonedOut]:
    """Who hung up, with the callback that came of it."""
    names = Names.of(tx, keys, principal, known=[row.customer_id for row in rows])
    found = callbacks.from_interactions(tx, principal.tenant_id, [row.id for row in rows])
    opened = {one.interaction_id: one for one in listed(tx, keys, principal, [*found.values()])}
    return [
        AbandonedOut(
            interaction_id=row.id,
            queue=names.queue(row.queue_id),
            number=row.number,
            phone_masked=callers.shown(callers.caller(tx, keys, row)),
            customer=names.customer(row),
            level=Level(row.level),
            ended_by=EndedBy(row.ended_by or EndedBy.ABANDONED),
            ended_at=instant(row.ended_at or row.started_at),
            wait_ms=row.wait_ms,
            callback=opened.get(row.id),
        )
        for row in rows
    ]


def number_of(tx: Tx, keys: KeyRing, row: CallbackRow) -> str | None:
    """The number to call; None when it was erased."""
    try:
        return customers.value(tx, keys, row.tenant_id, row.party)
    except customers.ValueGone:
        return None


def _one(
    tx: Tx, keys: KeyRing, principal: Principal, row: CallbackRow, names: Names
) -> CallbackOut:
    number = number_of(tx, keys, row)
    return CallbackOut(
        id=row.id,
        origin=CallbackOrigin(row.origin),
        state=cast("State", row.state),
        queue=names.queue(row.queue_id),
        number=row.number,
        phone_masked=callers.shown(number),
        phone=callers.in_full(principal, number),
        customer=_customer(row, names),
        level=Level(row.level),
        owner=names.user(row.owner_id),
        interaction_id=row.interaction_id,
        attempt_id=row.attempt_id,
        entered_at=instant(row.entered_at),
        due_at=instant_or_none(row.due_at),
        tries=row.tries,
        last_outcome=TryOutcome(row.last_outcome) if row.last_outcome else None,
        last_tried_at=instant_or_none(row.last_tried_at),
        last_agent=names.user(row.last_agent_id),
        opened_at=instant(row.opened_at),
        ended_at=instant_or_none(row.ended_at),
        outcome=CallbackOutcome(row.outcome) if row.outcome else None,
    )


def _customer(row: CallbackRow, names: Names) -> CustomerNamed | None:
    if row.customer_id is None:
        return None
    found = names.customers.get(row.customer_id)
    level = found.level if found else Level(row.level)
    return CustomerNamed(id=row.customer_id, name=found.name if found else None, level=level)
