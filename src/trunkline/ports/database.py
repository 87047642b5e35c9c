"""The port to the relational store: units of work run as plain functions on one connection.

A unit of work is a function of a connection; it runs in one transaction and is rolled back when it
raises. Waiting for the disk or for another process never holds the event loop up. SQL itself stands
only in the features' `store.py` and in `adapters/sql`; this module names what they share.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

from trunkline.kit.prepared import savepoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
Tx = sa.Connection
"""An open transaction."""
STORE_FAILED = (sa.exc.OperationalError, sa.exc.InterfaceError)
"""What a unit of work raises when the store is in trouble: locked, full, gone, a deadlock."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


_PENDING = "pending"
_Calls = dict["Callable[[list[Any]], None]", list[Any]]
_Writes = dict["Callable[[sa.Connection, list[Any]], None]", list[Any]]


class _Pending:
    """What a transaction still has to write before its commit, and to tell after it."""

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: _Writes = {}
        self.after: _Calls = {}

    def sizes(self) -> list[tuple[list[Any], int]]:
        """Each list with its present length."""
        lists = (*self.before.values(), *self.after.values())
        return [(items, len(items)) for items in lists]


def _pending(tx: Tx) -> _Pending:
    """Kept beside the connection: its own `info` takes as long as a statement."""
    found: _Pending | None = tx.__dict__.get(_PENDING)
    if found is None:
        found = tx.__dict__[_PENDING] = _Pending()
    return found


def before_commit(tx: Tx, call: Callable[[Tx, list[T]], None], item: T) -> bool:
    """Have `call` write this item, with all others given for it, as the last of `tx`.

    For rows that nothing in the transaction reads: many are written at the price of a few.
    True for the first item.
    """
    items: list[T] = _pending(tx).before.setdefault(call, [])
    items.append(item)
    return len(items) == 1


def run_before_commit(tx: Tx) -> None:
    """For the adapter, when the unit of work has returned: write what waits."""
    waiting, _pending(tx).before = _pending(tx).before, {}
    for call, items in waiting.items():
        if items:
            call(tx, items)


def after_commit(tx: Tx, call: Callable[[list[T]], None], item: T) -> bool:
    """Have `call` get this item, on the loop or a thread of the store, once `tx` is durable.

    It is called once a transaction, with all items given for it, and not at all on roll-back.
    True for the first item.
    """
    items: list[T] = _pending(tx).after.setdefault(call, [])
    items.append(item)
    return len(items) == 1


def after_commit_all(tx: Tx, call: Callable[[list[T]], None], items: list[T]) -> None:
    """`after_commit` for several at once."""
    _pending(tx).after.setdefault(call, []).extend(items)


def take_after_commit(tx: Tx) -> dict[Callable[[list[Any]], None], list[Any]]:
    """For the adapter: what `after_commit` collected; it is forgotten with this."""
    pending: _Pending | None = tx.__dict__.pop(_PENDING, None)
    return {call: items for call, items in pending.after.items() if items} if pending else {}


@contextmanager
def part(tx: Tx) -> Iterator[None]:
    """A part of a transaction that is undone by itself when it raises; parts do not nest."""
    sizes = _pending(tx).sizes()
    known = {id(items) for items, _ in sizes}
    try:
        with savepoint(tx):
            yield
    except BaseException:
        for items, size in sizes:
            del items[size:]
        for items, _ in _pending(tx).sizes():
            if id(items) not in known:
                items.clear()
        raise


class Priority(IntEnum):
    """Order in which writes get the one SQLite write connection; lower is served first."""

    CELL = 0
    NORMAL = 1
    BULK = 2


class Database(Protocol):
    """Runs units of work; the dialect is the adapter's own business.

    Where several may write at once (PostgreSQL), a unit of priority NORMAL or BULK that met
    another one is run again: it changes nothing but the database. A unit of priority CELL runs
    once; its rows have one writer.
    """

    async def read(self, work: Callable[[Tx], T], *, short: bool = False) -> T:
        """Run a reading unit of work on a connection of its own.

        A `short` one finds a few rows by their keys: going to a thread would take longer.
        """

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        """Run a writing unit of work; committed when this returns."""

    async def close(self) -> None:
        """End the connections; work that waits is still done."""
