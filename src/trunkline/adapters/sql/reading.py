"""Reading a journal from another process: beside the house, and without a way to change it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from trunkline.adapters.sql.engine import is_sqlite, postgres_engine, sqlite_path, sqlite_reader
from trunkline.adapters.sql.journal import SqlJournal, journal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.ports.database import Tx
    from trunkline.ports.journal import Entry


@contextmanager
def entries_of(url: str, tenant_id: str, cell: str, since: int = 0) -> Iterator[Iterator[Entry]]:
    """The entries of a cell from `since` (ms) on, in order, in portions while the block runs."""
    engine = sqlite_reader(sqlite_path(url)) if is_sqlite(url) else postgres_engine(url, 1)
    try:
        with engine.connect() as tx:
            yield SqlJournal().read(tx, tenant_id, cell, last_before(tx, tenant_id, cell, since))
    finally:
        engine.dispose()


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
