"""Migrations bring both databases to the tables that the programs expect."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from trunkline.adapters.sql import SqlStore
from trunkline.adapters.sql.migrations import HERE, all_tables, newest_revision, upgrade
from trunkline.ports.database import Tx


async def test_the_migrated_tables_are_those_of_the_stores(store: SqlStore) -> None:
    def difference(tx: Tx) -> list[object]:
        return compare_metadata(MigrationContext.configure(tx), all_tables())

    assert await store.db.read(difference) == []


async def test_a_second_upgrade_has_nothing_to_do(store: SqlStore) -> None:
    told: list[str] = []

    await asyncio.to_thread(upgrade, store.db.engine, told.append)

    assert told == []


def test_the_newest_migration_is_the_only_head() -> None:
    assert ScriptDirectory(str(HERE)).get_heads() == [newest_revision()]


BEFORE_ANY_TENANT = {"setup_tokens"}


@pytest.mark.parametrize("table", all_tables().sorted_tables, ids=str)
def test_every_table_knows_its_tenant(table: sa.Table) -> None:
    assert "tenant_id" in table.c or table.name in BEFORE_ANY_TENANT
