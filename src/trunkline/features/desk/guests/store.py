"""Accounts of guests: who has one, and until when."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

guests = sa.Table(
    "guest_accounts",
    metadata,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("tenant_id", sa.String(40), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("token_hash", sa.LargeBinary, nullable=False),
    sa.Column("party", sa.String(80)),
    sa.Column("arrived_at", sa.BigInteger),
    sa.Index("ix_guest_accounts_tenant_id", "tenant_id", "created_at"),
    sa.Index("ix_guest_accounts_party", "tenant_id", "party"),
)


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A lent account; `party` is the customer of its last call, since `arrived_at`."""

    tenant_id: str
    account: str
    created_at: int
    expires_at: int
    token_hash: bytes
    party: str | None = None
    arrived_at: int | None = None


def add(tx: Tx, row: GuestRow) -> None:
    """Write a new guest."""
    tx.execute(guests.insert().values({name: getattr(row, name) for name in row.__slots__}))


def get(tx: Tx, account: str) -> GuestRow | None:
    """One guest, of whatever tenant: the account's name is what a page has."""
    row = tx.execute(sa.select(guests).where(guests.c.account == account)).mappings().first()
    return GuestRow(**row) if row else None


def calls(tx: Tx, tenant_id: str, account: str, party: str, now: int) -> None:
    """The guest calls, and is this party in the call."""
    mine = (guests.c.tenant_id == tenant_id) & (guests.c.account == account)
    tx.execute(guests.update().where(mine).values(party=party, arrived_at=now))


def has_party(tx: Tx, tenant_id: str, party: str, now: int) -> bool:
    """Whether this party of a call is a guest whose account still holds."""
    mine = (guests.c.tenant_id == tenant_id) & (guests.c.party == party)
    query = sa.select(guests.c.account).where(mine, guests.c.expires_at > now)
    return tx.execute(query).first() is not None


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
