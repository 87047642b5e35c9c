"""Reading a journal from another process: beside the house, and without a way to change it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from trunkline.adapters.sql.engine import is_sqlite, postgres_engine, sqlite_path, sqlite_reader
from trunkline.adapters.sql.journal import SqlJournal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trunkline.ports.journal import Entry


@contextmanager
def entries_of(url: str, tenant_id: str, cell: str) -> Iterator[Iterator[Entry]]:
    """All entries of a cell, in order, read in portions while the block runs."""
    engine = sqlite_reader(sqlite_path(url)) if is_sqlite(url) else postgres_engine(url, 1)
    try:
        with engine.connect() as tx:
            yield SqlJournal().read(tx, tenant_id, cell, 0)
    finally:
        engine.dispose()
