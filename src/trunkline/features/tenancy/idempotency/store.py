"""Replies kept for a day, so that a POST that is sent twice is done once.

Replies may hold personal data and secrets that are shown once, so they are kept sealed.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

KEPT_MS = 24 * 3_600_000
ABANDONED_AFTER_MS = 60_000
"""A request that has not ended by then died with its process; its key is free again."""

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("request_mark", sa.String(64), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False, index=True),
    sa.Column("sealed_reply", sa.LargeBinary),
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one user."""

    tenant_id: str
    user_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a key; `sealed_reply` None while the first request still runs."""

    request_mark: str
    sealed_reply: bytes | None


def begin(tx: Tx, key: Key, request_mark: str, now: int) -> Kept | None:
    """Claim a key for a request; what is kept already comes back instead."""
    tx.execute(
        idempotency_keys.delete().where(
            (idempotency_keys.c.created_at < now - KEPT_MS)
            | (
                idempotency_keys.c.sealed_reply.is_(None)
                & (idempotency_keys.c.created_at < now - ABANDONED_AFTER_MS)
            )
        )
    )
    row = tx.execute(sa.select(idempotency_keys).where(*_is(key))).one_or_none()
    if row:
        return Kept(row.request_mark, row.sealed_reply)
    tx.execute(
        idempotency_keys.insert().values(
            tenant_id=key.tenant_id,
            user_id=key.user_id,
            key=key.key,
            request_mark=request_mark,
            created_at=now,
        )
    )
    return None


def keep(tx: Tx, key: Key, sealed_reply: bytes) -> None:
    """Keep the reply of the request that claimed the key."""
    tx.execute(idempotency_keys.update().where(*_is(key)).values(sealed_reply=sealed_reply))


def forget(tx: Tx, key: Key) -> None:
    """Free a key whose request failed on our side."""
    tx.execute(idempotency_keys.delete().where(*_is(key)))


def _is(key: Key) -> tuple[sa.ColumnElement[bool], ...]:
    columns = idempotency_keys.c
    return (
        columns.tenant_id == key.tenant_id,
        columns.user_id == key.user_id,
        columns.key == key.key,
    )
