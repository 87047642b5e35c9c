"""Service numbers and trunks as rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
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
    sa.Column("greeting", sa.String(40)),
    sa.Column("closed_announcement", sa.String(40)),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("recording", sa.String(16)),
    sa.Column("agent_id", sa.String(40)),
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
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("weight", sa.Integer, nullable=False),
    sa.Column("most_calls", sa.Integer),
    sa.Column("most_calls_a_second", sa.Integer),
    sa.Column("emergency", sa.Boolean, nullable=False),
    sa.Column("location_header", sa.String(40)),
    sa.UniqueConstraint("tenant_id", "name"),
)
number_trunks = sa.Table(
    "number_trunks",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("number", sa.String(32), sa.ForeignKey("service_numbers.number"), primary_key=True),
    sa.Column("trunk_id", sa.String(40), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("weight", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["tenant_id", "trunk_id"], ["trunks.tenant_id", "trunks.id"]),
)
"""By which trunks calls that show a number go out; without any, by all that lead out."""


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
    greeting: str | None = None
    """The announcement that is said first."""

    closed_announcement: str | None = None
    recording: str | None = None
    """Its own rule of recording beside the queue's; None is none."""

    agent_id: str | None = None
    """Beside a queue: whose own number it is, served by the rules of that queue."""


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
    place: int = 0
    """A lower one is tried first; among equals chance decides by `weight`."""

    weight: int = 1
    most_calls: int | None = None
    most_calls_a_second: int | None = None
    emergency: bool = False
    """Emergency calls go out by it before any other."""

    location_header: str | None = None
    """The SIP header in which it wants the seat's location with an emergency call."""


@dataclass(frozen=True, slots=True)
class NumberTrunkRow:
    """A trunk by which calls that show a number go out."""

    tenant_id: str
    number: str
    trunk_id: str
    place: int
    weight: int


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


def trunks_of_numbers(tx: Tx, tenant_id: str) -> list[NumberTrunkRow]:
    """Which numbers go out by which trunks, where that was chosen."""
    order = number_trunks.c.number
    return [NumberTrunkRow(**row) for row in _of(tx, number_trunks, tenant_id, order)]


def choose_trunks(tx: Tx, tenant_id: str, number: str, chosen: Iterable[NumberTrunkRow]) -> bool:
    """Let calls that show a number go by these trunks; False when one of them is not there."""
    mine = sa.and_(number_trunks.c.tenant_id == tenant_id, number_trunks.c.number == number)
    rows = [asdict(row) for row in chosen]
    try:
        with tx.begin_nested():
            tx.execute(number_trunks.delete().where(mine))
            if rows:
                tx.execute(number_trunks.insert(), rows)
    except sa.exc.IntegrityError:
        return False
    return True


def drop_number(tx: Tx, tenant_id: str, number: str) -> None:
    """Remove a number."""
    choose_trunks(tx, tenant_id, number, ())
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
    """Remove a trunk; numbers go by the others."""
    gone = sa.and_(number_trunks.c.tenant_id == tenant_id, number_trunks.c.trunk_id == trunk_id)
    tx.execute(number_trunks.delete().where(gone))
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
