"""Bringing the tables of a database up to date."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
VERSIONS = HERE / "versions"
_ONE_AT_A_TIME = 0x6D69_6772_6174


def all_tables() -> sa.MetaData:
    """The tables of this package and of every feature that has a store."""
    for name in ("jobs", "journal", "lease", "outbox"):
        import_module(f"trunkline.adapters.sql.{name}")
    # By name: the store does not know the features, it only draws what they say.
    features = import_module("trunkline.features")
    for feature in pkgutil.iter_modules(features.__path__, f"{features.__name__}."):
        package = import_module(feature.name)
        if any(module.name == "store" for module in pkgutil.iter_modules(package.__path__)):
            import_module(f"{feature.name}.store")
    return metadata


def upgrade(engine: sa.Engine, progress: Callable[[str], None]) -> None:
    """Run the migrations that are missing, one process at a time; tells `progress` of it."""
    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        present, wanted = present_revision(connection), newest_revision()
        if present != wanted:
            progress(f"database: {present or 'empty'} → {wanted}")
            _migrate(connection)


def present_revision(connection: sa.Connection) -> str | None:
    """The revision that a database is of; None for one without tables."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
    return found.scalar_one_or_none()


def newest_revision() -> str:
    """The revision that the programs expect; migrations are files named by their revision."""
    return max(path.stem for path in VERSIONS.glob("[0-9]*.py"))


def _migrate(connection: sa.Connection) -> None:
    # Imported when there is something to do: it takes longer than all the rest of a start.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
