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


class Prepared:
    """One statement with named parameters; values come and go as the driver has them."""

    def __init__(self, statement: sa.Executable) -> None:
        self._texts = {
            name: str(statement.compile(dialect=dialect))  # type: ignore[attr-defined]
            for name, dialect in _DIALECTS.items()
        }

    def run(self, tx: sa.Connection, values: Mapping[str, Any]) -> int:
        """Execute; how many rows it touched."""
        if tx.dialect.name != _SQLITE:
            return tx.exec_driver_sql(self._texts[tx.dialect.name], values).rowcount
        with self._cursor(tx) as cursor:
            return int(cursor.execute(self._texts[_SQLITE], values).rowcount)

    def run_each(self, tx: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for each of many rows."""
        if tx.dialect.name != _SQLITE:
            tx.exec_driver_sql(self._texts[tx.dialect.name], rows)
            return
        with self._cursor(tx) as cursor:
            cursor.executemany(self._texts[_SQLITE], rows)

    def first(self, tx: sa.Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Execute; the first row that it gives."""
        if tx.dialect.name != _SQLITE:
            row = tx.exec_driver_sql(self._texts[tx.dialect.name], values).first()
            return None if row is None else tuple(row)
        with self._cursor(tx) as cursor:
            found: tuple[Any, ...] | None = cursor.execute(self._texts[_SQLITE], values).fetchone()
            return found

    def all(self, tx: sa.Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Execute; every row that it gives."""
        if tx.dialect.name != _SQLITE:
            rows = tx.exec_driver_sql(self._texts[tx.dialect.name], values).all()
            return [tuple(row) for row in rows]
        with self._cursor(tx) as cursor:
            return cursor.execute(self._texts[_SQLITE], values).fetchall()

    @contextmanager
    def _cursor(self, tx: sa.Connection) -> Iterator[sqlite3.Cursor]:
        cursor: sqlite3.Cursor = tx.connection.cursor()  # type: ignore[assignment]
        try:
            yield cursor
        except sqlite3.Error as error:
            raise sa.exc.DBAPIError.instance(
                self._texts[_SQLITE], None, error, sqlite3.Error, hide_parameters=True
            ) from error
        finally:
            cursor.close()


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
