"""Calendars as rows: the plan that people wrote, and the closure by hand while there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

calendars = sa.Table(
    "calendars",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("closed_since", sa.BigInteger),
    sa.Column("closed_until", sa.BigInteger),
    sa.Column("closed_by", sa.String(40)),
    sa.Column("closed_message", sa.String(500), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("tenant_id", "name"),
)


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar; `plan` is in the shape of the API.

    It is closed by hand from `closed_since` to `closed_until` (ms; no end where that is None).
    """

    tenant_id: str
    id: str
    name: str
    plan: dict[str, Any]
    closed_since: int | None = None
    closed_until: int | None = None
    closed_by: str | None = None
    closed_message: str = ""
    version: int = 1


def add(tx: Tx, row: CalendarRow) -> bool:
    """Write a new calendar; False, with nothing done, when the name is taken."""
    return _unless_taken(tx, calendars.insert().values(**_fields(row)))


def replace(tx: Tx, row: CalendarRow) -> bool:
    """Write a calendar anew; False, with nothing done, when the name is taken."""
    mine = _is(row.tenant_id, row.id)
    return _unless_taken(tx, calendars.update().where(mine).values(**_fields(row)))


def find(tx: Tx, tenant_id: str, id_or_name: str) -> CalendarRow | None:
    """One calendar by its id or name; the id wins."""
    named = sa.or_(calendars.c.id == id_or_name, calendars.c.name == id_or_name)
    query = sa.select(calendars).where(calendars.c.tenant_id == tenant_id, named)
    rows = list(_rows(tx, query))
    return min(rows, key=lambda row: row.id != id_or_name, default=None)


def every(tx: Tx, tenant_id: str) -> list[CalendarRow]:
    """All calendars of a tenant, by name."""
    query = sa.select(calendars).where(calendars.c.tenant_id == tenant_id)
    return list(_rows(tx, query.order_by(calendars.c.name)))


def drop(tx: Tx, tenant_id: str, calendar_id: str) -> bool:
    """Remove a calendar; False, with nothing done, while a number or a queue keeps it."""
    return _unless_taken(tx, calendars.delete().where(_is(tenant_id, calendar_id)))


def _unless_taken(tx: Tx, statement: sa.Executable) -> bool:
    try:
        with tx.begin_nested():
            tx.execute(statement)
    except sa.exc.IntegrityError:
        return False
    return True


def _rows(tx: Tx, query: sa.Select[Any]) -> Iterable[CalendarRow]:
    return (CalendarRow(**row) for row in tx.execute(query).mappings())


def _is(tenant_id: str, calendar_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(calendars.c.tenant_id == tenant_id, calendars.c.id == calendar_id)


def _fields(row: CalendarRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
