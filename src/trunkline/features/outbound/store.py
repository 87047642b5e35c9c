"""Outward calls as rows: numbers on lists, calls dialled or refused, what a tenant allows itself.

A number stands here as its mark (a keyed hash that finds equal ones) and, on lists, sealed for
those who may read it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from trunkline.features import customers
from trunkline.kit.prepared import json_value
from trunkline.ports.database import Tx, metadata

listed = sa.Table(
    "listed_numbers",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("appeal", sa.String(500), nullable=False),
    sa.Column("expires_at", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.UniqueConstraint("tenant_id", "kind", "mark"),
    sa.Index("ix_listed_numbers_created_at", "tenant_id", "kind", "created_at", "id"),
)
calls = sa.Table(
    "outward_calls",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("agent_id", sa.String(40)),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("rule", sa.String(24)),
    sa.Column("detail", sa.String(120), nullable=False),
    sa.Column("cost_cents", sa.Integer, nullable=False),
    sa.Index("ix_outward_calls_mark", "tenant_id", "mark", "at"),
    sa.Index("ix_outward_calls_customer_id", "tenant_id", "customer_id", "at"),
    sa.Index("ix_outward_calls_agent_id", "tenant_id", "agent_id", "at"),
    sa.Index("ix_outward_calls_at", "tenant_id", "at", "id"),
    sa.Index("ix_outward_calls_interaction_id", "tenant_id", "interaction_id"),
)
rules = sa.Table(
    "outward_rules",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("chosen", sa.JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A number on a list of a kind; without `expires_at` for good."""

    tenant_id: str
    id: str
    kind: str
    mark: str
    sealed: bytes
    reason: str
    appeal: str
    expires_at: int | None
    created_at: int
    created_by: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """An outward call: dialled, or refused by a rule."""

    tenant_id: str
    id: str
    interaction_id: str
    mark: str
    customer_id: str | None
    agent_id: str | None
    purpose: str
    at: int
    rule: str | None
    detail: str
    cost_cents: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a tenant allows itself; costs are cents a minute of its own money.

    `home` (ISO 3166-1) is where it dials from: by it numbers are read, and are abroad or for help.
    """

    countries: tuple[str, ...] = ()
    premium: bool = False
    cost_cap_cents: int | None = None
    home_cents_a_minute: int = 0
    abroad_cents_a_minute: int = 0
    premium_cents_a_minute: int = 0
    callbacks_at_any_hour: bool = False
    recording_consent: dict[str, str] = field(default_factory=dict)
    """What callers of a country are asked for in place of what its file says; `*` is all others."""

    home: str = customers.HOME_REGION


def put_listed(tx: Tx, row: ListedRow) -> bool:
    """Add a number to a list; False when it stands there already."""
    try:
        with tx.begin_nested():
            tx.execute(listed.insert().values(**asdict(row)))
    except sa.exc.IntegrityError:
        return False
    return True


def change_listed(tx: Tx, tenant_id: str, listed_id: str, fields: dict[str, Any]) -> None:
    """Change reason, appeal or expiry, where something is to change."""
    if not fields:
        return
    mine = sa.and_(listed.c.tenant_id == tenant_id, listed.c.id == listed_id)
    tx.execute(listed.update().where(mine).values(**fields))


def drop_listed(tx: Tx, tenant_id: str, listed_id: str) -> None:
    """Take a number off its list."""
    mine = sa.and_(listed.c.tenant_id == tenant_id, listed.c.id == listed_id)
    tx.execute(listed.delete().where(mine))


def drop_expired(tx: Tx, now: int) -> int:
    """Forget, of all tenants, numbers whose time on a list is over; how many."""
    return tx.execute(listed.delete().where(listed.c.expires_at <= now)).rowcount


def get_listed(tx: Tx, tenant_id: str, kind: str, listed_id: str) -> ListedRow | None:
    """One number of a list."""
    query = sa.select(listed).where(
        listed.c.tenant_id == tenant_id, listed.c.kind == kind, listed.c.id == listed_id
    )
    row = tx.execute(query).mappings().first()
    return ListedRow(**row) if row else None


def page_listed(
    tx: Tx, tenant_id: str, kind: str, mark: str | None, before: tuple[int, str] | None, limit: int
) -> list[ListedRow]:
    """A list's numbers, added last first; with `mark` only that one."""
    query = sa.select(listed).where(listed.c.tenant_id == tenant_id, listed.c.kind == kind)
    if mark is not None:
        query = query.where(listed.c.mark == mark)
    if before is not None:
        place = sa.tuple_(listed.c.created_at, listed.c.id)
        query = query.where(place < sa.tuple_(*map(sa.literal, before)))
    query = query.order_by(listed.c.created_at.desc(), listed.c.id.desc()).limit(limit)
    return [ListedRow(**row) for row in tx.execute(query).mappings()]


def is_listed(tx: Tx, tenant_id: str, kind: str, mark: str, now: int) -> bool:
    """Whether a number stands on a list now."""
    query = sa.select(listed.c.id).where(
        listed.c.tenant_id == tenant_id,
        listed.c.kind == kind,
        listed.c.mark == mark,
        sa.or_(listed.c.expires_at.is_(None), listed.c.expires_at > now),
    )
    return tx.execute(query).first() is not None


def marks_of(tx: Tx, tenant_id: str, kind: str, limit: int) -> list[tuple[str, int | None]]:
    """Marks of a list with the ends of their time, added last first."""
    query = (
        sa.select(listed.c.mark, listed.c.expires_at)
        .where(listed.c.tenant_id == tenant_id, listed.c.kind == kind)
        .order_by(listed.c.created_at.desc())
        .limit(limit)
    )
    return [(row.mark, row.expires_at) for row in tx.execute(query)]


def count_listed(tx: Tx, tenant_id: str, kind: str) -> int:
    """How many numbers a list has."""
    query = sa.select(sa.func.count()).where(listed.c.tenant_id == tenant_id, listed.c.kind == kind)
    return int(tx.execute(query).scalar_one())


def add_call(tx: Tx, row: CallRow) -> None:
    """Keep an outward call."""
    tx.execute(calls.insert().values(**asdict(row)))


def last_rule(tx: Tx, tenant_id: str, interaction_id: str) -> tuple[str, str] | None:
    """The rule that refused the last call of an interaction, with its words; None: none did."""
    query = (
        sa.select(calls.c.rule, calls.c.detail)
        .where(calls.c.tenant_id == tenant_id, calls.c.interaction_id == interaction_id)
        .order_by(calls.c.at.desc(), calls.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).first()
    return (row.rule, row.detail) if row and row.rule else None


def dialled_since(
    tx: Tx, tenant_id: str, mark: str, customer_id: str | None, since: int, limit: int
) -> list[int]:
    """When a person was dialled: by this number, or by any number of the same customer."""
    person = calls.c.mark == mark
    if customer_id is not None:
        person = sa.or_(person, calls.c.customer_id == customer_id)
    query = (
        sa.select(calls.c.at)
        .where(calls.c.tenant_id == tenant_id, person, calls.c.at > since, calls.c.rule.is_(None))
        .order_by(calls.c.at.desc())
        .limit(limit)
    )
    return list(tx.scalars(query))


def cost_since(tx: Tx, tenant_id: str, agent_id: str, since: int) -> int:
    """What an agent's outward calls were reckoned to cost, in cents."""
    query = sa.select(sa.func.coalesce(sa.func.sum(calls.c.cost_cents), 0)).where(
        calls.c.tenant_id == tenant_id,
        calls.c.agent_id == agent_id,
        calls.c.at > since,
        calls.c.rule.is_(None),
    )
    return int(tx.execute(query).scalar_one())


def page_calls(
    tx: Tx,
    tenant_id: str,
    *,
    refused: bool | None,
    interaction_id: str | None,
    before: tuple[int, str] | None,
    limit: int,
) -> list[CallRow]:
    """Outward calls, last first."""
    query = sa.select(calls).where(calls.c.tenant_id == tenant_id)
    if refused is not None:
        query = query.where(calls.c.rule.is_not(None) if refused else calls.c.rule.is_(None))
    if interaction_id is not None:
        query = query.where(calls.c.interaction_id == interaction_id)
    if before is not None:
        place = sa.tuple_(calls.c.at, calls.c.id)
        query = query.where(place < sa.tuple_(*map(sa.literal, before)))
    query = query.order_by(calls.c.at.desc(), calls.c.id.desc()).limit(limit)
    return [CallRow(**row) for row in tx.execute(query).mappings()]


def drop_calls(tx: Tx, before: int) -> int:
    """Forget, of all tenants, outward calls that no rule looks at any more; how many."""
    return tx.execute(calls.delete().where(calls.c.at < before)).rowcount


def chosen(tx: Tx, tenant_id: str) -> tuple[int, Chosen]:
    """What a tenant allows itself, with its version; 0 before it chose anything."""
    query = sa.select(rules.c.version, rules.c.chosen).where(rules.c.tenant_id == tenant_id)
    row = tx.execute(query).first()
    if row is None:
        return 0, Chosen()
    kept = json_value(row.chosen)
    return row.version, Chosen(**{**kept, "countries": tuple(kept["countries"])})


def home_of(tx: Tx, tenant_id: str) -> str:
    """The country that a tenant dials from, ISO 3166-1."""
    return chosen(tx, tenant_id)[1].home


def consent_chosen(tx: Tx, tenant_id: str) -> dict[str, str]:
    """What a tenant wants its callers to be asked before a recording, by country."""
    return chosen(tx, tenant_id)[1].recording_consent


def choose(tx: Tx, tenant_id: str, wanted: Chosen) -> None:
    """Replace what a tenant allows itself."""
    mine = rules.c.tenant_id == tenant_id
    kept = asdict(wanted)
    anew = rules.update().where(mine).values(version=rules.c.version + 1, chosen=kept)
    if tx.execute(anew).rowcount == 0:
        tx.execute(rules.insert().values(tenant_id=tenant_id, version=1, chosen=kept))
