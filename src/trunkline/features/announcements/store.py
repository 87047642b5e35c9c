"""Announcements as rows, and who names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("sound", sa.Integer, nullable=False),
    sa.Column("sounded_at", sa.BigInteger, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Column("text", sa.String(2_000), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("tenant_id", "name"),
)
uses = sa.Table(
    "announcement_uses",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(60), primary_key=True),
    sa.Column("announcement_id", sa.String(40), primary_key=True),
    sa.ForeignKeyConstraint(
        ["tenant_id", "announcement_id"], ["announcements.tenant_id", "announcements.id"]
    ),
)
"""Who names an announcement (`queue:ID`, `number:NUMBER`, `flow:ID`): it stays while they do."""


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """An announcement; `sound` counts its sounds, 0 while there is none.

    `text` and `language` are what it was spoken from, empty where a file was given.
    """

    tenant_id: str
    id: str
    name: str
    state: str
    reason: str
    sound: int
    sounded_at: int
    wrapped_key: bytes | None
    duration_ms: int
    text: str
    language: str
    changed_at: int

    @property
    def mark(self) -> str:
        """Another one is another sound."""
        return f"{self.sound}-{self.sounded_at}"


def put(tx: Tx, row: AnnouncementRow) -> bool:
    """Write an announcement, new or anew; False, with nothing done, when its name is taken."""
    fields = {name: getattr(row, name) for name in row.__slots__}
    mine = _is(row.tenant_id, row.id)
    try:
        with tx.begin_nested():
            if tx.execute(announcements.update().where(mine).values(**fields)).rowcount == 0:
                tx.execute(announcements.insert().values(**fields))
    except sa.exc.IntegrityError:
        return False
    return True


def get(tx: Tx, tenant_id: str, announcement_id: str) -> AnnouncementRow | None:
    """One announcement."""
    query = sa.select(announcements).where(_is(tenant_id, announcement_id))
    row = tx.execute(query).mappings().one_or_none()
    return AnnouncementRow(**row) if row else None


def with_sound(tx: Tx, tenants: Iterable[str]) -> list[AnnouncementRow]:
    """The announcements of these tenants that can be heard."""
    return [row for tenant_id in tenants for row in every(tx, tenant_id) if row.sound]


def every(tx: Tx, tenant_id: str) -> list[AnnouncementRow]:
    """All announcements of a tenant, by name."""
    query = sa.select(announcements).where(announcements.c.tenant_id == tenant_id)
    rows = tx.execute(query.order_by(announcements.c.name)).mappings()
    return [AnnouncementRow(**row) for row in rows]


def drop(tx: Tx, tenant_id: str, announcement_id: str) -> bool:
    """Remove an announcement; False, with nothing done, while somebody names it."""
    try:
        with tx.begin_nested():
            tx.execute(announcements.delete().where(_is(tenant_id, announcement_id)))
    except sa.exc.IntegrityError:
        return False
    return True


def name_them(tx: Tx, tenant_id: str, user: str, ids: Iterable[str]) -> bool:
    """Let a user name exactly these; False, with nothing done, when one of them is not there."""
    mine = sa.and_(uses.c.tenant_id == tenant_id, uses.c.user == user)
    rows = [
        {"tenant_id": tenant_id, "user": user, "announcement_id": one} for one in sorted(set(ids))
    ]
    try:
        with tx.begin_nested():
            tx.execute(uses.delete().where(mine))
            if rows:
                tx.execute(uses.insert(), rows)
    except sa.exc.IntegrityError:
        return False
    return True


def users(tx: Tx, tenant_id: str) -> dict[str, list[str]]:
    """Who names each announcement, in order."""
    query = sa.select(uses.c.announcement_id, uses.c.user).where(uses.c.tenant_id == tenant_id)
    found: dict[str, list[str]] = {}
    for announcement_id, user in tx.execute(query.order_by(uses.c.user)):
        found.setdefault(announcement_id, []).append(user)
    return found


def _is(tenant_id: str, announcement_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(announcements.c.tenant_id == tenant_id, announcements.c.id == announcement_id)
