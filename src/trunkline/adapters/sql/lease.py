"""Who owns a cell: a fence row with an epoch that only grows.

Whoever takes a cell over raises its epoch; every append first locks the row and compares. So of
two programs that both believe to be the owner only the younger one can write. With SQLite a file
lock keeps the second program out before that, and the epoch counts the starts.
"""

from __future__ import annotations

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, metadata
from trunkline.ports.journal import FenceLost

fences = sa.Table(
    "cell_fences",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("cell", sa.String(64), primary_key=True),
    sa.Column("epoch", sa.BigInteger, nullable=False),
)


def _is(tenant_id: str, cell: str) -> sa.ColumnElement[bool]:
    return sa.and_(fences.c.tenant_id == tenant_id, fences.c.cell == cell)


_epoch = Prepared(
    sa.select(fences.c.epoch)
    .where(
        fences.c.tenant_id == sa.bindparam("of_tenant"), fences.c.cell == sa.bindparam("of_cell")
    )
    # Locks the row in PostgreSQL. In SQLite, which knows no such lock, the transaction has it all.
    .with_for_update()
)


def raise_epoch(tx: Tx, tenant_id: str, cell: str) -> int:
    """Take the cell over: its new epoch."""
    raised = fences.update().where(_is(tenant_id, cell)).values(epoch=fences.c.epoch + 1)
    epoch = tx.execute(raised.returning(fences.c.epoch)).scalar_one_or_none()
    if epoch is not None:
        return int(epoch)
    tx.execute(fences.insert().values(tenant_id=tenant_id, cell=cell, epoch=1))
    return 1


def claim(tx: Tx, tenant_id: str, cell: str, epoch: int) -> None:
    """Lock the fence row for this transaction; raises `FenceLost` when the epoch is not its."""
    row = _epoch.first(tx, {"of_tenant": tenant_id, "of_cell": cell})
    owner = row[0] if row else None
    if owner != epoch:
        raise FenceLost(f"cell {cell}: epoch {epoch} is over, it is {owner}")
