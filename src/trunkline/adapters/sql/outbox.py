"""Domain events: written with their cause, numbered a tenant, kept for a while to resume from.

On SQLite there is one writer, so the order of writing is the order of commits: the event gets its
number as it is written, and the commit publishes it. On PostgreSQL several write at once and a
number given then would appear out of order; there the relay numbers what is committed. A number
is used once; a transaction that is rolled back leaves a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, after_commit_all, before_commit, metadata
from trunkline.ports.events import Audience, DomainEvent, OnCommit

if TYPE_CHECKING:
    from collections.abc import Iterable

CHANNEL = "trunkline_events"
_NUMBERING_LOCK = 0x7472_756E_6B6C

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("tenant_id", sa.String(40), nullable=False),
    sa.Column("seq", sa.BigInteger),
    sa.Column("type", sa.String(128), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("permission", sa.String(64), nullable=False),
    sa.Column("user_id", sa.String(64)),
    sa.Column("queue_id", sa.String(64)),
    sa.Index("ix_events_tenant_id_seq", "tenant_id", "seq", unique=True),
)
sa.Index(
    "ix_events_unnumbered",
    events.c.id,
    sqlite_where=events.c.seq.is_(None),
    postgresql_where=events.c.seq.is_(None),
)

_written = [column for column in events.c if column.name != "id"]
_insert = Prepared(events.insert().values({c.name: sa.bindparam(c.name) for c in _written}))


class SqlEventLog:
    """What both databases share: reading what is kept, and forgetting it."""

    def __init__(self) -> None:
        self._listeners: list[OnCommit] = []

    def on_commit(self, call: OnCommit) -> None:
        """Tell `call` of every commit that holds events."""
        self._listeners.append(call)

    def after(self, tx: Tx, tenant_id: str, seq: int, limit: int) -> list[DomainEvent]:
        """Kept events with a higher number, in order."""
        following = sa.select(events).where(events.c.tenant_id == tenant_id, events.c.seq > seq)
        return _events(tx.execute(following.order_by(events.c.seq).limit(limit)))

    def span(self, tx: Tx, tenant_id: str) -> tuple[int, int]:
        """Numbers of the oldest and newest kept event."""
        ends = sa.select(sa.func.min(events.c.seq), sa.func.max(events.c.seq))
        oldest, newest = tx.execute(ends.where(events.c.tenant_id == tenant_id)).one()
        return oldest or 0, newest or 0

    def trim(self, tx: Tx, before_ms: int, keep: int, limit: int) -> int:
        """Forget old events, never a tenant's newest: its number is where counting goes on."""
        gone, tenant_id = 0, ""
        while gone < limit and (tenant_id := _next_tenant(tx, tenant_id)):
            newest = self.span(tx, tenant_id)[1]
            oldest = _oldest(tenant_id, newest, limit - gone)
            too_old = sa.or_(events.c.at < before_ms, events.c.seq <= newest - keep)
            gone += tx.execute(events.delete().where(events.c.id.in_(oldest), too_old)).rowcount
        return gone

    def _tell(self, told: list[DomainEvent]) -> None:
        for call in self._listeners:
            call(told)


class SqliteEventLog(SqlEventLog):
    """Numbers events as they are written: the order of the one writer is the order of commits."""

    def __init__(self) -> None:
        super().__init__()
        self._newest: dict[str, int] = {}

    def emit(self, tx: Tx, event: DomainEvent) -> None:
        """Write an event with its number; the commit publishes it."""
        before_commit(tx, self._write, event)

    def _write(self, tx: Tx, told: list[DomainEvent]) -> None:
        numbered = [_numbered(event, self._next(tx, event.tenant_id)) for event in told]
        _insert.run_each(tx, [_row(event, event.seq) for event in numbered])
        after_commit_all(tx, self._tell, numbered)

    def number(self, tx: Tx) -> None:
        """Nothing: what is written has its number."""

    def _next(self, tx: Tx, tenant_id: str) -> int:
        newest = self._newest.get(tenant_id)
        if newest is None:
            newest = self.span(tx, tenant_id)[1]
        self._newest[tenant_id] = newest + 1
        return newest + 1


class PostgresEventLog(SqlEventLog):
    """Leaves the numbers to the relay, and wakes the relays of all processes."""

    def emit(self, tx: Tx, event: DomainEvent) -> None:
        """Write an event without a number; the commit wakes the relay."""
        before_commit(tx, self._write, event)

    def _write(self, tx: Tx, told: list[DomainEvent]) -> None:
        _insert.run_each(tx, [_row(event, None) for event in told])
        tx.exec_driver_sql(f"NOTIFY {CHANNEL}")
        after_commit_all(tx, self._tell, told)

    def number(self, tx: Tx) -> None:
        """Number what is committed; one relay at a time, so that each number is used once."""
        tx.execute(_one_at_a_time)
        numbered = sorted(_events(tx.execute(_number)), key=lambda event: event.seq)
        after_commit_all(tx, self._tell, numbered)

    def heard(self) -> None:
        """Another process may have committed events."""
        self._tell([])


def _next_tenant(tx: Tx, after: str) -> str:
    """The next tenant that has events; one look into the index, however many events there are."""
    following = sa.select(sa.func.min(events.c.tenant_id)).where(events.c.tenant_id > after)
    return tx.execute(following).scalar_one() or ""


def _oldest(tenant_id: str, newest: int, limit: int) -> sa.Select[Any]:
    older = sa.select(events.c.id).where(events.c.tenant_id == tenant_id, events.c.seq < newest)
    return older.order_by(events.c.seq).limit(limit)


def _numbering() -> sa.Update:
    """Numbers go on from the tenant's newest, in the order the events were written."""
    rank = sa.func.row_number().over(partition_by=events.c.tenant_id, order_by=events.c.id)
    fresh = (
        sa.select(events.c.id, events.c.tenant_id, rank.label("rank"))
        .where(events.c.seq.is_(None))
        .cte("fresh")
    )
    others = events.alias("others")
    newest = (
        sa.select(sa.func.coalesce(sa.func.max(others.c.seq), 0))
        .where(others.c.tenant_id == fresh.c.tenant_id)
        .scalar_subquery()
    )
    return (
        events.update()
        .where(events.c.id == fresh.c.id)
        .values(seq=newest + fresh.c.rank)
        .returning(*events.c)
    )


_one_at_a_time = sa.select(sa.func.pg_advisory_xact_lock(_NUMBERING_LOCK))
_number = _numbering()


def _numbered(event: DomainEvent, seq: int) -> DomainEvent:
    """As `replace`, which looks at every field by name."""
    return DomainEvent(
        event.tenant_id, event.type, event.subject, event.at, event.payload, event.audience, seq
    )


def _row(event: DomainEvent, seq: int | None) -> dict[str, Any]:
    return {
        "tenant_id": event.tenant_id,
        "seq": seq,
        "type": event.type,
        "subject": event.subject,
        "at": event.at,
        "payload": orjson.dumps(event.payload).decode(),
        "permission": event.audience.permission,
        "user_id": event.audience.user_id,
        "queue_id": event.audience.queue_id,
    }


def _events(rows: Iterable[sa.Row[Any]]) -> list[DomainEvent]:
    return [
        DomainEvent(
            tenant_id=row.tenant_id,
            type=row.type,
            subject=row.subject,
            at=row.at,
            payload=orjson.loads(row.payload),
            audience=Audience(row.permission, row.user_id, row.queue_id),
            seq=row.seq,
        )
        for row in rows
    ]
