"""Promises as rows: follow-ups, and appointments with an expert.

`party` is the token of the number to call; the note is kept under a token of its own, so that both
go with the customer. A call that is promised becomes the callback `callback_id` when it is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

promises = sa.Table(
    "promises",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("owner_id", sa.String(40)),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("interaction_id", sa.String(80)),
    sa.Column("number", sa.String(40)),
    sa.Column("party", sa.String(80)),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("slot", sa.String(64)),
    sa.Column("callback_id", sa.String(80)),
    sa.Column("attempt_id", sa.String(80)),
    sa.Column("begun_at", sa.BigInteger),
    sa.Column("missed_at", sa.BigInteger),
    sa.Column("reminded_day_at", sa.BigInteger),
    sa.Column("reminded_hour_at", sa.BigInteger),
    sa.Column("mailing", sa.String(16)),
    sa.Column("mailed_at", sa.BigInteger),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("closed_at", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("tenant_id", "slot"),
    sa.Index("ix_promises_due_at", "tenant_id", "state", "due_at"),
    sa.Index("ix_promises_callback_id", "tenant_id", "callback_id"),
    sa.Index("ix_promises_attempt_id", "tenant_id", "attempt_id"),
    sa.Index("ix_promises_customer_id", "tenant_id", "customer_id"),
)


class PromiseKind(StrEnum):
    """A follow-up may be kept by any of a team; an appointment is with one expert."""

    FOLLOW_UP = "follow_up"
    APPOINTMENT = "appointment"


class PromiseState(StrEnum):
    """Where a promise stands; it is missed when it is still open a while after its time."""

    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"
    CANCELLED = "cancelled"


class Mailing(StrEnum):
    """What became of the last reminder that was to be mailed to the customer."""

    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    NO_MAILBOX = "no_mailbox"
    NO_SERVER = "no_server"


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise; times in ms UTC. `slot` holds an expert's time until the end or a cancel."""

    tenant_id: str
    id: str
    kind: str
    state: str
    channel: str
    queue_id: str
    due_at: int
    created_by: str
    created_at: int
    outcome: str | None = None
    owner_id: str | None = None
    customer_id: str | None = None
    interaction_id: str | None = None
    number: str | None = None
    party: str | None = None
    slot: str | None = None
    callback_id: str | None = None
    attempt_id: str | None = None
    begun_at: int | None = None
    missed_at: int | None = None
    reminded_day_at: int | None = None
    reminded_hour_at: int | None = None
    mailing: str | None = None
    mailed_at: int | None = None
    closed_at: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Reach:
    """Which promises may be seen: of these queues, or one's own; None for all queues is all."""

    queue_ids: frozenset[str] | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filter; `after` is (due_at, id) of the last row of the page before."""

    states: tuple[str, ...] = ()
    missed: bool = False
    kind: str | None = None
    owner_id: str | None = None
    no_owner: bool = False
    customer_id: str | None = None
    interaction_id: str | None = None
    after: tuple[int, str] | None = None


_FIELDS: Final = tuple(PromiseRow.__dataclass_fields__)
_LIVE: Final = (PromiseState.OPEN.value, PromiseState.BEGUN.value)


def add(tx: Tx, row: PromiseRow) -> None:
    """Write a new promise; its slot must be free."""
    tx.execute(promises.insert(), {name: getattr(row, name) for name in _FIELDS})


def change(tx: Tx, tenant_id: str, promise_id: str, **fields: Any) -> None:
    """Set columns; the version counts on."""
    fields = {**fields, "version": promises.c.version + 1}
    tx.execute(promises.update().where(_is(tenant_id, promise_id)).values(**fields))


def get(tx: Tx, tenant_id: str, promise_id: str) -> PromiseRow | None:
    """One promise of the tenant."""
    return _one(tx, _is(tenant_id, promise_id))


def by_callback(tx: Tx, tenant_id: str, callback_id: str) -> PromiseRow | None:
    """The promise that a callback keeps."""
    c = promises.c
    return _one(tx, sa.and_(c.tenant_id == tenant_id, c.callback_id == callback_id))


def by_attempt(tx: Tx, tenant_id: str, interaction_id: str) -> PromiseRow | None:
    """The promise whose callback this interaction is an attempt of."""
    c = promises.c
    return _one(tx, sa.and_(c.tenant_id == tenant_id, c.attempt_id == interaction_id))


def booked(tx: Tx, tenant_id: str, owner_id: str, begin: int, end: int) -> list[int]:
    """When the appointments of an expert begin, within a time, ms UTC."""
    c = promises.c
    query = sa.select(c.due_at).where(
        c.tenant_id == tenant_id,
        c.owner_id == owner_id,
        c.kind == PromiseKind.APPOINTMENT.value,
        c.state.in_(_LIVE),
        c.due_at >= begin,
        c.due_at < end,
    )
    return [int(at) for (at,) in tx.execute(query.order_by(c.due_at))]


def of_customer(tx: Tx, tenant_id: str, customer_id: str, limit: int) -> list[PromiseRow]:
    """What is still promised to a customer."""
    wanted = Wanted(states=_LIVE, customer_id=customer_id)
    return page(tx, tenant_id, Reach(), wanted, limit)


def counts(tx: Tx, tenant_id: str, queue_id: str, now: int) -> tuple[int, int]:
    """How many of a queue are due and not begun, and how many of these are missed."""
    c = promises.c
    query = sa.select(sa.func.count(), sa.func.count(c.missed_at)).where(
        c.tenant_id == tenant_id,
        c.queue_id == queue_id,
        c.state == PromiseState.OPEN.value,
        c.due_at <= now,
    )
    due, missed = tx.execute(query).one()
    return int(due), int(missed)


def counts_by_queue(tx: Tx, tenant_id: str, now: int) -> dict[str, tuple[int, int]]:
    """The same of every queue that has any."""
    c = promises.c
    query = (
        sa.select(c.queue_id, sa.func.count(), sa.func.count(c.missed_at))
        .where(c.tenant_id == tenant_id, c.state == PromiseState.OPEN.value, c.due_at <= now)
        .group_by(c.queue_id)
    )
    return {queue: (int(due), int(missed)) for queue, due, missed in tx.execute(query)}


def page(tx: Tx, tenant_id: str, reach: Reach, wanted: Wanted, limit: int) -> list[PromiseRow]:
    """Promises as far as one may see them, the earliest first."""
    c = promises.c
    query = sa.select(promises).where(c.tenant_id == tenant_id, *_bearing(reach, wanted))
    rows = tx.execute(query.order_by(c.due_at, c.id).limit(limit)).mappings()
    return [PromiseRow(**row) for row in rows]


def _bearing(reach: Reach, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    c = promises.c
    found: list[sa.ColumnElement[bool]] = []
    if reach.queue_ids is not None:
        own = sa.or_(c.owner_id == reach.user_id, c.created_by == reach.user_id)
        found.append(sa.or_(c.queue_id.in_(reach.queue_ids), own))
    if wanted.states:
        found.append(c.state.in_(wanted.states))
    if wanted.missed:
        found.append(c.missed_at.is_not(None))
    if wanted.no_owner:
        found.append(c.owner_id.is_(None))
    equal = (
        (c.kind, wanted.kind),
        (c.owner_id, wanted.owner_id),
        (c.customer_id, wanted.customer_id),
        (c.interaction_id, wanted.interaction_id),
    )
    found += [column == value for column, value in equal if value is not None]
    if wanted.after is not None:
        found.append(sa.tuple_(c.due_at, c.id) > sa.tuple_(*map(sa.literal, wanted.after)))
    return found


def _one(tx: Tx, which: sa.ColumnElement[bool]) -> PromiseRow | None:
    row = tx.execute(sa.select(promises).where(which)).mappings().first()
    return PromiseRow(**row) if row else None


def _is(tenant_id: str, promise_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(promises.c.tenant_id == tenant_id, promises.c.id == promise_id)
