"""SQL statements compiled once a dialect, for those that run thousands of times a second.

SQLAlchemy spends about 13 µs on each execution of a cached statement and five times that on
building it anew; the driver itself spends 3. On SQLite, where all writing waits for one thread,
they go to the driver by themselves; its errors are told as SQLAlchemy's all the same.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SQLITE = "sqlite"
_DIALECTS: dict[str, sa.Dialect] = {
    _SQLITE: sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.psycopg.dialect(),  # type: ignore[no-untyped-call]
}


def json_text(value: Any) -> str:
    """A value for a JSON column, as the driver takes it."""
    return orjson.dumps(value).decode()


def json_value(column: Any) -> Any:
    """What stands in a JSON column: one database gives the text, the other has read it."""
    return orjson.loads(column) if isinstance(column, str) else column


_DRIVER = "driver_connection"


def speaks_sqlite(tx: sa.Connection, raw: sqlite3.Connection) -> None:
    """Say once that this connection is SQLite's: its prepared statements go to `raw` by themselves.

    Asking the toolkit for the driver's connection at each statement takes as long as many of them.
    """
    tx.__dict__[_DRIVER] = raw


class Prepared:
    """One statement with named parameters; values come and go as the driver has them."""

    def __init__(self, statement: sa.Executable) -> None:
        self._texts = {
            name: str(statement.compile(dialect=dialect))  # type: ignore[attr-defined]
            for name, dialect in _DIALECTS.items()
        }
        self._sqlite = self._texts[_SQLITE]

    def run(self, tx: sa.Connection, values: Mapping[str, Any]) -> int:
        """Execute; how many rows it touched."""
        raw = tx.__dict__.get(_DRIVER) or _raw(tx)
        if raw is None:
            return tx.exec_driver_sql(self._texts[tx.dialect.name], values).rowcount
        try:
            return raw.execute(self._sqlite, values).rowcount
        except sqlite3.Error as error:
            raise self._told(error) from error

    def run_each(self, tx: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for each of many rows."""
        raw = tx.__dict__.get(_DRIVER) or _raw(tx)
        if raw is None:
            tx.exec_driver_sql(self._texts[tx.dialect.name], rows)
            return
        try:
            raw.executemany(self._sqlite, rows)
        except sqlite3.Error as error:
            raise self._told(error) from error

    def first(self, tx: sa.Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Execute; the first row that it gives."""
        rows = self.all(tx, values)
        return rows[0] if rows else None

    def all(self, tx: sa.Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute; every row that it gives."""
        raw = tx.__dict__.get(_DRIVER) or _raw(tx)
        if raw is None:
            rows = tx.exec_driver_sql(self._texts[tx.dialect.name], values).all()
            return [tuple(row) for row in rows]
        try:
            return raw.execute(self._sqlite, values).fetchall()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _told(self, error: sqlite3.Error) -> Exception:
        """The driver's error as the toolkit tells it."""
        return sa.exc.DBAPIError.instance(
            self._sqlite, None, error, sqlite3.Error, hide_parameters=True
        )


def _raw(tx: sa.Connection) -> sqlite3.Connection | None:
    """The driver's connection, where nobody has said it; None of another database."""
    if tx.dialect.name != _SQLITE:
        return None
    found = tx.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)  # noqa: S101 - says the dialect
    return found


_SAVE = Prepared(sa.text("SAVEPOINT part"))
_KEEP = Prepared(sa.text("RELEASE SAVEPOINT part"))
_UNDO = Prepared(sa.text("ROLLBACK TO SAVEPOINT part"))


@contextmanager
def savepoint(tx: sa.Connection) -> Iterator[None]:
    """A part of a transaction that is undone by itself when it raises; parts do not nest."""
    _SAVE.run(tx, {})
    try:
        yield
    except BaseException:
        _UNDO.run(tx, {})
        _KEEP.run(tx, {})
        raise
    _KEEP.run(tx, {})
