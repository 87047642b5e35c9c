"""Queues, who serves them, and the words of their outcome, as rows.

What a queue is ruled by is kept as one JSON value in the shape of the API; only what is looked up
or joined has a column of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.features import calendars, identity  # noqa: F401 - a queue's row refers to theirs
from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

queues = sa.Table(
    "queues",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("team_id", sa.String(40)),
    sa.Column("calendar_id", sa.String(40)),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("tenant_id", "name"),
    sa.ForeignKeyConstraint(["tenant_id", "calendar_id"], ["calendars.tenant_id", "calendars.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "team_id"], ["teams.tenant_id", "teams.team_id"]),
)
queue_flows = sa.Table(
    "queue_flows",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.String(40), primary_key=True),
    sa.Column("flow_id", sa.String(40), primary_key=True),
    sa.ForeignKeyConstraint(["tenant_id", "queue_id"], ["queues.tenant_id", "queues.id"]),
    sa.ForeignKeyConstraint(["tenant_id", "flow_id"], ["flows.tenant_id", "flows.id"]),
)
"""The flows that a queue overflows into: they are there, and stay while it does."""
queue_agents = sa.Table(
    "queue_agents",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.String(40), primary_key=True),
    sa.Column("agent_id", sa.String(40), primary_key=True),
    sa.ForeignKeyConstraint(["tenant_id", "queue_id"], ["queues.tenant_id", "queues.id"]),
    sa.Index("ix_queue_agents_agent_id", "tenant_id", "agent_id"),
)
dispositions = sa.Table(
    "dispositions",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("code", sa.String(60), nullable=False),
    sa.Column("label", sa.JSON, nullable=False),
    sa.Column("parent_id", sa.String(40)),
    sa.Column("queues", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("tenant_id", "code"),
)
disposition_uses = sa.Table(
    "disposition_uses",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.String(40), primary_key=True),
    sa.Column("code", sa.String(60), primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
)
reasons = sa.Table(
    "not_ready_reasons",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("code", sa.String(60), nullable=False),
    sa.Column("label", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("tenant_id", "code"),
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue; without `team_id` it is the whole tenant's."""

    tenant_id: str
    id: str
    name: str
    team_id: str | None
    rules: dict[str, Any]
    version: int
    calendar_id: str | None = None


@dataclass(frozen=True, slots=True)
class DispositionRow:
    """An outcome; without `queues` it is for all of them."""

    tenant_id: str
    id: str
    code: str
    label: dict[str, str]
    parent_id: str | None
    queues: list[str]
    active: bool


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why an agent may be not ready."""

    tenant_id: str
    id: str
    code: str
    label: dict[str, str]
    active: bool


def put_queue(tx: Tx, row: QueueRow, flows: Iterable[str] = ()) -> bool:
    """Write a queue, new or anew, with the flows that it overflows into.

    False, with nothing done, when its calendar or one of the flows is not there.
    """
    mine = _is(queues, row.tenant_id, row.id)
    try:
        with tx.begin_nested():
            if tx.execute(queues.update().where(mine).values(**_fields(row))).rowcount == 0:
                tx.execute(queues.insert().values(**_fields(row)))
            _lead_to(tx, row.tenant_id, row.id, flows)
    except sa.exc.IntegrityError:
        return False
    return True


def drop_queue(tx: Tx, tenant_id: str, queue_id: str) -> bool:
    """Remove a queue and who serves it; False, with nothing done, when something leads to it."""
    try:
        with tx.begin_nested():
            set_agents(tx, tenant_id, queue_id, ())
            _lead_to(tx, tenant_id, queue_id, ())
            tx.execute(queues.delete().where(_is(queues, tenant_id, queue_id)))
    except sa.exc.IntegrityError:
        return False
    return True


def find_queue(tx: Tx, tenant_id: str, id_or_name: str) -> QueueRow | None:
    """One queue by its id or name."""
    named = sa.or_(queues.c.id == id_or_name, queues.c.name == id_or_name)
    query = sa.select(queues).where(queues.c.tenant_id == tenant_id, named)
    # An id begins with `que_`, a name may too: the id wins.
    rows = [QueueRow(**row) for row in tx.execute(query).mappings()]
    return min(rows, key=lambda row: row.id != id_or_name, default=None)


def team_of(tx: Tx, tenant_id: str, queue_id: str) -> str | None:
    """The team that a queue belongs to; None when it is nobody's or gone."""
    row = _TEAM_OF.first(tx, {"of_tenant": tenant_id, "of_queue": queue_id})
    return row[0] if row else None


def list_queues(tx: Tx, tenant_id: str, teams: frozenset[str] | None = None) -> list[QueueRow]:
    """The queues of these teams and of nobody (None: all), by name."""
    query = sa.select(queues).where(queues.c.tenant_id == tenant_id)
    if teams is not None:
        query = query.where(sa.or_(queues.c.team_id.is_(None), queues.c.team_id.in_(teams)))
    return [QueueRow(**row) for row in tx.execute(query.order_by(queues.c.name)).mappings()]


def agents_of(tx: Tx, tenant_id: str) -> dict[str, list[str]]:
    """Who serves each queue, in order of their ids."""
    query = sa.select(queue_agents.c.queue_id, queue_agents.c.agent_id).where(
        queue_agents.c.tenant_id == tenant_id
    )
    found: dict[str, list[str]] = {}
    for queue_id, agent_id in tx.execute(query.order_by(queue_agents.c.agent_id)):
        found.setdefault(queue_id, []).append(agent_id)
    return found


def set_agents(tx: Tx, tenant_id: str, queue_id: str, agents: Iterable[str]) -> None:
    """Let exactly these agents serve a queue."""
    links = [(queue_id, agent_id) for agent_id in sorted(set(agents))]
    _relink(tx, tenant_id, queue_agents.c.queue_id == queue_id, links)


def set_queues(tx: Tx, tenant_id: str, agent_id: str, queue_ids: Iterable[str]) -> None:
    """Let an agent serve exactly these queues."""
    links = [(queue_id, agent_id) for queue_id in sorted(set(queue_ids))]
    _relink(tx, tenant_id, queue_agents.c.agent_id == agent_id, links)


def put_disposition(tx: Tx, row: DispositionRow) -> None:
    """Write an outcome, new or anew."""
    _put(tx, dispositions, row)


def drop_disposition(tx: Tx, tenant_id: str, disposition_id: str) -> None:
    """Remove an outcome and those below it."""
    below = sa.or_(dispositions.c.id == disposition_id, dispositions.c.parent_id == disposition_id)
    tx.execute(dispositions.delete().where(dispositions.c.tenant_id == tenant_id, below))


def list_dispositions(tx: Tx, tenant_id: str) -> list[DispositionRow]:
    """All outcomes, in the order they were made."""
    query = sa.select(dispositions).where(dispositions.c.tenant_id == tenant_id)
    rows = tx.execute(query.order_by(dispositions.c.id)).mappings()
    return [DispositionRow(**row) for row in rows]


def count_use(tx: Tx, tenant_id: str, queue_id: str, code: str) -> None:
    """Count that an outcome was chosen in a queue."""
    mine = sa.and_(
        disposition_uses.c.tenant_id == tenant_id,
        disposition_uses.c.queue_id == queue_id,
        disposition_uses.c.code == code,
    )
    more = disposition_uses.update().where(mine).values(count=disposition_uses.c.count + 1)
    if tx.execute(more).rowcount == 0:
        first = {"tenant_id": tenant_id, "queue_id": queue_id, "code": code, "count": 1}
        tx.execute(disposition_uses.insert().values(**first))


def forget_uses(tx: Tx, tenant_id: str) -> None:
    """Forget what was counted, before it is counted anew."""
    tx.execute(disposition_uses.delete().where(disposition_uses.c.tenant_id == tenant_id))


def most_used(tx: Tx, tenant_id: str, queue_id: str) -> list[str]:
    """Codes chosen in a queue, the most used first."""
    query = sa.select(disposition_uses.c.code).where(
        disposition_uses.c.tenant_id == tenant_id, disposition_uses.c.queue_id == queue_id
    )
    ordered = query.order_by(disposition_uses.c.count.desc(), disposition_uses.c.code)
    return list(tx.execute(ordered).scalars())


def put_reason(tx: Tx, row: ReasonRow) -> None:
    """Write a reason, new or anew."""
    _put(tx, reasons, row)


def list_reasons(tx: Tx, tenant_id: str) -> list[ReasonRow]:
    """All reasons, in the order they were made."""
    query = sa.select(reasons).where(reasons.c.tenant_id == tenant_id).order_by(reasons.c.id)
    return [ReasonRow(**row) for row in tx.execute(query).mappings()]


def _relink(
    tx: Tx, tenant_id: str, gone: sa.ColumnElement[bool], links: list[tuple[str, str]]
) -> None:
    tx.execute(queue_agents.delete().where(queue_agents.c.tenant_id == tenant_id, gone))
    rows = [
        {"tenant_id": tenant_id, "queue_id": queue, "agent_id": agent} for queue, agent in links
    ]
    if rows:
        tx.execute(queue_agents.insert(), rows)


def _lead_to(tx: Tx, tenant_id: str, queue_id: str, flows: Iterable[str]) -> None:
    mine = sa.and_(queue_flows.c.tenant_id == tenant_id, queue_flows.c.queue_id == queue_id)
    tx.execute(queue_flows.delete().where(mine))
    rows = [
        {"tenant_id": tenant_id, "queue_id": queue_id, "flow_id": flow}
        for flow in sorted(set(flows))
    ]
    if rows:
        tx.execute(queue_flows.insert(), rows)


def _put(tx: Tx, table: sa.Table, row: DispositionRow | ReasonRow) -> None:
    mine = _is(table, row.tenant_id, row.id)
    if tx.execute(table.update().where(mine).values(**_fields(row))).rowcount == 0:
        tx.execute(table.insert().values(**_fields(row)))


def _is(table: sa.Table, tenant_id: str, id: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.tenant_id == tenant_id, table.c.id == id)


def _fields(row: QueueRow | DispositionRow | ReasonRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


_TEAM_OF = Prepared(
    sa.select(queues.c.team_id).where(
        queues.c.tenant_id == sa.bindparam("of_tenant"), queues.c.id == sa.bindparam("of_queue")
    )
)
