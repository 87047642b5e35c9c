"""Open sessions, found by the hash of their secret; the secret itself is kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("secret_hash", sa.String(64), primary_key=True),
    sa.Column("session_id", sa.String(40), nullable=False, unique=True),
    sa.Column("tenant_id", sa.String(40), nullable=False),
    sa.Column("user_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("seen_at", sa.BigInteger, nullable=False),
    sa.Column("expires_at", sa.BigInteger, nullable=False),
    sa.Column("user_agent", sa.String(200), nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Index("ix_sessions_user", "tenant_id", "user_id", "created_at"),
)


class Kind(StrEnum):
    """How the secret travels."""

    COOKIE = "cookie"
    TOKEN = "token"  # noqa: S105 - a word, no secret


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser or program."""

    secret_hash: str
    session_id: str
    tenant_id: str
    user_id: str
    kind: Kind
    created_at: int
    seen_at: int
    expires_at: int
    user_agent: str
    address: str


def add(tx: Tx, session: Session) -> None:
    """Write a new session."""
    tx.execute(sessions.insert().values({c.name: getattr(session, c.name) for c in sessions.c}))


def by_hash(tx: Tx, secret_hash: str) -> Session | None:
    """The session of a secret, expired or not."""
    row = tx.execute(sa.select(sessions).where(sessions.c.secret_hash == secret_hash)).mappings()
    found = row.one_or_none()
    return _session(found) if found else None


def of_user(tx: Tx, tenant_id: str, user_id: str) -> list[Session]:
    """A user's sessions, newest first."""
    query = sa.select(sessions).where(
        sessions.c.tenant_id == tenant_id, sessions.c.user_id == user_id
    )
    newest = query.order_by(sessions.c.created_at.desc(), sessions.c.session_id.desc())
    return [_session(row) for row in tx.execute(newest).mappings()]


def touch(tx: Tx, session_id: str, at: int) -> None:
    """Remember when a session was last used."""
    tx.execute(sessions.update().where(sessions.c.session_id == session_id).values(seen_at=at))


def drop(tx: Tx, tenant_id: str, user_id: str, session_ids: Sequence[str]) -> list[str]:
    """Drop some sessions of a user; returns those that were there."""
    dropped = sessions.delete().where(
        sessions.c.tenant_id == tenant_id,
        sessions.c.user_id == user_id,
        sessions.c.session_id.in_(session_ids),
    )
    return list(tx.execute(dropped.returning(sessions.c.session_id)).scalars())


def _session(row: sa.RowMapping) -> Session:
    return Session(**{**row, "kind": Kind(row["kind"])})
