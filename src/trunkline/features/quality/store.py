"""Quality as rows: one a leg with its course, written now and then; one a way that is watched."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from trunkline.kit.prepared import json_text, json_value
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

legs = sa.Table(
    "leg_quality",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("leg_id", sa.String(80), primary_key=True),
    sa.Column("began_at", sa.BigInteger, primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("trunk_id", sa.String(40)),
    sa.Column("codec", sa.String(16), nullable=False),
    sa.Column("ended_at", sa.BigInteger, nullable=False),
    sa.Column("figures", sa.Text, nullable=False),
    sa.Column("points", sa.Text, nullable=False),
    sa.Index("ix_leg_quality_ended_at", "ended_at"),
)
"""`figures` and `points` are JSON: a leg is read whole or not at all."""

ways = sa.Table(
    "way_quality",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("way_id", sa.String(40), primary_key=True),
    sa.Column("left_at", sa.BigInteger),
    sa.Column("loss_pct", sa.Float, nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class LegRow:
    """A leg from one beginning of our watching it; `figures` are of the whole of it."""

    tenant_id: str
    interaction_id: str
    leg_id: str
    began_at: int
    role: str
    trunk_id: str | None
    codec: str
    ended_at: int
    figures: dict[str, Any]
    points: list[list[float | None]]


@dataclass(frozen=True, slots=True)
class WayRow:
    """A trunk, node or region; new calls leave it since `left_at`, None while it is good."""

    tenant_id: str
    kind: str
    way_id: str
    left_at: int | None
    loss_pct: float
    changed_at: int


def put_legs(tx: Tx, rows: Sequence[LegRow]) -> None:
    """Write legs, new or anew."""
    if rows:
        written = [
            asdict(row) | {"figures": json_text(row.figures), "points": json_text(row.points)}
            for row in rows
        ]
        tx.execute(_PUT_LEG[tx.dialect.name], written)


def put_ways(tx: Tx, rows: Sequence[WayRow]) -> None:
    """Write how ways stand, new or anew."""
    if rows:
        tx.execute(_PUT_WAY[tx.dialect.name], [asdict(row) for row in rows])


def legs_of(tx: Tx, tenant_id: str, interaction_id: str) -> list[LegRow]:
    """The legs of an interaction, in the order of their beginning."""
    query = (
        sa.select(legs)
        .where(legs.c.tenant_id == tenant_id, legs.c.interaction_id == interaction_id)
        .order_by(legs.c.began_at, legs.c.leg_id)
        .limit(100)
    )
    return [_leg(dict(row)) for row in tx.execute(query).mappings()]


def ways_of(tx: Tx, tenant_id: str) -> list[WayRow]:
    """The ways of a tenant that were left at some time."""
    query = (
        sa.select(ways).where(ways.c.tenant_id == tenant_id).order_by(ways.c.kind, ways.c.way_id)
    )
    return [WayRow(**row) for row in tx.execute(query).mappings()]


def forget(tx: Tx, before: int) -> int:
    """Drop, of all tenants, legs that ended before then; how many."""
    return tx.execute(legs.delete().where(legs.c.ended_at < before)).rowcount


def _leg(row: dict[str, Any]) -> LegRow:
    read = {"figures": json_value(row["figures"]), "points": json_value(row["points"])}
    return LegRow(**{**row, **read})


def _put(table: sa.Table) -> dict[str, sa.Executable]:
    """An insert that writes over the row of the same key."""
    keys = [column.name for column in table.primary_key]
    made: dict[str, sa.Executable] = {}
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql)):
        insert = dialect.insert(table)
        rest = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
        made[name] = insert.on_conflict_do_update(index_elements=keys, set_=rest)
    return made


_PUT_LEG = _put(legs)
_PUT_WAY = _put(ways)
