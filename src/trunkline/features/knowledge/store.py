"""Knowledge entries as rows."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

entries = sa.Table(
    "knowledge_entries",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer in one language."""

    tenant_id: str
    id: str
    language: str
    title: str
    body: str
    updated_at: int


def add(tx: Tx, entry: Entry) -> None:
    """Write a new entry."""
    tx.execute(entries.insert().values(**{n: getattr(entry, n) for n in entry.__slots__}))


def get(tx: Tx, tenant_id: str, entry_id: str) -> Entry | None:
    """One entry."""
    mine = sa.and_(entries.c.tenant_id == tenant_id, entries.c.id == entry_id)
    row = tx.execute(sa.select(entries).where(mine)).mappings().one_or_none()
    return Entry(**row) if row else None


def page(
    tx: Tx, tenant_id: str, language: str | None, q: str, before: str | None, limit: int
) -> list[Entry]:
    """Entries newest first, in a language or all, whose title or body holds `q`."""
    query = sa.select(entries).where(entries.c.tenant_id == tenant_id)
    if language:
        query = query.where(entries.c.language == language)
    if q:
        told = sa.or_(
            entries.c.title.icontains(q, autoescape=True),
            entries.c.body.icontains(q, autoescape=True),
        )
        query = query.where(told)
    if before is not None:
        query = query.where(entries.c.id < before)
    rows = tx.execute(query.order_by(entries.c.id.desc()).limit(limit))
    return [Entry(**row) for row in rows.mappings()]
