"""Skill sets as rows, and who holds them until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from trunkline.features.agents import store as _agents
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

sets = sa.Table(
    "skill_sets",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("tenant_id", "name"),
)
holders = sa.Table(
    "skill_set_holders",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("set_id", sa.String(40), primary_key=True),
    sa.Column("agent_id", sa.String(40), primary_key=True),
    sa.Column("until", sa.BigInteger, nullable=False, index=True),
    sa.ForeignKeyConstraint(["tenant_id", "set_id"], ["skill_sets.tenant_id", "skill_sets.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "agent_id"], ["agents.tenant_id", "agents.id"]),
)


@dataclass(frozen=True, slots=True)
class SetRow:
    """A named set of skills with their levels."""

    tenant_id: str
    id: str
    name: str
    skills: dict[str, int]
    version: int = 1


@dataclass(frozen=True, slots=True)
class HolderRow:
    """An agent who holds a set until a time (ms)."""

    set_id: str
    agent_id: str
    until: int


def put(tx: Tx, row: SetRow) -> bool:
    """Write a set, new or anew; False, with nothing done, when another one has its name."""
    fields = {name: getattr(row, name) for name in row.__slots__}
    try:
        with tx.begin_nested():
            if tx.execute(sets.update().where(_is(row)).values(**fields)).rowcount == 0:
                tx.execute(sets.insert().values(**fields))
    except sa.exc.IntegrityError:
        return False
    return True


def drop(tx: Tx, row: SetRow) -> None:
    """Remove a set from everybody and for good."""
    set_holders(tx, row, {})
    tx.execute(sets.delete().where(_is(row)))


def find(tx: Tx, tenant_id: str, id_or_name: str) -> SetRow | None:
    """One set by its id or name; the id wins."""
    named = sa.or_(sets.c.id == id_or_name, sets.c.name == id_or_name)
    query = sa.select(sets).where(sets.c.tenant_id == tenant_id, named)
    rows = [SetRow(**row) for row in tx.execute(query).mappings()]
    return min(rows, key=lambda row: row.id != id_or_name, default=None)


def every(tx: Tx, tenant_id: str) -> list[SetRow]:
    """All sets of a tenant, by name."""
    query = sa.select(sets).where(sets.c.tenant_id == tenant_id).order_by(sets.c.name)
    return [SetRow(**row) for row in tx.execute(query).mappings()]


def set_holders(tx: Tx, row: SetRow, until: dict[str, int]) -> None:
    """Let exactly these agents hold a set, each until its time (ms)."""
    tx.execute(holders.delete().where(_of(row)))
    rows = [_holder(row, agent, at) for agent, at in sorted(until.items())]
    if rows:
        tx.execute(holders.insert(), rows)


def give(tx: Tx, row: SetRow, agent_id: str, until: int) -> None:
    """Let an agent hold a set until a time (ms), in place of any other."""
    take(tx, row, agent_id)
    tx.execute(holders.insert().values(**_holder(row, agent_id, until)))


def take(tx: Tx, row: SetRow, agent_id: str) -> bool:
    """Take a set from an agent; False when he held none."""
    mine = sa.and_(_of(row), holders.c.agent_id == agent_id)
    return tx.execute(holders.delete().where(mine)).rowcount > 0


def held(tx: Tx, tenant_id: str, now: int) -> list[HolderRow]:
    """Who holds what at a time (ms), in order of agents."""
    query = sa.select(holders.c.set_id, holders.c.agent_id, holders.c.until)
    query = query.where(holders.c.tenant_id == tenant_id, holders.c.until > now)
    ordered = query.order_by(holders.c.agent_id, holders.c.set_id)
    return [HolderRow(**row) for row in tx.execute(ordered).mappings()]


def over(tx: Tx, now: int) -> list[str]:
    """The tenants that have holders whose time has come."""
    query = sa.select(holders.c.tenant_id).where(holders.c.until <= now).distinct()
    return list(tx.execute(query.order_by(holders.c.tenant_id)).scalars())


def end_over(tx: Tx, tenant_id: str, now: int) -> int:
    """Remove holders whose time has come; how many they were."""
    gone = sa.and_(holders.c.tenant_id == tenant_id, holders.c.until <= now)
    return tx.execute(holders.delete().where(gone)).rowcount


def known_agents(tx: Tx, tenant_id: str, agent_ids: Iterable[str]) -> set[str]:
    """Which of these are agents."""
    return {row.id for row in _agents.several(tx, tenant_id, list(agent_ids))}


def _holder(row: SetRow, agent_id: str, until: int) -> dict[str, str | int]:
    return {"tenant_id": row.tenant_id, "set_id": row.id, "agent_id": agent_id, "until": until}


def _is(row: SetRow) -> sa.ColumnElement[bool]:
    return sa.and_(sets.c.tenant_id == row.tenant_id, sets.c.id == row.id)


def _of(row: SetRow) -> sa.ColumnElement[bool]:
    return sa.and_(holders.c.tenant_id == row.tenant_id, holders.c.set_id == row.id)
