"""Opening the store: the right engine for a URL, its tables brought up to date, and its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.adapters.sql.engine import is_sqlite, sqlite_path
from trunkline.adapters.sql.jobs import SqlJobs
from trunkline.adapters.sql.journal import SqlJournal
from trunkline.adapters.sql.migrations import upgrade
from trunkline.adapters.sql.outbox import PostgresEventLog, SqliteEventLog
from trunkline.adapters.sql.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from trunkline.adapters.sql.postgres import PostgresDatabase
    from trunkline.ports.clock import Clock, Ids

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SqlStore:
    """The parts of the relational store; they share one database."""

    db: SqliteDatabase | PostgresDatabase
    journal: SqlJournal
    events: SqliteEventLog | PostgresEventLog
    jobs: SqlJobs


async def open_store(
    url: str, clock: Clock, ids: Ids, progress: Progress = lambda _: None
) -> SqlStore:
    """Open a database and migrate it; `progress` gets a line a step.

    Raises `DatabaseInUse` when another process has the SQLite file.
    """
    return await asyncio.to_thread(_open, url, SqlJobs(clock, ids), progress)


def _open(url: str, jobs: SqlJobs, progress: Progress) -> SqlStore:
    store = _sqlite_store(url, jobs) if is_sqlite(url) else _postgres_store(url, jobs)
    upgrade(store.db.engine, progress)
    return store


def _sqlite_store(url: str, jobs: SqlJobs) -> SqlStore:
    return SqlStore(SqliteDatabase(sqlite_path(url)), SqlJournal(), SqliteEventLog(), jobs)


def _postgres_store(url: str, jobs: SqlJobs) -> SqlStore:
    # Its driver comes with the extra `postgres`; an installation on SQLite lives without.
    from trunkline.adapters.sql.postgres import PostgresDatabase

    db, events = PostgresDatabase(url), PostgresEventLog()
    db.listen(events.heard)
    return SqlStore(db, SqlJournal(), events, jobs)
