"""Showings as rows: what happened in each, the files that passed, and what a tenant has set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection

events = sa.Table(
    "showing_events",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), nullable=False),
    sa.Column("agent_id", sa.String(40), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("part", sa.String(8), nullable=False),
    sa.Column("what", sa.String(12), nullable=False),
    sa.Column("by", sa.String(12), nullable=False),
    sa.Column("cause", sa.String(20)),
    sa.Index("ix_showing_events_interaction_id", "tenant_id", "interaction_id"),
)
files = sa.Table(
    "showing_files",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), nullable=False),
    sa.Column("by", sa.String(12), nullable=False),
    sa.Column("agent_id", sa.String(40), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.String(40), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("sealed_name", sa.LargeBinary),
    sa.Index("ix_showing_files_interaction_id", "tenant_id", "interaction_id"),
)
settings = sa.Table(
    "showing_settings",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("stun", sa.JSON, nullable=False),
    sa.Column("turn", sa.JSON, nullable=False),
    sa.Column("sealed_secret", sa.LargeBinary),
)
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened in a showing; `by` is agent, customer or house."""

    tenant_id: str
    id: str
    interaction_id: str
    agent_id: str
    at: int
    part: str
    what: str
    by: str
    cause: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file; without its key it is gone for good. `agent_id` had the talk."""

    tenant_id: str
    id: str
    interaction_id: str
    by: str
    agent_id: str
    at: int
    media_type: str
    size_bytes: int
    wrapped_key: bytes | None
    sealed_name: bytes | None


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """What a tenant has set; addresses of STUN and TURN servers, none by default."""

    enabled: bool = True
    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    sealed_secret: bytes | None = None


def add_event(tx: Tx, row: EventRow) -> None:
    """Write what happened."""
    tx.execute(events.insert().values(_fields(row)))


def events_of(tx: Tx, tenant_id: str, interaction_id: str) -> list[EventRow]:
    """What happened in the showings of an interaction, in order; at most `MOST_LISTED`."""
    c = events.c
    mine = (c.tenant_id == tenant_id) & (c.interaction_id == interaction_id)
    rows = tx.execute(sa.select(events).where(mine).order_by(c.at, c.id).limit(MOST_LISTED))
    return [EventRow(**row) for row in rows.mappings()]


def add_file(tx: Tx, row: FileRow) -> None:
    """Write a file's row."""
    tx.execute(files.insert().values(_fields(row)))


def file(tx: Tx, tenant_id: str, interaction_id: str, file_id: str) -> FileRow | None:
    """One file of an interaction."""
    c = files.c
    mine = (c.tenant_id == tenant_id) & (c.id == file_id) & (c.interaction_id == interaction_id)
    row = tx.execute(sa.select(files).where(mine)).mappings().first()
    return FileRow(**row) if row else None


def files_of(tx: Tx, tenant_id: str, interaction_ids: Collection[str]) -> list[FileRow]:
    """The files of these interactions, oldest first."""
    c = files.c
    mine = (c.tenant_id == tenant_id) & c.interaction_id.in_(interaction_ids)
    rows = tx.execute(sa.select(files).where(mine).order_by(c.at, c.id))
    return [FileRow(**row) for row in rows.mappings()]


def forget_file(tx: Tx, tenant_id: str, file_id: str) -> None:
    """Destroy the key of a file and its name; that it was there stays."""
    mine = (files.c.tenant_id == tenant_id) & (files.c.id == file_id)
    tx.execute(files.update().where(mine).values(wrapped_key=None, sealed_name=None))


def chosen(tx: Tx, tenant_id: str) -> SettingsRow:
    """The settings of a tenant; defaults where it chose nothing."""
    row = tx.execute(sa.select(settings).where(settings.c.tenant_id == tenant_id)).first()
    if row is None:
        return SettingsRow()
    return SettingsRow(row.enabled, tuple(row.stun), tuple(row.turn), row.sealed_secret)


def choose(tx: Tx, tenant_id: str, row: SettingsRow) -> None:
    """Replace the settings of a tenant."""
    fields = _fields(row) | {"stun": list(row.stun), "turn": list(row.turn)}
    mine = settings.c.tenant_id == tenant_id
    if tx.execute(settings.update().where(mine).values(**fields)).rowcount == 0:
        tx.execute(settings.insert().values(tenant_id=tenant_id, **fields))


def _fields(row: EventRow | FileRow | SettingsRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
