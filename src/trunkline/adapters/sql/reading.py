"""Reading a journal from another process: beside the house, and without a way to change it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from trunkline.adapters.sql.engine import (
    is_sqlite,
    postgres_engine,
    sqlite_aside,
    sqlite_path,
    sqlite_reader,
)
from trunkline.adapters.sql.journal import SqlJournal, journal
from trunkline.adapters.sql.migrations import all_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from trunkline.ports.database import Tx
    from trunkline.ports.journal import Entry


@dataclass(frozen=True, slots=True)
class Extent:
    """From when to when (ms UTC) a journal reaches, and the newest core that wrote in it."""

    first_at: int
    last_at: int
    core_version: int


@contextmanager
def reading(url: str) -> Iterator[Tx]:
    """One reading transaction; raises `FileNotFoundError` where there is no SQLite file."""
    if is_sqlite(url) and not sqlite_path(url).is_file():
        raise FileNotFoundError(sqlite_path(url))
    engine = sqlite_reader(sqlite_path(url)) if is_sqlite(url) else postgres_engine(url, 1)
    try:
        with engine.connect() as tx:
            yield tx
    finally:
        engine.dispose()


@contextmanager
def entries_of(url: str, tenant_id: str, cell: str, since: int = 0) -> Iterator[Iterator[Entry]]:
    """The entries of a cell from `since` (ms) on, in order, in portions while the block runs."""
    with reading(url) as tx:
        yield SqlJournal().read(tx, tenant_id, cell, last_before(tx, tenant_id, cell, since))


@contextmanager
def aside(tx: Tx, tenant_id: str, tables: Collection[str]) -> Iterator[Tx]:
    """A database of one's own to try things in, with the tenant's rows of these tables.

    It has every table, lives in memory and is gone after the block.
    """
    with bare() as own:
        for table in all_tables().sorted_tables:
            if table.name in tables:
                _carry(tx, own, table, tenant_id)
        yield own


@contextmanager
def bare() -> Iterator[Tx]:
    """A database of one's own without a row: it lives in memory and is gone after the block."""
    engine = sqlite_aside()
    try:
        with engine.connect() as own, own.begin():
            all_tables().create_all(own)
            yield own
    finally:
        engine.dispose()


def extent(tx: Tx, tenant_id: str, cell: str) -> Extent | None:
    """How far the journal of a cell reaches; None for one without entries."""
    here = sa.and_(journal.c.tenant_id == tenant_id, journal.c.cell == cell)
    query = sa.select(journal.c.at, journal.c.core_version).where(here).limit(1)
    first = tx.execute(query.order_by(journal.c.seq)).one_or_none()
    last = tx.execute(query.order_by(journal.c.seq.desc())).one_or_none()
    return Extent(first.at, last.at, last.core_version) if first and last else None


def last_before(tx: Tx, tenant_id: str, cell: str, at: int) -> int:
    """The number of the last entry before a time (ms), 0 without one.

    Entries stand in order of time, so halving finds it in some twenty look-ups by number, however
    long the journal is.
    """
    here = sa.and_(journal.c.tenant_id == tenant_id, journal.c.cell == cell)
    ends = sa.select(sa.func.min(journal.c.seq), sa.func.max(journal.c.seq)).where(here)
    first, last = tx.execute(ends).one()
    if first is None:
        return 0
    low, high = int(first), int(last) + 1  # the first entry that is not before lies in low..high
    while low < high:
        middle = (low + high) // 2
        query = sa.select(journal.c.seq, journal.c.at).where(here, journal.c.seq >= middle)
        found = tx.execute(query.order_by(journal.c.seq).limit(1)).one()
        if found.at < at:
            low = int(found.seq) + 1
        else:
            high = middle
    return low - 1


def _carry(tx: Tx, own: Tx, table: sa.Table, tenant_id: str) -> None:
    rows = tx.execute(table.select().where(table.c.tenant_id == tenant_id)).mappings().all()
    if rows:
        own.execute(table.insert(), [dict(row) for row in rows])
