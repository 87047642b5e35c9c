"""Accounts of pages' softphones: until when each one holds."""

from __future__ import annotations

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

softphones = sa.Table(
    "softphones",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("agent_id", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(64), nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
)


def put(tx: Tx, tenant_id: str, agent_id: str, account: str, expires_at: int) -> None:
    """Remember until when an agent's softphone holds; replaces what was before."""
    mine = _is(tenant_id, agent_id)
    fields = {"account": account, "expires_at": expires_at}
    if tx.execute(softphones.update().where(mine).values(**fields)).rowcount == 0:
        row = {"tenant_id": tenant_id, "agent_id": agent_id, **fields}
        tx.execute(softphones.insert().values(**row))


def expire(tx: Tx, tenant_id: str, agent_id: str, now: int) -> bool:
    """An agent's softphone holds no longer; False when he has none."""
    mine = _is(tenant_id, agent_id)
    return tx.execute(softphones.update().where(mine).values(expires_at=now)).rowcount > 0


def take_expired(tx: Tx, tenant_id: str, agent_id: str, now: int) -> str | None:
    """Forget an agent's softphone if its time is over; returns its account then."""
    mine = _is(tenant_id, agent_id) & (softphones.c.expires_at <= now)
    account = tx.execute(sa.select(softphones.c.account).where(mine)).scalar_one_or_none()
    if account is not None:
        tx.execute(softphones.delete().where(mine))
    return account


def _is(tenant_id: str, agent_id: str) -> sa.ColumnElement[bool]:
    return (softphones.c.tenant_id == tenant_id) & (softphones.c.agent_id == agent_id)
