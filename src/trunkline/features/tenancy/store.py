"""The tenants: owners of everything."""

from __future__ import annotations

from dataclasses import dataclass, fields

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, metadata

tenants = sa.Table(
    "tenants",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("slug", sa.String(63), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Tenant:
    """The owner of data; `slug` is the word that people type at log-in."""

    tenant_id: str
    slug: str
    name: str
    language: str
    created_at: int


def add(tx: Tx, tenant: Tenant) -> None:
    """Write a new tenant."""
    row = {column.name: getattr(tenant, column.name) for column in tenants.columns}
    tx.execute(tenants.insert().values(row))


def get(tx: Tx, tenant_id: str) -> Tenant | None:
    """One tenant by its id."""
    row = _GET.first(tx, {"of_tenant": tenant_id})
    return Tenant(*row) if row else None


def by_slug(tx: Tx, slug: str) -> Tenant | None:
    """One tenant by the word people type."""
    return _one(tx, tenants.c.slug == slug)


def every(tx: Tx) -> list[Tenant]:
    """All tenants of the installation, oldest first."""
    rows = tx.execute(sa.select(tenants).order_by(tenants.c.created_at, tenants.c.tenant_id))
    return [Tenant(**row) for row in rows.mappings()]


def rename(tx: Tx, tenant_id: str, name: str) -> None:
    """Give a tenant another name."""
    tx.execute(tenants.update().where(tenants.c.tenant_id == tenant_id).values(name=name))


def _one(tx: Tx, condition: sa.ColumnElement[bool]) -> Tenant | None:
    row = tx.execute(sa.select(tenants).where(condition)).mappings().one_or_none()
    return Tenant(**row) if row else None


_GET = Prepared(
    sa.select(*(tenants.c[field.name] for field in fields(Tenant))).where(
        tenants.c.tenant_id == sa.bindparam("of_tenant")
    )
)
