"""Service numbers and trunks as rows."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

numbers = sa.Table(
    "service_numbers",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("tenant_id", sa.String(40), nullable=False, index=True),
    sa.Column("name", sa.JSON, nullable=False),
    sa.Column("flow_id", sa.String(40)),
    sa.Column("queue_id", sa.String(40)),
    sa.Column("calendar_id", sa.String(40)),
    sa.Column("closed_flow_id", sa.String(40)),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["tenant_id", "flow_id"], ["flows.tenant_id", "flows.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "queue_id"], ["queues.tenant_id", "queues.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "closed_flow_id"], ["flows.tenant_id", "flows.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "calendar_id"], ["calendars.tenant_id", "calendars.id"]),
)
"""A number stands in one tenant only: whoever dials it names no tenant."""
trunks = sa.Table(
    "trunks",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("sources", sa.JSON, nullable=False),
    sa.Column("host", sa.String(255)),
    sa.Column("username", sa.String(120)),
    sa.Column("sealed_secret", sa.LargeBinary),
    sa.Column("tested_at", sa.BigInteger),
    sa.UniqueConstraint("tenant_id", "name"),
)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A service number that opens a flow, or leads straight into a queue.

    With a calendar it opens `closed_flow_id` out of hours, or says that we are closed.
    """

    tenant_id: str
    number: str
    name: dict[str, str]
    flow_id: str | None
    queue_id: str | None
    calendar_id: str | None
    closed_flow_id: str | None
    language: str
    priority: int


@dataclass(frozen=True, slots=True)
class TrunkRow:
    """A link to a carrier; `tested_at` is when a test last went well."""

    tenant_id: str
    id: str
    name: str
    sources: list[str]
    host: str | None
    username: str | None
    sealed_secret: bytes | None
    tested_at: int | None = None


def put_number(tx: Tx, row: NumberRow) -> bool:
    """Write a number, new or anew; False, with nothing done, when it leads to what is not there."""
    try:
        with tx.begin_nested():
            _put(tx, numbers, "number", row)
    except sa.exc.IntegrityError:
        return False
    return True


def number_taken(tx: Tx, number: str) -> bool:
    """Whether some tenant has this number."""
    query = sa.select(numbers.c.number).where(numbers.c.number == number)
    return tx.execute(query).first() is not None


def list_numbers(tx: Tx, tenant_id: str) -> list[NumberRow]:
    """All numbers of a tenant, in their order."""
    return [NumberRow(**row) for row in _of(tx, numbers, tenant_id, numbers.c.number)]


def drop_number(tx: Tx, tenant_id: str, number: str) -> None:
    """Remove a number."""
    _drop(tx, numbers, tenant_id, numbers.c.number == number)


def put_trunk(tx: Tx, row: TrunkRow) -> None:
    """Write a trunk, new or anew."""
    _put(tx, trunks, "id", row)


def list_trunks(tx: Tx, tenant_id: str) -> list[TrunkRow]:
    """All trunks of a tenant, in the order they were made."""
    return [TrunkRow(**row) for row in _of(tx, trunks, tenant_id, trunks.c.id)]


def sources_taken(tx: Tx, tenant_id: str, sources: list[str]) -> list[str]:
    """Those of these sources that overlap a trunk's of any other tenant."""
    query = sa.select(trunks.c.sources).where(trunks.c.tenant_id != tenant_id)
    others = [ip_network(one) for kept in tx.scalars(query) for one in kept]
    return [one for one in sources if any(_overlap(ip_network(one), kept) for kept in others)]


def _overlap(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def drop_trunk(tx: Tx, tenant_id: str, trunk_id: str) -> None:
    """Remove a trunk."""
    _drop(tx, trunks, tenant_id, trunks.c.id == trunk_id)


def _of(tx: Tx, table: sa.Table, tenant_id: str, order: sa.Column[Any]) -> Iterable[Any]:
    query = sa.select(table).where(table.c.tenant_id == tenant_id).order_by(order)
    return tx.execute(query).mappings()


def _put(tx: Tx, table: sa.Table, key: str, row: NumberRow | TrunkRow) -> None:
    fields = {name: getattr(row, name) for name in row.__slots__}
    mine = sa.and_(table.c.tenant_id == row.tenant_id, table.c[key] == fields[key])
    if tx.execute(table.update().where(mine).values(**fields)).rowcount == 0:
        tx.execute(table.insert().values(**fields))


def _drop(tx: Tx, table: sa.Table, tenant_id: str, which: sa.ColumnElement[bool]) -> bool:
    try:
        with tx.begin_nested():
            tx.execute(table.delete().where(table.c.tenant_id == tenant_id, which))
    except sa.exc.IntegrityError:
        return False
    return True
