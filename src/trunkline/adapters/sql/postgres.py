"""PostgreSQL: a pool of connections; the cell's writes have one of their own and wait for nobody.

Units of work are written as if they were alone. To make that true, those of several writers run
at REPEATABLE READ, where the second of two that change the same row fails, and are run again.
The cell's run once at READ COMMITTED: nobody else writes its rows, and its fence row is locked.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, TypeVar

import psycopg
import sqlalchemy as sa

from trunkline.adapters.sql.engine import READERS, postgres_engine
from trunkline.adapters.sql.outbox import CHANNEL
from trunkline.kit.errors import TrunklineError
from trunkline.kit.logging import logger
from trunkline.ports.database import Priority, Tx, run_before_commit, take_after_commit

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
WRITERS = {Priority.CELL: 1, Priority.NORMAL: 6, Priority.BULK: 1}
ATTEMPTS = 40
RECONNECT_S = 1.0
LISTEN_S = 0.2
"""How soon the listener sees that the database is being closed."""
_MET_ANOTHER = {"40001", "40P01"}  # serialization failure, deadlock
_log = logger("postgres")


class PostgresDatabase:
    """A database that other processes may write too."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = postgres_engine(url, READERS + sum(WRITERS.values()))
        self._once = self._engine.execution_options(isolation_level="READ COMMITTED")
        self._again = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._reading = self._again.execution_options(postgresql_readonly=True)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="pg-reader")
        self._writers = {
            priority: ThreadPoolExecutor(threads, thread_name_prefix=f"pg-{priority.name.lower()}")
            for priority, threads in WRITERS.items()
        }
        self._listener = ThreadPoolExecutor(1, thread_name_prefix="pg-listener")
        self._closing = Event()

    @property
    def engine(self) -> sa.Engine:
        """The engine, for migrations before work begins."""
        return self._engine

    @property
    def checked_out(self) -> int:
        """Connections in use now; 0 when nobody works."""
        pool = self._engine.pool
        assert isinstance(pool, sa.QueuePool)  # noqa: S101 - said by the engine factory
        return pool.checkedout()

    async def read(self, work: Callable[[Tx], T], *, short: bool = False) -> T:
        """Run a reading unit of work; it sees one state of the database."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        """Run a writing unit of work, again when it met another one; durable on return."""
        run = self._write_once if priority is Priority.CELL else self._write
        executor = self._writers[priority]
        return await asyncio.get_running_loop().run_in_executor(executor, run, work)

    def listen(self, call: Callable[[], None]) -> None:
        """Have `call` run when any process announces events."""
        self._listener.submit(self._listen, call)

    async def close(self) -> None:
        """Finish what waits, then end the connections."""
        self._closing.set()
        await asyncio.to_thread(self._close)

    def _read(self, work: Callable[[Tx], T]) -> T:
        with self._reading.connect() as connection, connection.begin():
            return work(connection)

    def _write(self, work: Callable[[Tx], T]) -> T:
        for _ in range(ATTEMPTS):
            try:
                return _run(self._again, work)
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _MET_ANOTHER:
                    raise
        raise TrunklineError("busy", 503, "Too many change this at once.", retry_after_s=1)

    def _write_once(self, work: Callable[[Tx], T]) -> T:
        return _run(self._once, work)

    def _listen(self, call: Callable[[], None]) -> None:
        while not self._closing.is_set():
            try:
                self._hear(call)
            except psycopg.OperationalError:  # wake-ups are lost; the relay looks by itself too
                _log.warning("listener_reconnects")
                self._closing.wait(RECONNECT_S)

    def _hear(self, call: Callable[[], None]) -> None:
        target = sa.make_url(self._url).set(drivername="postgresql")
        plain = target.render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            while not self._closing.is_set():
                for _ in connection.notifies(timeout=LISTEN_S, stop_after=1):
                    call()

    def _close(self) -> None:
        for executor in (*self._writers.values(), self._readers, self._listener):
            executor.shutdown()
        self._engine.dispose()


def _run(engine: sa.Engine, work: Callable[[Tx], T]) -> T:
    with engine.connect() as connection:
        take_after_commit(connection)
        with connection.begin():
            result = work(connection)
            run_before_commit(connection)
        calls = take_after_commit(connection)
    for call, items in calls.items():
        call(items)
    return result
