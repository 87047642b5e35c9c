"""SQLite: one process, one write connection behind a priority queue, reads beside it."""

from __future__ import annotations

import asyncio
import fcntl
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from trunkline.adapters.sql.engine import (
    BEGUN_ELSEWHERE,
    READERS,
    sqlite_reader,
    sqlite_writer,
)
from trunkline.adapters.sql.writer import Turns
from trunkline.kit.prepared import speaks_sqlite
from trunkline.ports.database import Priority, Tx, run_before_commit, take_after_commit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
CHECKPOINT_EVERY = 500
"""Commits between two checkpoints. A log that is begun anew often stays small, and syncing a part
of a file that is there already costs a third of syncing one that grows."""


class DatabaseInUse(Exception):
    """Another process has this database open; two would only stand in each other's way."""


class SqliteDatabase:
    """A database file of which this process is the only writer."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(path.with_name(path.name + ".lock"))
        self._write_engine = sqlite_writer(path)
        self._read_engine = sqlite_reader(path)
        self._connection = self._write_engine.connect()
        self._connection.info[BEGUN_ELSEWHERE] = True
        self._raw = _raw(self._connection)
        speaks_sqlite(self._connection, self._raw)
        self._near = self._read_engine.connect()
        self._near.info[BEGUN_ELSEWHERE] = True
        self._raw_near = _raw(self._near)
        speaks_sqlite(self._near, self._raw_near)
        self._turns = Turns()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._commits = 0
        self._checkpoints: asyncio.Task[None] | None = None

    @property
    def engine(self) -> sa.Engine:
        """The writing engine, for migrations before work begins."""
        return self._write_engine

    @property
    def checked_out(self) -> int:
        """Reading connections in use now; 0 when nobody reads."""
        pool = self._read_engine.pool
        assert isinstance(pool, sa.QueuePool)  # noqa: S101 - said by the engine factory
        return pool.checkedout() - 1  # the loop's own is never given back

    async def read(self, work: Callable[[Tx], T], *, short: bool = False) -> T:
        """Run a reading unit of work; it sees one state of the database."""
        if short:
            return self._read_here(work)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        """Run a writing unit of work in its turn; durable when this returns."""
        return await self._turns.do(lambda: self._begin(work), self._committed, priority)

    async def close(self) -> None:
        """Finish what waits, then let go of the file."""
        await self._turns.close()
        await asyncio.to_thread(self._close)

    def _read(self, work: Callable[[Tx], T]) -> T:
        with self._read_engine.connect() as connection, connection.begin():
            return work(connection)

    def _read_here(self, work: Callable[[Tx], T]) -> T:
        """On the loop, on a connection that is the loop's alone."""
        if self._near.in_transaction():  # so the toolkit believes of the last unit
            self._near.rollback()
        _run(self._raw_near, "BEGIN")
        try:
            return work(self._near)
        finally:
            _run(self._raw_near, "COMMIT")

    def _begin(self, work: Callable[[Tx], T]) -> tuple[T, Callable[[], None] | None]:
        """All but the commit; `Connection.begin` takes as long as three statements do.

        What changed nothing has nothing to wait for.
        """
        changes = self._raw.total_changes
        if self._connection.in_transaction():  # so the toolkit believes of the last unit
            self._connection.rollback()
        take_after_commit(self._connection)
        _run(self._raw, "BEGIN IMMEDIATE")
        try:
            result = work(self._connection)
            run_before_commit(self._connection)
            if self._raw.total_changes == changes:
                _run(self._raw, "COMMIT")
                return result, None
        except BaseException:
            self._roll_back()
            raise
        return result, self._commit

    def _commit(self) -> None:
        """On the loop or the thread of commits, while nobody else has the connection."""
        try:
            _run(self._raw, "COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _committed(self) -> None:
        for call, items in take_after_commit(self._connection).items():
            call(items)
        self._commits += 1
        if self._commits % CHECKPOINT_EVERY == 0:
            self._checkpoints = asyncio.create_task(self._checkpoint())

    def _roll_back(self) -> None:
        if self._raw.in_transaction:  # a full disk has rolled back already
            _run(self._raw, "ROLLBACK")

    async def _checkpoint(self) -> None:
        """Copy the log into the database beside the writer, who then has little left to copy."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._readers, self._copy_log_beside)
        await self._turns.do(lambda: (None, self._copy_rest), _nothing, Priority.BULK)

    def _copy_rest(self) -> None:
        _copy_log(self._connection)

    def _copy_log_beside(self) -> None:
        with self._read_engine.connect() as connection:
            _copy_log(connection)

    def _close(self) -> None:
        self._readers.shutdown()
        self._connection.close()
        self._near.close()
        self._read_engine.dispose()
        self._write_engine.dispose()
        self._lock.close()


def _copy_log(connection: sa.Connection) -> None:
    _raw(connection).execute("PRAGMA wal_checkpoint(PASSIVE)").close()


def _raw(connection: sa.Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - it is connected
    return raw


def _run(connection: sqlite3.Connection, command: str) -> None:
    """A command to the driver; its errors are told as the toolkit tells them."""
    try:
        connection.execute(command).close()
    except sqlite3.Error as error:
        raise sa.exc.DBAPIError.instance(command, None, error, sqlite3.Error) from error


def _lock(path: Path) -> IO[bytes]:
    """An open file that only one process at a time can have; the kernel frees it at our death."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise DatabaseInUse(f"another process works on {path.stem}") from None
    return file


def _nothing() -> None:
    """There is nothing to do."""
