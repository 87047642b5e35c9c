"""The audit log: append-only rows, each chained to the one before by its hash.

Each tenant has a chain of its own. A row's hash covers the hash before it and the row itself, so
a row that is changed, dropped or put in later breaks every hash after it. Rows name people and
things by ids; nothing personal enters a hash, so erasing a customer breaks no chain.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared, json_text
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

GENESIS = "0" * 64
_ROWS_AT_ONCE = 1000

entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.String(64), nullable=False),
    sa.Column("session_id", sa.String(64)),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_entries_actor", "tenant_id", "actor_id", "seq"),
    sa.Index("ix_audit_entries_subject", "tenant_id", "subject", "seq"),
)

heads = sa.Table(
    "audit_heads",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to something; `detail` holds ids and codes only."""

    at: int
    actor_id: str
    session_id: str | None
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An act as it stands in the log."""

    seq: int
    act: Act
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader looks for; None is anything."""

    actor_id: str | None = None
    action: str | None = None
    subject: str | None = None
    before: int | None = None


def append(tx: Tx, tenant_id: str, act: Act) -> Entry:
    """Write one act at the end of the tenant's chain."""
    seq, previous = _lock_head(tx, tenant_id)
    entry = Entry(seq + 1, act, chained(previous, tenant_id, seq + 1, act))
    detail = json_text(act.detail)
    _ADD.run(tx, _row(tenant_id, entry.seq, act) | {"detail": detail, "hash": entry.hash})
    _MOVE_HEAD.run(tx, {"of_tenant": tenant_id, "seq": entry.seq, "hash": entry.hash})
    return entry


def chained(previous: str, tenant_id: str, seq: int, act: Act) -> str:
    """The hash of a row: SHA-256 over the hash before it and its canonical JSON."""
    row = _row(tenant_id, seq, act)
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


def newest(tx: Tx, tenant_id: str, wanted: Wanted, limit: int) -> list[Entry]:
    """Entries that match, newest first."""
    query = sa.select(entries).where(entries.c.tenant_id == tenant_id)
    for name in ("actor_id", "action", "subject"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(entries.c[name] == value)
    if wanted.before is not None:
        query = query.where(entries.c.seq < wanted.before)
    rows = tx.execute(query.order_by(entries.c.seq.desc()).limit(limit))
    return [_entry(row) for row in rows.mappings()]


def oldest_first(tx: Tx, tenant_id: str) -> Iterator[Entry]:
    """The whole chain from its first row on, read in bounded pieces."""
    after = 0
    while True:
        query = (
            sa.select(entries)
            .where(entries.c.tenant_id == tenant_id, entries.c.seq > after)
            .order_by(entries.c.seq)
            .limit(_ROWS_AT_ONCE)
        )
        piece = [_entry(row) for row in tx.execute(query).mappings()]
        yield from piece
        if len(piece) < _ROWS_AT_ONCE:
            return
        after = piece[-1].seq


def head(tx: Tx, tenant_id: str) -> tuple[int, str]:
    """Number and hash of the newest entry; (0, GENESIS) when there is none."""
    row = tx.execute(sa.select(heads).where(heads.c.tenant_id == tenant_id)).one_or_none()
    return (row.seq, row.hash) if row else (0, GENESIS)


def _lock_head(tx: Tx, tenant_id: str) -> tuple[int, str]:
    """PostgreSQL locks the row till commit; SQLite has one writer anyway."""
    row = _LOCK_HEAD.first(tx, {"of_tenant": tenant_id})
    if row:
        return row[0], row[1]
    tx.execute(heads.insert().values(tenant_id=tenant_id, seq=0, hash=GENESIS))
    return 0, GENESIS


def _row(tenant_id: str, seq: int, act: Act) -> dict[str, Any]:
    columns = {name: getattr(act, name) for name in act.__slots__}
    return {"tenant_id": tenant_id, "seq": seq, **columns}


def _entry(row: sa.RowMapping) -> Entry:
    act = Act(
        at=row["at"],
        actor_id=row["actor_id"],
        session_id=row["session_id"],
        action=row["action"],
        subject=row["subject"],
        detail=row["detail"],
    )
    return Entry(row["seq"], act, row["hash"])


_ADD = Prepared(entries.insert().values({c.name: sa.bindparam(c.name) for c in entries.c}))
_OWN_HEAD = heads.c.tenant_id == sa.bindparam("of_tenant")
_LOCK_HEAD = Prepared(sa.select(heads.c.seq, heads.c.hash).where(_OWN_HEAD).with_for_update())
_MOVE_HEAD = Prepared(
    heads.update().where(_OWN_HEAD).values(seq=sa.bindparam("seq"), hash=sa.bindparam("hash"))
)
