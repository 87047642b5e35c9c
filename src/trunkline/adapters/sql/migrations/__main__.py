"""Draw the one migration anew from the tables, until the first release freezes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from trunkline.adapters.sql.migrations import HERE, VERSIONS, all_tables

INITIAL = "0001"
_FORMAT = {
    "hooks": "ruff",
    "ruff.type": "module",
    "ruff.module": "ruff",
    "ruff.options": "format --quiet REVISION_SCRIPT_FILENAME",
}


def main() -> None:
    """Write the initial migration."""
    all_tables()
    (VERSIONS / f"{INITIAL}.py").unlink(missing_ok=True)
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("file_template", "%%(rev)s")
    for name, value in _FORMAT.items():
        config.set_section_option("post_write_hooks", name, value)
    with sa.create_engine("sqlite://").connect() as connection:
        config.attributes["connection"] = connection
        command.revision(config, "The tables of the first version.", True, rev_id=INITIAL)


if __name__ == "__main__":
    main()
