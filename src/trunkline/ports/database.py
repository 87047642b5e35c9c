"""The port to the relational store: units of work run as plain functions on one connection.

A unit of work is a function of a connection; it runs in one transaction, off the event loop, and
is rolled back when it raises. SQL itself stands only in the features' `store.py` and in
`adapters/sql`; this module names what they share.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Protocol, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
Tx = sa.Connection
"""An open transaction."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Priority(IntEnum):
    """Order in which writes get the one SQLite write connection; lower is served first."""

    CELL = 0
    NORMAL = 1
    BULK = 2


class Database(Protocol):
    """Runs units of work; the dialect is the adapter's own business."""

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run a reading unit of work on a connection of its own."""

    async def write(self, work: Callable[[Tx], T], *, priority: Priority = Priority.NORMAL) -> T:
        """Run a writing unit of work; committed when this returns."""

    async def close(self) -> None:
        """End the connections; work that waits is still done."""
