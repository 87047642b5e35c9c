"""Dialling lists as rows: what is to be called how, and where each entry stands.

An entry's number and fields are sealed, by the customer's key where one is known; its mark finds
the same number again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from trunkline.kit.prepared import json_value
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

lists = sa.Table(
    "dialling_lists",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("why", sa.String(24)),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.UniqueConstraint("tenant_id", "name"),
)
entries = sa.Table(
    "dialling_entries",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("list_id", sa.String(40), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("zones", sa.String(200), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due_at", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("rule", sa.String(24)),
    sa.Column("detail", sa.String(120), nullable=False),
    sa.Column("disposition", sa.String(60)),
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Column("callback_id", sa.String(80)),
    sa.Column("interaction_id", sa.String(80)),
    sa.Column("agent_id", sa.String(40)),
    sa.Column("changed_at", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("tenant_id", "list_id", "mark"),
    sa.Index("ix_dialling_entries_due_at", "tenant_id", "list_id", "state", "due_at", "id"),
    sa.Index("ix_dialling_entries_callback_id", "tenant_id", "callback_id"),
    sa.Index("ix_dialling_entries_interaction_id", "tenant_id", "interaction_id"),
    sa.Index("ix_dialling_entries_mark", "tenant_id", "mark"),
    sa.Index("ix_dialling_entries_customer_id", "tenant_id", "customer_id"),
)


class ListState(StrEnum):
    """Where a list stands; a stopped one is over."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class EntryState(StrEnum):
    """Where an entry stands; what became of an ended one is its outcome."""

    WAITING = "waiting"
    LINED = "lined"
    """It stands in line for an agent, or one is looking at it."""

    CALLING = "calling"
    TALKING = "talking"
    ENDED = "ended"


class Outcome(StrEnum):
    """What the last try came to."""

    REACHED = "reached"
    CALLED_AGAIN = "called_again"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MACHINE = "machine"
    GIVEN_UP = "given_up"
    FAILED = "failed"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Window:
    """When entries of these time zones are called, none naming all others; minutes of the day."""

    weekdays: tuple[int, ...]
    opens: int
    closes: int
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """How a list is worked; spacing is by outcome, and without one there is no further try.

    `again_on` are dispositions after which the person is called once more, and when.
    """

    look_ms: int = 60_000
    ring_ms: int = 30_000
    most_tries: int = 3
    spacing_ms: dict[str, int] = field(default_factory=dict)
    again_on: dict[str, int] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    tell_machine: bool = False
    """Whether an answering machine is told from a person before the agent is joined."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """A dialling list."""

    tenant_id: str
    id: str
    name: str
    queue_id: str
    number: str
    purpose: str
    mode: str
    state: str
    why: str | None
    rules: Rules
    version: int
    created_at: int
    created_by: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry; times in ms UTC."""

    tenant_id: str
    id: str
    list_id: str
    mark: str
    sealed: bytes
    customer_id: str | None
    country: str
    zones: str
    state: str
    due_at: int
    tries: int
    outcome: str | None
    rule: str | None
    detail: str
    disposition: str | None
    settled: bool
    callback_id: str | None
    interaction_id: str | None
    agent_id: str | None
    changed_at: int


_OPEN: Final = (EntryState.LINED, EntryState.CALLING, EntryState.TALKING)


def put_list(tx: Tx, row: ListRow) -> bool:
    """Add a list; False when its name is taken."""
    try:
        with tx.begin_nested():
            tx.execute(lists.insert().values(**asdict(row)))
    except sa.exc.IntegrityError:
        return False
    return True


def change_list(tx: Tx, tenant_id: str, list_id: str, **fields: Any) -> bool:
    """Set columns of a list, which becomes its next version; False when the name is taken."""
    if "rules" in fields:
        fields["rules"] = asdict(fields["rules"])
    mine = sa.and_(lists.c.tenant_id == tenant_id, lists.c.id == list_id)
    try:
        with tx.begin_nested():
            change = lists.update().where(mine)
            tx.execute(change.values(version=lists.c.version + 1, **fields))
    except sa.exc.IntegrityError:
        return False
    return True


def get_list(tx: Tx, tenant_id: str, list_id: str) -> ListRow | None:
    """One list."""
    mine = sa.and_(lists.c.tenant_id == tenant_id, lists.c.id == list_id)
    row = tx.execute(sa.select(lists).where(mine)).mappings().one_or_none()
    return _list(row) if row else None


def all_lists(tx: Tx, tenant_id: str, limit: int) -> list[ListRow]:
    """Lists of a tenant, made last first."""
    query = sa.select(lists).where(lists.c.tenant_id == tenant_id)
    query = query.order_by(lists.c.created_at.desc(), lists.c.id.desc()).limit(limit)
    return [_list(row) for row in tx.execute(query).mappings()]


def running(tx: Tx, tenant_id: str) -> list[ListRow]:
    """The lists that are worked now, made first first."""
    is_running = lists.c.state == ListState.RUNNING
    query = sa.select(lists).where(lists.c.tenant_id == tenant_id, is_running)
    query = query.order_by(lists.c.created_at, lists.c.id)
    return [_list(row) for row in tx.execute(query).mappings()]


def drop_list(tx: Tx, tenant_id: str, list_id: str) -> None:
    """Forget a list with all its entries."""
    tx.execute(entries.delete().where(_of_list(tenant_id, list_id)))
    tx.execute(lists.delete().where(lists.c.tenant_id == tenant_id, lists.c.id == list_id))


def add_entries(tx: Tx, rows: Sequence[EntryRow]) -> None:
    """Write new entries."""
    tx.execute(entries.insert(), [asdict(row) for row in rows])


def marks_of(tx: Tx, tenant_id: str, list_id: str, marks: Collection[str]) -> set[str]:
    """Which of these numbers stand on the list already."""
    query = sa.select(entries.c.mark).where(
        _of_list(tenant_id, list_id), entries.c.mark.in_(list(marks))
    )
    return set(tx.scalars(query))


def count(tx: Tx, tenant_id: str, list_ids: Collection[str]) -> list[tuple[str, str, str, int]]:
    """How many entries of these lists stand where: (list, state, outcome or "", count)."""
    c = entries.c
    query = (
        sa.select(c.list_id, c.state, c.outcome, sa.func.count())
        .where(c.tenant_id == tenant_id, c.list_id.in_(list(list_ids)))
        .group_by(c.list_id, c.state, c.outcome)
    )
    return [(row[0], row[1], row[2] or "", int(row[3])) for row in tx.execute(query)]


def get_entry(tx: Tx, tenant_id: str, entry_id: str) -> EntryRow | None:
    """One entry."""
    return _one(tx, entries.c.tenant_id == tenant_id, entries.c.id == entry_id)


def by_callback(tx: Tx, tenant_id: str, callback_id: str) -> EntryRow | None:
    """The entry that a callback tries."""
    return _one(tx, entries.c.tenant_id == tenant_id, entries.c.callback_id == callback_id)


def by_interaction(tx: Tx, tenant_id: str, interaction_id: str) -> EntryRow | None:
    """The entry that an interaction came of."""
    return _one(tx, entries.c.tenant_id == tenant_id, entries.c.interaction_id == interaction_id)


def change_entry(tx: Tx, tenant_id: str, entry_id: str, **fields: Any) -> None:
    """Set columns of an entry."""
    mine = sa.and_(entries.c.tenant_id == tenant_id, entries.c.id == entry_id)
    tx.execute(entries.update().where(mine).values(**fields))


def change_by_interaction(tx: Tx, tenant_id: str, interaction_id: str, **fields: Any) -> None:
    """Set columns of the entry that an interaction came of, if it came of one."""
    c = entries.c
    mine = sa.and_(c.tenant_id == tenant_id, c.interaction_id == interaction_id)
    tx.execute(entries.update().where(mine).values(**fields))


def change_by_callback(tx: Tx, tenant_id: str, callback_id: str, **fields: Any) -> None:
    """Set columns of the entry that a callback tries, if it tries one."""
    mine = sa.and_(entries.c.tenant_id == tenant_id, entries.c.callback_id == callback_id)
    tx.execute(entries.update().where(mine).values(**fields))


def due(tx: Tx, tenant_id: str, list_id: str, now: int, limit: int) -> list[EntryRow]:
    """Entries whose time has come, the longest due first."""
    waits = sa.and_(entries.c.state == EntryState.WAITING, entries.c.due_at <= now)
    query = sa.select(entries).where(_of_list(tenant_id, list_id), waits)
    query = query.order_by(entries.c.due_at, entries.c.id).limit(limit)
    return [EntryRow(**row) for row in tx.execute(query).mappings()]


def put_off(tx: Tx, like: EntryRow, until: int, rule: str, detail: str) -> int:
    """Let all of the list that are where this one is wait: it is the same hour there."""
    c = entries.c
    there = sa.and_(
        _of_list(like.tenant_id, like.list_id),
        c.state == EntryState.WAITING,
        c.country == like.country,
        c.zones == like.zones,
        c.due_at < until,
    )
    told = {"due_at": until, "rule": rule, "detail": detail}
    return tx.execute(entries.update().where(there).values(**told)).rowcount


def open_ones(tx: Tx, tenant_id: str, list_id: str, limit: int) -> list[EntryRow]:
    """Entries that an agent is asked for, or is at."""
    query = sa.select(entries).where(_of_list(tenant_id, list_id), entries.c.state.in_(_OPEN))
    return [EntryRow(**row) for row in tx.execute(query.limit(limit)).mappings()]


def unsettled(tx: Tx, tenant_id: str, list_id: str, limit: int) -> list[EntryRow]:
    """Who was reached, and whose disposition is not known yet."""
    reached = sa.and_(
        entries.c.state == EntryState.ENDED,
        entries.c.outcome == Outcome.REACHED,
        entries.c.settled.is_(False),
    )
    query = sa.select(entries).where(_of_list(tenant_id, list_id), reached).limit(limit)
    return [EntryRow(**row) for row in tx.execute(query).mappings()]


def page_entries(
    tx: Tx,
    tenant_id: str,
    list_id: str,
    *,
    state: str | None,
    outcome: str | None,
    before: tuple[int, str] | None,
    limit: int,
) -> list[EntryRow]:
    """Entries of a list, changed last first."""
    query = sa.select(entries).where(_of_list(tenant_id, list_id))
    if state is not None:
        query = query.where(entries.c.state == state)
    if outcome is not None:
        query = query.where(entries.c.outcome == outcome)
    if before is not None:
        place = sa.tuple_(entries.c.changed_at, entries.c.id)
        query = query.where(place < sa.tuple_(*map(sa.literal, before)))
    query = query.order_by(entries.c.changed_at.desc(), entries.c.id.desc()).limit(limit)
    return [EntryRow(**row) for row in tx.execute(query).mappings()]


def drop_entry(tx: Tx, tenant_id: str, entry_id: str) -> None:
    """Forget one entry."""
    tx.execute(entries.delete().where(entries.c.tenant_id == tenant_id, entries.c.id == entry_id))


def drop_of_customer(tx: Tx, tenant_id: str, customer_id: str) -> int:
    """Forget every entry of a customer; how many."""
    theirs = sa.and_(entries.c.tenant_id == tenant_id, entries.c.customer_id == customer_id)
    return tx.execute(entries.delete().where(theirs)).rowcount


def _of_list(tenant_id: str, list_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(entries.c.tenant_id == tenant_id, entries.c.list_id == list_id)


def _one(tx: Tx, *where: sa.ColumnElement[bool]) -> EntryRow | None:
    row = tx.execute(sa.select(entries).where(*where)).mappings().first()
    return EntryRow(**row) if row else None


def _list(row: Any) -> ListRow:
    kept = json_value(row["rules"])
    windows = tuple(
        Window(**{**one, "weekdays": tuple(one["weekdays"]), "zones": tuple(one["zones"])})
        for one in kept["windows"]
    )
    return ListRow(**{**row, "rules": Rules(**{**kept, "windows": windows})})
