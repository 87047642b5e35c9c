"""Accounts of guests: who has one, and until when."""

from __future__ import annotations

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

guests = sa.Table(
    "guest_accounts",
    metadata,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("tenant_id", sa.String(40), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Index("ix_guest_accounts_tenant_id", "tenant_id", "created_at"),
)


def add(tx: Tx, tenant_id: str, account: str, created_at: int, expires_at: int) -> None:
    """Write a new guest."""
    row = {
        "tenant_id": tenant_id,
        "account": account,
        "created_at": created_at,
        "expires_at": expires_at,
    }
    tx.execute(guests.insert().values(**row))


def made_since(tx: Tx, tenant_id: str, since: int) -> int:
    """How many guests of a tenant were made since a time and are still kept."""
    query = sa.select(sa.func.count()).where(
        guests.c.tenant_id == tenant_id, guests.c.created_at >= since
    )
    return tx.execute(query).scalar_one()


def take_expired(tx: Tx, tenant_id: str, now: int) -> list[str]:
    """Forget a tenant's guests whose time is over; returns their accounts."""
    over = (guests.c.tenant_id == tenant_id) & (guests.c.expires_at <= now)
    accounts = list(tx.execute(sa.select(guests.c.account).where(over)).scalars())
    tx.execute(guests.delete().where(over))
    return accounts
