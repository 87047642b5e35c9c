"""Promises opened for those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from trunkline.core.words import Level
from trunkline.features import customers, promises
from trunkline.features.desk import callers, texts
from trunkline.features.desk.callbacks import reading as callbacks
from trunkline.features.desk.joined import Names
from trunkline.features.desk.promises.schemas import PromiseOut
from trunkline.features.desk.schemas import CustomerNamed
from trunkline.features.promises import Mailing, PromiseKind, PromiseRow, PromiseState, Reach
from trunkline.features.tenancy import instant, instant_or_none
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trunkline.features.desk.promises.schemas import PromiseChannel
    from trunkline.features.tenancy import Principal
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def note_token(promise_id: str) -> str:
    """The name of what was noted with a promise."""
    return f"promise:{promise_id}"


def reach(tx: Tx, principal: Principal) -> Reach:
    """Those of the queues that one sees callbacks of, one's own, and those one made."""
    return Reach(callbacks.reach(tx, principal).queue_ids, principal.user_id)


def visible(tx: Tx, principal: Principal, promise_id: str) -> PromiseRow:
    """A promise that one may see; raises 404 `promise_unknown`, for the unseen as well."""
    row = promises.get(tx, principal.tenant_id, promise_id)
    here = reach(tx, principal)
    seen = row is not None and (
        here.queue_ids is None
        or row.queue_id in here.queue_ids
        or principal.user_id in (row.owner_id, row.created_by)
    )
    if row is None or not seen:
        raise TrunklineError("promise_unknown", 404, "There is no such promise.")
    return row


def listed(
    tx: Tx, keys: KeyRing, principal: Principal, rows: Sequence[PromiseRow], now: int
) -> list[PromiseOut]:
    """Promises with names, in their order."""
    people = [who for row in rows for who in (row.owner_id, row.created_by)]
    known = [row.customer_id for row in rows]
    names = Names.of(tx, keys, principal, users=people, known=known)
    return [_one(tx, keys, row, names, now) for row in rows]


def _one(tx: Tx, keys: KeyRing, row: PromiseRow, names: Names, now: int) -> PromiseOut:
    return PromiseOut(
        id=row.id,
        kind=PromiseKind(row.kind),
        state=PromiseState(row.state),
        outcome=row.outcome,
        channel=cast("PromiseChannel", row.channel),
        queue=names.queue(row.queue_id),
        owner=names.user(row.owner_id),
        customer=_customer(row, names),
        phone_masked=callers.shown(_number(tx, keys, row)),
        interaction_id=row.interaction_id,
        note=texts.read(tx, keys, row.tenant_id, note_token(row.id)),
        due_at=instant(row.due_at),
        overdue=row.state == PromiseState.OPEN and row.due_at <= now,
        callback_id=row.callback_id,
        begun_at=instant_or_none(row.begun_at),
        missed_at=instant_or_none(row.missed_at),
        reminded_day_at=instant_or_none(row.reminded_day_at),
        reminded_hour_at=instant_or_none(row.reminded_hour_at),
        mailing=Mailing(row.mailing) if row.mailing else None,
        mailed_at=instant_or_none(row.mailed_at),
        created_by=names.user(row.created_by),
        created_at=instant(row.created_at),
        closed_at=instant_or_none(row.closed_at),
        version=row.version,
    )


def _number(tx: Tx, keys: KeyRing, row: PromiseRow) -> str | None:
    try:
        return customers.value(tx, keys, row.tenant_id, row.party) if row.party else None
    except customers.ValueGone:
        return None


def _customer(row: PromiseRow, names: Names) -> CustomerNamed | None:
    if row.customer_id is None:
        return None
    found = names.customers.get(row.customer_id)
    level = found.level if found else Level.REGULAR
    return CustomerNamed(id=row.customer_id, name=found.name if found else None, level=level)
