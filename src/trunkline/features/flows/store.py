"""Flows as rows: the published graph, and the queues it leads to, which hold the graph's word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

flows = sa.Table(
    "flows",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("graph", sa.JSON, nullable=False),
    sa.Column("published_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("tenant_id", "name"),
)
flow_queues = sa.Table(
    "flow_queues",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("flow_id", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.String(40), primary_key=True),
    sa.ForeignKeyConstraint(["tenant_id", "flow_id"], ["flows.tenant_id", "flows.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "queue_id"], ["queues.tenant_id", "queues.id"]),
)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A published flow; `graph` is a core `Flow` as JSON values."""

    tenant_id: str
    id: str
    name: str
    version: int
    graph: dict[str, Any]
    published_at: int


def put(tx: Tx, row: FlowRow, queue_ids: Iterable[str]) -> bool:
    """Publish a flow, new or anew; False, with nothing done, when one of the queues is unknown."""
    try:
        with tx.begin_nested():
            _put(tx, row, sorted(set(queue_ids)))
    except sa.exc.IntegrityError:
        return False
    return True


def find(tx: Tx, tenant_id: str, id_or_name: str) -> FlowRow | None:
    """One flow by its id or name; the id wins."""
    named = sa.or_(flows.c.id == id_or_name, flows.c.name == id_or_name)
    query = sa.select(flows).where(flows.c.tenant_id == tenant_id, named)
    rows = [FlowRow(**row) for row in tx.execute(query).mappings()]
    return min(rows, key=lambda row: row.id != id_or_name, default=None)


def every(tx: Tx, tenant_id: str) -> list[FlowRow]:
    """All flows of a tenant, by name."""
    query = sa.select(flows).where(flows.c.tenant_id == tenant_id).order_by(flows.c.name)
    return [FlowRow(**row) for row in tx.execute(query).mappings()]


def drop(tx: Tx, tenant_id: str, flow_id: str) -> bool:
    """Remove a flow; False, with nothing done, while a number or a queue leads to it."""
    mine = sa.and_(flows.c.tenant_id == tenant_id, flows.c.id == flow_id)
    links = sa.and_(flow_queues.c.tenant_id == tenant_id, flow_queues.c.flow_id == flow_id)
    try:
        with tx.begin_nested():
            tx.execute(flow_queues.delete().where(links))
            tx.execute(flows.delete().where(mine))
    except sa.exc.IntegrityError:
        return False
    return True


def _put(tx: Tx, row: FlowRow, queue_ids: list[str]) -> None:
    fields = {name: getattr(row, name) for name in row.__slots__}
    mine = sa.and_(flows.c.tenant_id == row.tenant_id, flows.c.id == row.id)
    if tx.execute(flows.update().where(mine).values(**fields)).rowcount == 0:
        tx.execute(flows.insert().values(**fields))
    of_flow = sa.and_(flow_queues.c.tenant_id == row.tenant_id, flow_queues.c.flow_id == row.id)
    tx.execute(flow_queues.delete().where(of_flow))
    links = [
        {"tenant_id": row.tenant_id, "flow_id": row.id, "queue_id": queue} for queue in queue_ids
    ]
    if links:
        tx.execute(flow_queues.insert(), links)
