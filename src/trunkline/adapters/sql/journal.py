"""The journal of the cells: one row a decided input, snapshots beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from trunkline.adapters.sql import lease
from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, metadata
from trunkline.ports.journal import DeadLetter, Entry, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SNAPSHOTS_KEPT = 2
_READ_AT_ONCE = 1_000

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("cell", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("core_version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sqlite_with_rowid=False,  # one page less to write at each commit
)

snapshots = sa.Table(
    "cell_snapshots",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("cell", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("core_version", sa.Integer, nullable=False),
    sa.Column("state", sa.JSON, nullable=False),
)

dead_letters = sa.Table(
    "cell_dead_letters",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("tenant_id", sa.String(40), nullable=False),
    sa.Column("cell", sa.String(64), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("input", sa.JSON, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Index("ix_cell_dead_letters_tenant_id", "tenant_id", "id"),
)

_insert = Prepared(journal.insert())


class SqlJournal:
    """The port `Journal` on either database."""

    def take_over(self, tx: Tx, tenant_id: str, cell: str) -> int:
        """Raise the cell's epoch; older writers are fenced off."""
        return lease.raise_epoch(tx, tenant_id, cell)

    def append(
        self, tx: Tx, tenant_id: str, cell: str, epoch: int, entries: Sequence[Entry]
    ) -> None:
        """Write entries behind the fence; raises `FenceLost`."""
        lease.claim(tx, tenant_id, cell, epoch)
        _insert.run_each(tx, [_row(tenant_id, cell, entry) for entry in entries])

    def read(self, tx: Tx, tenant_id: str, cell: str, after: int) -> Iterator[Entry]:
        """Entries in order, read in portions."""
        while rows := tx.execute(_portion(tenant_id, cell, after)).all():
            for row in rows:
                yield _entry(row)
            after = rows[-1].seq

    def save_snapshot(self, tx: Tx, tenant_id: str, cell: str, snapshot: Snapshot) -> None:
        """Keep a snapshot and forget those before the newest two."""
        here = sa.and_(snapshots.c.tenant_id == tenant_id, snapshots.c.cell == cell)
        tx.execute(snapshots.delete().where(here, snapshots.c.seq == snapshot.seq))
        tx.execute(snapshots.insert().values(tenant_id=tenant_id, cell=cell, **_columns(snapshot)))
        newest = sa.select(snapshots.c.seq).where(here).order_by(snapshots.c.seq.desc())
        kept = tx.execute(newest.limit(SNAPSHOTS_KEPT)).scalars().all()
        tx.execute(snapshots.delete().where(here, snapshots.c.seq < kept[-1]))

    def latest_snapshot(self, tx: Tx, tenant_id: str, cell: str) -> Snapshot | None:
        """The newest snapshot."""
        here = sa.and_(snapshots.c.tenant_id == tenant_id, snapshots.c.cell == cell)
        newest = sa.select(snapshots).where(here).order_by(snapshots.c.seq.desc()).limit(1)
        row = tx.execute(newest).one_or_none()
        return Snapshot(row.seq, row.at, row.core_version, row.state) if row else None

    def bury(self, tx: Tx, tenant_id: str, cell: str, letter: DeadLetter) -> None:
        """Keep an input that raised."""
        tx.execute(dead_letters.insert().values(tenant_id=tenant_id, cell=cell, **_columns(letter)))


def _portion(tenant_id: str, cell: str, after: int) -> sa.Select[Any]:
    return (
        sa.select(journal)
        .where(journal.c.tenant_id == tenant_id, journal.c.cell == cell, journal.c.seq > after)
        .order_by(journal.c.seq)
        .limit(_READ_AT_ONCE)
    )


def _row(tenant_id: str, cell: str, entry: Entry) -> dict[str, Any]:
    body = [entry.input, entry.facts, entry.commands, entry.settled]
    return {
        "tenant_id": tenant_id,
        "cell": cell,
        "seq": entry.seq,
        "at": entry.at,
        "seed": entry.seed,
        "core_version": entry.core_version,
        "body": orjson.dumps(body).decode(),
    }


def _entry(row: sa.Row[Any]) -> Entry:
    given, facts, commands, settled = orjson.loads(row.body)
    return Entry(
        seq=row.seq,
        at=row.at,
        seed=row.seed,
        core_version=row.core_version,
        input=given,
        facts=tuple(facts),
        commands=tuple(commands),
        settled=tuple(settled),
    )


def _columns(kept: Snapshot | DeadLetter) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in kept.__slots__}
