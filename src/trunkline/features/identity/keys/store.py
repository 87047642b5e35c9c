"""API keys, found by the hash of their secret."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("key_id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.String(40), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("shown", sa.String(16), nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("permissions", sa.JSON, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("used_at", sa.BigInteger),
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's way in: never more than its maker may, and only the permissions named.

    `shown` is the beginning of the secret, by which people tell keys apart.
    """

    tenant_id: str
    key_id: str
    user_id: str
    name: str
    shown: str
    secret_hash: str
    permissions: tuple[str, ...]
    created_at: int
    expires_at: int | None = None
    used_at: int | None = None


def add(tx: Tx, key: ApiKey) -> None:
    """Write a new key."""
    row = {column.name: getattr(key, column.name) for column in api_keys.c}
    tx.execute(api_keys.insert().values({**row, "permissions": list(key.permissions)}))


def by_hash(tx: Tx, secret_hash: str) -> ApiKey | None:
    """The key of a secret, expired or not."""
    query = sa.select(api_keys).where(api_keys.c.secret_hash == secret_hash)
    row = tx.execute(query).mappings().one_or_none()
    return _key(row) if row else None


def newest(tx: Tx, tenant_id: str, before: tuple[int, str] | None, limit: int) -> list[ApiKey]:
    """A tenant's keys, newest first."""
    query = sa.select(api_keys).where(api_keys.c.tenant_id == tenant_id)
    if before is not None:
        query = query.where(sa.tuple_(api_keys.c.created_at, api_keys.c.key_id) < before)
    ordered = query.order_by(api_keys.c.created_at.desc(), api_keys.c.key_id.desc()).limit(limit)
    return [_key(row) for row in tx.execute(ordered).mappings()]


def touch(tx: Tx, tenant_id: str, key_id: str, at: int) -> None:
    """Remember when a key was last used."""
    tx.execute(api_keys.update().where(*_is(tenant_id, key_id)).values(used_at=at))


def drop(tx: Tx, tenant_id: str, key_id: str) -> bool:
    """Revoke a key; False when there is none."""
    return tx.execute(api_keys.delete().where(*_is(tenant_id, key_id))).rowcount > 0


def drop_all(tx: Tx, tenant_id: str, user_id: str) -> None:
    """Revoke every key that a user made."""
    tx.execute(
        api_keys.delete().where(api_keys.c.tenant_id == tenant_id, api_keys.c.user_id == user_id)
    )


def _is(tenant_id: str, key_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return api_keys.c.tenant_id == tenant_id, api_keys.c.key_id == key_id


def _key(row: sa.RowMapping) -> ApiKey:
    return ApiKey(**{**row, "permissions": tuple(row["permissions"])})
