"""Simulations as rows: what was asked, how far it is, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from trunkline.ports.database import Tx

simulations = sa.Table(
    "simulations",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("begin_at", sa.BigInteger, nullable=False),
    sa.Column("end_at", sa.BigInteger, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("draft_id", sa.String(40)),
    sa.Column("progress_pct", sa.SmallInteger, nullable=False),
    sa.Column("result", sa.JSON(none_as_null=True)),
    sa.Column("error", sa.String(200)),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("ended_at", sa.BigInteger),
)


@dataclass(frozen=True, slots=True)
class SimulationRow:
    """One simulation; `state` is waiting, running, done or failed. Times are ms UTC."""

    tenant_id: str
    id: str
    state: str
    begin_at: int
    end_at: int
    changes: dict[str, Any]
    created_at: int
    created_by: str
    progress_pct: int = 0
    result: dict[str, Any] | None = None
    error: str | None = None
    ended_at: int | None = None
    draft_id: str | None = None


_FIELDS = tuple(SimulationRow.__dataclass_fields__)


def add(tx: Tx, row: SimulationRow) -> None:
    """Write a new one."""
    tx.execute(simulations.insert().values({name: getattr(row, name) for name in _FIELDS}))


def change(tx: Tx, tenant_id: str, simulation_id: str, **fields: Any) -> None:
    """Set columns."""
    tx.execute(simulations.update().where(_is(tenant_id, simulation_id)).values(**fields))


def find(tx: Tx, tenant_id: str, simulation_id: str) -> SimulationRow | None:
    """One simulation of the tenant."""
    row = tx.execute(simulations.select().where(_is(tenant_id, simulation_id))).first()
    return None if row is None else _row(row)


def newest(tx: Tx, tenant_id: str, limit: int, by: str | None = None) -> list[SimulationRow]:
    """The newest of the tenant, or those that `by` asked for, newest first."""
    mine = simulations.select().where(simulations.c.tenant_id == tenant_id)
    if by is not None:
        mine = mine.where(simulations.c.created_by == by)
    return [_row(row) for row in tx.execute(mine.order_by(simulations.c.id.desc()).limit(limit))]


def open_of(tx: Tx, tenant_id: str) -> int:
    """How many wait or run."""
    mine = simulations.c.tenant_id == tenant_id
    is_open = simulations.c.state.in_(("waiting", "running"))
    count = sa.select(sa.func.count()).select_from(simulations).where(mine, is_open)
    return int(tx.execute(count).scalar_one())


def _is(tenant_id: str, simulation_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(simulations.c.tenant_id == tenant_id, simulations.c.id == simulation_id)


def _row(row: sa.Row[Any]) -> SimulationRow:
    return SimulationRow(**{name: getattr(row, name) for name in _FIELDS})
