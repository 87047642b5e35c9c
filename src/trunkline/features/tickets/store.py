"""Tickets as rows: texts sealed, numbers without gaps, one ticket an interaction.

Numbers are drawn from a row of the tenant that is locked until commit: two drawers wait for each
other, and a roll-back gives the number back. The same lock makes sure that an interaction gets its
ticket once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.ports.database import Tx

FIRST_NUMBER = 1001

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("sealed_title", sa.LargeBinary, nullable=False),
    sa.Column("sealed_description", sa.LargeBinary),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("impact", sa.SmallInteger, nullable=False),
    sa.Column("urgency", sa.SmallInteger, nullable=False),
    sa.Column("priority", sa.String(2), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("assignee_id", sa.String(40)),
    sa.Column("team_id", sa.String(40)),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
    sa.Column("closed_at", sa.BigInteger),
    sa.Column("solved_in_call", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("tenant_id", "number"),
    sa.Index("ix_tickets_customer_id", "tenant_id", "customer_id", "updated_at"),
    sa.Index("ix_tickets_status", "tenant_id", "status", "number"),
)
notes = sa.Table(
    "ticket_notes",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("ticket_id", sa.String(40), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("author_id", sa.String(64), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Index("ix_ticket_notes_ticket_id", "tenant_id", "ticket_id", "id"),
)
links = sa.Table(
    "ticket_interactions",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("ticket_id", sa.String(40), nullable=False),
    sa.Column("linked_at", sa.BigInteger, nullable=False),
    sa.Index("ix_ticket_interactions_ticket_id", "tenant_id", "ticket_id"),
)
numbers = sa.Table(
    "ticket_numbers",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("next", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as stored; `kind` is the class (technical, commercial, billing)."""

    tenant_id: str
    id: str
    number: int
    sealed_title: bytes
    sealed_description: bytes | None
    kind: str
    impact: int
    urgency: int
    priority: str
    status: str
    customer_id: str | None
    assignee_id: str | None
    team_id: str | None
    created_by: str
    created_at: int
    updated_at: int
    closed_at: int | None = None
    solved_in_call: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as stored."""

    tenant_id: str
    id: str
    ticket_id: str
    sealed: bytes
    author_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets a list holds; None is any. `mine` are seen beside those of `teams`.

    `teams` None is every team; `shared` says whether tickets of no team are seen as well.
    """

    teams: frozenset[str] | None = None
    shared: bool = True
    mine: str | None = None
    status: str | None = None
    priority: str | None = None
    customer_id: str | None = None
    number: int | None = None
    before: int | None = None


def lock(tx: Tx, tenant_id: str) -> None:
    """Wait for whoever makes tickets of this tenant; held until the transaction ends."""
    own = {"of_tenant": tenant_id}
    if _LOCK.first(tx, own) is None:
        tx.execute(_FIRST_NUMBER, {"tenant_id": tenant_id, "next": FIRST_NUMBER})
        _LOCK.first(tx, own)


def take_number(tx: Tx, tenant_id: str) -> int:
    """Draw the next number, under `lock`."""
    drawn = _TAKE_NUMBER.first(tx, {"of_tenant": tenant_id})
    assert drawn is not None  # noqa: S101 - the lock is on its row
    return int(drawn[0])


def add(tx: Tx, row: TicketRow) -> None:
    """Write a new ticket."""
    _ADD.run(tx, _columns(row))


def get(tx: Tx, tenant_id: str, ticket_id: str) -> TicketRow | None:
    """One ticket."""
    return _one(tx, _GET, tenant_id, ticket_id)


def held(tx: Tx, tenant_id: str, ticket_id: str) -> TicketRow | None:
    """One ticket, locked until the transaction ends, so that nobody writes between."""
    return _one(tx, _HOLD, tenant_id, ticket_id)


def change(tx: Tx, tenant_id: str, ticket_id: str, **values: Any) -> None:
    """Set columns of a ticket."""
    mine = sa.and_(tickets.c.tenant_id == tenant_id, tickets.c.id == ticket_id)
    tx.execute(tickets.update().where(mine).values(**values))


def page(tx: Tx, tenant_id: str, wanted: Wanted, limit: int) -> list[TicketRow]:
    """Tickets that match, newest number first."""
    query = sa.select(tickets).where(tickets.c.tenant_id == tenant_id, *_matching(wanted))
    rows = tx.execute(query.order_by(tickets.c.number.desc()).limit(limit))
    return [TicketRow(**row) for row in rows.mappings()]


def of_customer(
    tx: Tx, tenant_id: str, customer_id: str, statuses: Collection[str], limit: int
) -> list[TicketRow]:
    """A customer's tickets in these states, last touched first."""
    query = sa.select(tickets).where(
        tickets.c.tenant_id == tenant_id,
        tickets.c.customer_id == customer_id,
        tickets.c.status.in_(statuses),
    )
    newest = (tickets.c.updated_at.desc(), tickets.c.number.desc())
    return [TicketRow(**r) for r in tx.execute(query.order_by(*newest).limit(limit)).mappings()]


def open_of(tx: Tx, tenant_id: str, assignee_id: str) -> list[TicketRow]:
    """The tickets of somebody that are not closed, oldest first."""
    mine = sa.and_(
        tickets.c.tenant_id == tenant_id,
        tickets.c.assignee_id == assignee_id,
        tickets.c.closed_at.is_(None),
    )
    rows = tx.execute(sa.select(tickets).where(mine).order_by(tickets.c.number)).mappings()
    return [TicketRow(**row) for row in rows]


def add_note(tx: Tx, note: NoteRow) -> None:
    """Write a note."""
    tx.execute(notes.insert().values(**_columns(note)))


def notes_of(tx: Tx, tenant_id: str, ticket_id: str) -> list[NoteRow]:
    """The notes of a ticket, oldest first."""
    mine = sa.and_(notes.c.tenant_id == tenant_id, notes.c.ticket_id == ticket_id)
    rows = tx.execute(sa.select(notes).where(mine).order_by(notes.c.id))
    return [NoteRow(**row) for row in rows.mappings()]


def link(tx: Tx, tenant_id: str, interaction_id: str, ticket_id: str, at: int) -> None:
    """Say that an interaction belongs to a ticket, and to no other from now."""
    row = {"tenant_id": tenant_id, "interaction_id": interaction_id, "ticket_id": ticket_id}
    _LINK.run(tx, {**row, "linked_at": at})


def of_interactions(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, str]:
    """The ticket of each of these interactions that has one."""
    rows = tx.execute(_OF_INTERACTIONS, {"of_tenant": tenant_id, "ids": list(ids)})
    return {row.interaction_id: row.ticket_id for row in rows}


def of_interaction(tx: Tx, tenant_id: str, interaction_id: str) -> str | None:
    """The ticket of one interaction."""
    row = _OF_INTERACTION.first(tx, {"of_tenant": tenant_id, "of_interaction": interaction_id})
    return row[0] if row else None


def interactions_of(tx: Tx, tenant_id: str, ids: Collection[str]) -> dict[str, list[str]]:
    """The interactions of each of these tickets, oldest first."""
    found: dict[str, list[str]] = {ticket_id: [] for ticket_id in ids}
    mine = sa.and_(links.c.tenant_id == tenant_id, links.c.ticket_id.in_(ids))
    query = sa.select(links).where(mine).order_by(links.c.linked_at, links.c.interaction_id)
    for row in tx.execute(query):
        found[row.ticket_id].append(row.interaction_id)
    return found


_FIRST_NUMBER = sa.text(
    "INSERT INTO ticket_numbers (tenant_id, next) VALUES (:tenant_id, :next) ON CONFLICT DO NOTHING"
)
_LINK = Prepared(
    sa.text(
        "INSERT INTO ticket_interactions (tenant_id, interaction_id, ticket_id, linked_at)"
        " VALUES (:tenant_id, :interaction_id, :ticket_id, :linked_at)"
        " ON CONFLICT (tenant_id, interaction_id) DO UPDATE SET ticket_id = excluded.ticket_id"
    )
)
_OWN_NUMBER = numbers.c.tenant_id == sa.bindparam("of_tenant")
_LOCK = Prepared(sa.select(numbers.c.next).where(_OWN_NUMBER).with_for_update())
_TAKE_NUMBER = Prepared(
    numbers.update()
    .where(_OWN_NUMBER)
    .values(next=numbers.c.next + sa.literal_column("1"))
    .returning(numbers.c.next - sa.literal_column("1"))
)
_ADD = Prepared(tickets.insert().values({c.name: sa.bindparam(c.name) for c in tickets.c}))
_GET = sa.select(tickets).where(
    tickets.c.tenant_id == sa.bindparam("of_tenant"), tickets.c.id == sa.bindparam("of_id")
)
_HOLD = _GET.with_for_update()
_OF_INTERACTION = Prepared(
    sa.select(links.c.ticket_id).where(
        links.c.tenant_id == sa.bindparam("of_tenant"),
        links.c.interaction_id == sa.bindparam("of_interaction"),
    )
)
_OF_INTERACTIONS = sa.select(links.c.interaction_id, links.c.ticket_id).where(
    links.c.tenant_id == sa.bindparam("of_tenant"),
    links.c.interaction_id.in_(sa.bindparam("ids", expanding=True)),
)


def _one(tx: Tx, query: sa.Select[Any], tenant_id: str, ticket_id: str) -> TicketRow | None:
    found = tx.execute(query, {"of_tenant": tenant_id, "of_id": ticket_id})
    row = found.mappings().one_or_none()
    return TicketRow(**row) if row else None


def _matching(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    exact = {
        tickets.c.status: wanted.status,
        tickets.c.priority: wanted.priority,
        tickets.c.customer_id: wanted.customer_id,
        tickets.c.number: wanted.number,
    }
    found = [column == value for column, value in exact.items() if value is not None]
    if wanted.teams is not None:
        found.append(_seen(wanted.teams, wanted))
    if wanted.before is not None:
        found.append(tickets.c.number < wanted.before)
    return found


def _seen(teams: frozenset[str], wanted: Wanted) -> sa.ColumnElement[bool]:
    ways: list[sa.ColumnElement[bool]] = [tickets.c.team_id.in_(teams)]
    if wanted.shared:
        ways.append(tickets.c.team_id.is_(None))
    if wanted.mine is not None:
        ways += [tickets.c.assignee_id == wanted.mine, tickets.c.created_by == wanted.mine]
    return sa.or_(*ways)


def _columns(row: TicketRow | NoteRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
