"""A tenant's routing rules as a row: one JSON value in the shape of the API, and its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

routing_rules = sa.Table(
    "routing_rules",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)


def get(tx: Tx, tenant_id: str) -> tuple[dict[str, Any], int]:
    """What is set, and its version; nothing and 0 before."""
    query = sa.select(routing_rules.c.rules, routing_rules.c.version)
    row = tx.execute(query.where(routing_rules.c.tenant_id == tenant_id)).first()
    return (row[0], row[1]) if row else ({}, 0)


def put(tx: Tx, tenant_id: str, rules: Mapping[str, Any]) -> None:
    """Set them in place of what was set; the version counts on."""
    mine = routing_rules.c.tenant_id == tenant_id
    changed = {"rules": rules, "version": routing_rules.c.version + 1}
    if tx.execute(routing_rules.update().where(mine).values(**changed)).rowcount == 0:
        first = {"tenant_id": tenant_id, "rules": rules, "version": 1}
        tx.execute(routing_rules.insert().values(**first))
