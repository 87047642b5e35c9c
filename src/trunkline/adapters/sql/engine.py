"""The one place where connections are made, so that all of them have the same manners.

SQLite's driver must not begin transactions by itself: it would begin them late, and two
read-modify-writes would then lose one update in silence. So `isolation_level` is None and the
engine begins explicitly: `BEGIN IMMEDIATE` on the write connection, `BEGIN` on reading ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

BEGUN_ELSEWHERE = "begun_elsewhere"
"""In the info of a connection whose owner begins and ends transactions on the driver itself."""

READERS = 4
"""Threads, and connections, that serve reads."""

STATEMENTS = 1_000
"""Compiled statements that a connection keeps; the driver's 128 are fewer than we have."""

_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # a commit that was told is on the disk
    "foreign_keys": "ON",
    "busy_timeout": 5000,
    "temp_store": "MEMORY",
    "cache_size": -16_384,
    # Checkpoints run on a reading thread; this one is for when they do not keep up.
    "wal_autocheckpoint": 16_384,
}


def is_sqlite(url: str) -> bool:
    """Whether a database URL is SQLite's."""
    return sa.make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file of an SQLite URL; raises `ValueError` for one in memory."""
    path = sa.make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("an SQLite database needs a file")
    return Path(path)


def sqlite_writer(path: Path) -> sa.Engine:
    """An engine whose transactions hold the write lock from their beginning."""
    return _sqlite(path, "BEGIN IMMEDIATE", {})


def sqlite_reader(path: Path) -> sa.Engine:
    """An engine whose transactions see one state of the database and cannot change it."""
    return _sqlite(path, "BEGIN", {"query_only": "ON"})


def sqlite_aside() -> sa.Engine:
    """An engine over one connection to an empty database in memory, gone with the engine."""
    engine = sa.create_engine(
        "sqlite://", poolclass=sa.StaticPool, connect_args={"isolation_level": None}
    )
    return _mannered(engine, "BEGIN", {})


def postgres_engine(url: str, connections: int) -> sa.Engine:
    """An engine over psycopg with at most so many connections."""
    wanted = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(
        wanted,
        hide_parameters=True,  # they may be personal, and an error's text goes to the log
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=False,
    )


def shown(url: str) -> str:
    """A database URL without its password."""
    return sa.make_url(url).render_as_string(hide_password=True)


def try_to_connect(url: str) -> None:
    """Connect once, where a server is to be reached; raises `OSError` when it cannot be."""
    if is_sqlite(url):
        return
    wanted = sa.make_url(url).set(drivername="postgresql+psycopg")
    try:
        sa.create_engine(
            wanted, poolclass=sa.NullPool, connect_args={"connect_timeout": 3}
        ).connect().close()
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise ConnectionError(type(error).__name__) from error


def _sqlite(path: Path, begin: str, extra: dict[str, Any]) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": STATEMENTS,
        },
        hide_parameters=True,
        pool_size=READERS + 1,  # and the loop's own
        max_overflow=0,
    )
    return _mannered(engine, begin, extra)


def _mannered(engine: sa.Engine, begin: str, extra: dict[str, Any]) -> sa.Engine:
    def prepare(connection: Any, _record: Any) -> None:
        for name, value in (_PRAGMAS | extra).items():
            connection.execute(f"PRAGMA {name} = {value}").close()

    def begin_explicitly(connection: sa.Connection) -> None:
        if BEGUN_ELSEWHERE not in connection.info:
            connection.exec_driver_sql(begin)

    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", begin_explicitly)
    return engine
