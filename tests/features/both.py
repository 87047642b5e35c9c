"""Both databases with every table, for what only a real one shows: waiting, types, order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from trunkline.adapters.sql.postgres import PostgresDatabase
from trunkline.adapters.sql.sqlite import SqliteDatabase
from trunkline.ports.database import metadata

AnyDatabase = SqliteDatabase | PostgresDatabase
BOTH = ("sqlite", "postgres")


@asynccontextmanager
async def opened(
    kind: str, folder: Path, request: pytest.FixtureRequest
) -> AsyncIterator[AnyDatabase]:
    """An empty database of a kind; PostgreSQL is started only where it is asked for."""
    database: AnyDatabase
    if kind == "sqlite":
        database = SqliteDatabase(folder / "trunkline.db")
    else:
        database = PostgresDatabase(request.getfixturevalue("postgres_url"))
    try:
        metadata.create_all(database.engine)
        yield database
    finally:
        await database.close()
