"""How far a tenant is on its set-up walk."""

from __future__ import annotations

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

setup_steps = sa.Table(
    "setup_steps",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("step", sa.String(20), primary_key=True),
    sa.Column("done_at", sa.BigInteger, nullable=False),
)


def done(tx: Tx, tenant_id: str) -> dict[str, int]:
    """When each step that is behind was taken."""
    query = sa.select(setup_steps.c.step, setup_steps.c.done_at)
    rows = tx.execute(query.where(setup_steps.c.tenant_id == tenant_id))
    return {row.step: row.done_at for row in rows}


def take(tx: Tx, tenant_id: str, step: str, at: int) -> None:
    """Put a step behind; once more changes nothing."""
    if step not in done(tx, tenant_id):
        tx.execute(setup_steps.insert().values(tenant_id=tenant_id, step=step, done_at=at))
