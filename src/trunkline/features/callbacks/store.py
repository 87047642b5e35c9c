"""Callbacks as rows, folded from the core's facts; `party` is the token of the number to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from trunkline.core.words import CallbackOrigin
from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.ports.database import Tx

callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("origin", sa.String(20), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("owner_id", sa.String(40)),
    sa.Column("interaction_id", sa.String(80)),
    sa.Column("attempt_id", sa.String(80)),
    sa.Column("entered_at", sa.BigInteger, nullable=False),
    sa.Column("due_at", sa.BigInteger),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_outcome", sa.String(16)),
    sa.Column("last_tried_at", sa.BigInteger),
    sa.Column("last_agent_id", sa.String(40)),
    sa.Column("opened_at", sa.BigInteger, nullable=False),
    sa.Column("ended_at", sa.BigInteger),
    sa.Column("outcome", sa.String(16)),
    sa.Index("ix_callbacks_state", "tenant_id", "state", "opened_at"),
    sa.Index("ix_callbacks_attempt_id", "tenant_id", "attempt_id"),
    sa.Index("ix_callbacks_interaction_id", "tenant_id", "interaction_id"),
)
SCHEDULED, WAITING, CALLING, TALKING = "scheduled", "waiting", "calling", "talking"
SUSPENDED, ENDED = "suspended", "ended"
LIVE: Final = (SCHEDULED, WAITING, CALLING, TALKING, SUSPENDED)


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """One callback as stored; times in ms UTC."""

    tenant_id: str
    id: str
    origin: str
    state: str
    queue_id: str
    number: str
    party: str
    customer_id: str | None
    level: str
    owner_id: str | None
    interaction_id: str | None
    attempt_id: str | None
    entered_at: int
    due_at: int | None
    tries: int
    last_outcome: str | None
    last_tried_at: int | None
    last_agent_id: str | None
    opened_at: int
    ended_at: int | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which callbacks may be seen: those of these queues, or owned by this agent; None is all."""

    queue_ids: frozenset[str] | None = None
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filter; `before` is (opened_at, id) of the last row of the page before."""

    live: bool | None = None
    tried: bool = False
    queue_id: str | None = None
    customer_id: str | None = None
    before: tuple[int, str] | None = None
    listed: bool = True
    """Whether entries of dialling lists are among them."""


def add(tx: Tx, row: dict[str, Any]) -> None:
    """Write a new callback."""
    tx.execute(callbacks.insert(), row)


def change(tx: Tx, tenant_id: str, callback_id: str, **fields: Any) -> None:
    """Set columns of a callback."""
    mine = sa.and_(callbacks.c.tenant_id == tenant_id, callbacks.c.id == callback_id)
    tx.execute(callbacks.update().where(mine), fields)


def change_by_attempt(tx: Tx, tenant_id: str, interaction_id: str, **fields: Any) -> None:
    """Set columns of the callback that this interaction is an attempt of."""
    mine = sa.and_(callbacks.c.tenant_id == tenant_id, callbacks.c.attempt_id == interaction_id)
    tx.execute(callbacks.update().where(mine), fields)


def get(tx: Tx, tenant_id: str, callback_id: str) -> CallbackRow | None:
    """One callback."""
    mine = sa.and_(callbacks.c.tenant_id == tenant_id, callbacks.c.id == callback_id)
    row = tx.execute(sa.select(callbacks).where(mine)).mappings().one_or_none()
    return CallbackRow(**row) if row else None


def from_interactions(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, CallbackRow]:
    """The newest callback that came of each of these interactions, where there is one."""
    c = callbacks.c
    query = sa.select(callbacks).where(c.tenant_id == tenant_id, c.interaction_id.in_(ids))
    rows = tx.execute(query.order_by(c.opened_at)).mappings()
    return {row["interaction_id"]: CallbackRow(**row) for row in rows}


def page(tx: Tx, tenant_id: str, reach: Reach, wanted: Wanted, limit: int) -> list[CallbackRow]:
    """Callbacks as far as one may see them, those opened last first."""
    c = callbacks.c
    query = sa.select(callbacks).where(c.tenant_id == tenant_id, *_bearing(reach, wanted))
    rows = tx.execute(query.order_by(c.opened_at.desc(), c.id.desc()).limit(limit)).mappings()
    return [CallbackRow(**row) for row in rows]


def forget(tx: Tx, tenant_id: str) -> None:
    """Drop a tenant's rows; the facts bring them back."""
    tx.execute(callbacks.delete().where(callbacks.c.tenant_id == tenant_id))


def _bearing(reach: Reach, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    c = callbacks.c
    found: list[sa.ColumnElement[bool]] = []
    if reach.queue_ids is not None:
        found.append(sa.or_(c.queue_id.in_(reach.queue_ids), c.owner_id == reach.owner_id))
    if wanted.live is not None:
        found.append(c.state.in_(LIVE) if wanted.live else c.state == ENDED)
    if wanted.tried:
        found.append(c.tries > 0)
    if wanted.queue_id is not None:
        found.append(c.queue_id == wanted.queue_id)
    if wanted.customer_id is not None:
        found.append(c.customer_id == wanted.customer_id)
    if not wanted.listed:
        found.append(c.origin != CallbackOrigin.LISTED)
    if wanted.before is not None:
        found.append(sa.tuple_(c.opened_at, c.id) < sa.tuple_(*map(sa.literal, wanted.before)))
    return found
