"""How Alembic runs the migrations: on the connection, and in the transaction, of its caller."""

from __future__ import annotations

from alembic import context

from trunkline.ports.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
