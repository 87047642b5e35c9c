"""Versions of a tenant's configuration, each whole and packed; and drafts of changes to come."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from trunkline.features.configuration.changes import Changes, Document

KEPT: Final = 1_000
"""Versions that are kept of a tenant; older ones are forgotten."""

versions = sa.Table(
    "configuration_versions",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("policy_version", sa.Integer, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("note", sa.String(500), nullable=False),
    sa.Column("changed", sa.JSON, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
)
drafts = sa.Table(
    "configuration_drafts",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("base", sa.Integer, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version without its document: `changed` names the things in which it differs.

    `policy_version` is the version of what the cell routed by once it was in force; the
    explanation of an offer names that.
    """

    tenant_id: str
    number: int
    policy_version: int
    at: int
    by: str
    action: str
    subject: str
    note: str
    changed: list[list[str]]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """Changes to come, begun on version `base` of the configuration."""

    tenant_id: str
    id: str
    name: str
    base: int
    changes: Changes
    made_by: str
    changed_at: int
    version: int = 1


def add_version(tx: Tx, row: VersionRow, document: Document) -> None:
    """Keep one more version, and forget those beyond `KEPT`."""
    packed = zlib.compress(json.dumps(document, sort_keys=True).encode())
    tx.execute(versions.insert().values(**_fields(row), document=packed))
    old = versions.c.number <= row.number - KEPT
    tx.execute(versions.delete().where(versions.c.tenant_id == row.tenant_id, old))


def newest(tx: Tx, tenant_id: str) -> VersionRow | None:
    """The version that was kept last."""
    found = list_versions(tx, tenant_id, None, 1)
    return found[0] if found else None


def list_versions(tx: Tx, tenant_id: str, before: int | None, limit: int) -> list[VersionRow]:
    """Versions, newest first, with numbers below `before`."""
    query = sa.select(*_TOLD).where(versions.c.tenant_id == tenant_id)
    if before is not None:
        query = query.where(versions.c.number < before)
    rows = tx.execute(query.order_by(versions.c.number.desc()).limit(limit))
    return [VersionRow(**row) for row in rows.mappings()]


def find_version(tx: Tx, tenant_id: str, number: int) -> tuple[VersionRow, Document] | None:
    """One version and its document."""
    mine = sa.and_(versions.c.tenant_id == tenant_id, versions.c.number == number)
    row = tx.execute(sa.select(versions).where(mine)).mappings().one_or_none()
    if row is None:
        return None
    fields = {name: row[name] for name in VersionRow.__slots__}
    return VersionRow(**fields), json.loads(zlib.decompress(row["document"]))


def put_draft(tx: Tx, row: DraftRow) -> None:
    """Write a draft, new or anew."""
    mine = _is_draft(row.tenant_id, row.id)
    if tx.execute(drafts.update().where(mine).values(**_fields(row))).rowcount == 0:
        tx.execute(drafts.insert().values(**_fields(row)))


def find_draft(tx: Tx, tenant_id: str, draft_id: str) -> DraftRow | None:
    """One draft."""
    query = sa.select(drafts).where(_is_draft(tenant_id, draft_id))
    row = tx.execute(query).mappings().one_or_none()
    return DraftRow(**row) if row else None


def list_drafts(tx: Tx, tenant_id: str) -> list[DraftRow]:
    """All drafts of a tenant, the one that was changed last first."""
    query = sa.select(drafts).where(drafts.c.tenant_id == tenant_id)
    rows = tx.execute(query.order_by(drafts.c.changed_at.desc(), drafts.c.id)).mappings()
    return [DraftRow(**row) for row in rows]


def drop_draft(tx: Tx, tenant_id: str, draft_id: str) -> None:
    """Remove a draft."""
    tx.execute(drafts.delete().where(_is_draft(tenant_id, draft_id)))


def _is_draft(tenant_id: str, draft_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(drafts.c.tenant_id == tenant_id, drafts.c.id == draft_id)


def _fields(row: VersionRow | DraftRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


_TOLD = [column for column in versions.c if column.name != "document"]
