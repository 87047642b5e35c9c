"""The port to the relational store: units of work run as plain functions on one connection.

A unit of work is a function of a connection; it runs in one transaction and is rolled back when it
raises. Waiting for the disk or for another process never holds the event loop up. SQL itself stands
only in the features' `store.py` and in `adapters/sql`; this module names what they share.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable

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


_AFTER_COMMIT = "after_commit"


def after_commit(tx: Tx, call: Callable[[list[T]], None], item: T) -> bool:
    """Have `call` get this item, on the loop or a thread of the store, once `tx` is durable.

    It is called once a transaction, with all items given for it, and not at all on roll-back.
    True for the first item.
    """
    items: list[T] = tx.info.setdefault(_AFTER_COMMIT, {}).setdefault(call, [])
    items.append(item)
    return len(items) == 1


def take_after_commit(tx: Tx) -> dict[Callable[[list[Any]], None], list[Any]]:
    """For the adapter: what `after_commit` collected; it is forgotten with this."""
    calls: dict[Callable[[list[Any]], None], list[Any]] = tx.info.pop(_AFTER_COMMIT, {})
    return calls


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

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run a reading unit of work on a connection of its own."""

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        """Run a writing unit of work; committed when this returns."""

    async def close(self) -> None:
        """End the connections; work that waits is still done."""
