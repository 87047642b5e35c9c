"""Customers and what belongs to them, as rows: sealed values, and marks to look them up by.

A *mark* is a blind index: a keyed hash that finds equal values without telling them. Erasure
leaves the customer's row as a gravestone without key, name, identity, order or value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from trunkline.kit.prepared import Prepared
from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("team_id", sa.String(40)),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("opted_out_survey", sa.Boolean, nullable=False),
    sa.Column("manager_id", sa.String(40)),
    sa.Column("contract", sa.Boolean, nullable=False),
    sa.Column("surveyed_at", sa.BigInteger),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("pin_mark", sa.String(64)),
    sa.Column("erased_at", sa.BigInteger),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False),
)
identities = sa.Table(
    "customer_identities",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("customer_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("ix_customer_identities_mark", "tenant_id", "mark"),
    sa.UniqueConstraint("tenant_id", "customer_id", "mark"),
)
words = sa.Table(
    "customer_words",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("customer_id", sa.String(40), primary_key=True),
    sa.Index("ix_customer_words_customer_id", "tenant_id", "customer_id"),
)
orders = sa.Table(
    "customer_orders",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("customer_id", sa.String(40), nullable=False),
    sa.Column("sealed_number", sa.LargeBinary, nullable=False),
    sa.Column("placed_on", sa.Date, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("ix_customer_orders_customer_id", "tenant_id", "customer_id", "placed_on"),
)
values = sa.Table(
    "customer_values",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("token", sa.String(80), primary_key=True),
    sa.Column("customer_id", sa.String(40)),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.BigInteger, nullable=False),
    sa.Index("ix_customer_values_customer_id", "tenant_id", "customer_id"),
)
factor_failures = sa.Table(
    "customer_factor_failures",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("customer_id", sa.String(40), primary_key=True),
    sa.Column("interaction_id", sa.String(80), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as stored; without `team_id` the organisation is the whole tenant's.

    `manager_id` is the agent who looks after the customer, `contract` whether one is in force.
    """

    tenant_id: str
    id: str
    team_id: str | None
    level: str
    language: str
    opted_out_survey: bool
    manager_id: str | None
    contract: bool
    surveyed_at: int | None
    wrapped_key: bytes | None
    sealed: bytes | None
    pin_mark: str | None
    erased_at: int | None
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """One way to know a customer, as stored."""

    tenant_id: str
    id: str
    customer_id: str
    kind: str
    mark: str
    sealed: bytes
    created_at: int


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order, as stored."""

    tenant_id: str
    id: str
    customer_id: str
    sealed_number: bytes
    placed_on: Any
    status: str
    amount_minor: int
    currency: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which customers a list holds: those of `teams` (None: all) that bear one of the marks.

    `word_marks` must all be borne; `identity_mark` alone is enough. `before` is the last id of
    the page before.
    """

    teams: frozenset[str] | None = None
    word_marks: frozenset[str] = frozenset()
    identity_mark: str | None = None
    before: str | None = None


def add(tx: Tx, row: CustomerRow) -> None:
    """Write a new customer."""
    tx.execute(customers.insert().values(**_fields(row)))


def get(tx: Tx, tenant_id: str, customer_id: str) -> CustomerRow | None:
    """One customer that is not erased."""
    found = tx.execute(sa.select(customers).where(_is(tenant_id, customer_id)))
    row = found.mappings().one_or_none()
    return CustomerRow(**row) if row else None


def several(tx: Tx, tenant_id: str, ids: Collection[str]) -> list[CustomerRow]:
    """These customers, as far as they are there and not erased."""
    if not ids:
        return []
    rows = tx.execute(_SEVERAL, {"of_tenant": tenant_id, "ids": list(ids)})
    return [CustomerRow(**row) for row in rows.mappings()]


def page(tx: Tx, tenant_id: str, wanted: Filter, limit: int) -> list[CustomerRow]:
    """Customers newest first."""
    query = sa.select(customers).where(
        customers.c.tenant_id == tenant_id, customers.c.erased_at.is_(None)
    )
    if wanted.teams is not None:
        query = query.where(_of_teams(wanted.teams))
    if wanted.word_marks or wanted.identity_mark:
        query = query.where(sa.or_(*_bearing(tenant_id, wanted)))
    if wanted.before is not None:
        query = query.where(customers.c.id < wanted.before)
    rows = tx.execute(query.order_by(customers.c.id.desc()).limit(limit))
    return [CustomerRow(**row) for row in rows.mappings()]


def change(tx: Tx, tenant_id: str, customer_id: str, **fields: Any) -> None:
    """Set columns of a customer."""
    tx.execute(customers.update().where(_is(tenant_id, customer_id)).values(**fields))


def known_by(tx: Tx, tenant_id: str, mark: str, limit: int) -> list[tuple[Any, ...]]:
    """Customers with this identity, oldest first, with what routing may know of them."""
    return _KNOWN_BY.all(tx, {"of_tenant": tenant_id, "mark": mark, "most": limit})


def add_identity(tx: Tx, row: IdentityRow) -> None:
    """Write one more way to know a customer; the same one again changes nothing."""
    known = sa.select(identities.c.id).where(
        identities.c.tenant_id == row.tenant_id,
        identities.c.customer_id == row.customer_id,
        identities.c.mark == row.mark,
    )
    if tx.execute(known).first() is None:
        tx.execute(identities.insert().values(**_fields(row)))


def identities_of(tx: Tx, tenant_id: str, customer_ids: Collection[str]) -> list[IdentityRow]:
    """All identities of these customers, oldest first."""
    query = sa.select(identities).where(
        identities.c.tenant_id == tenant_id, identities.c.customer_id.in_(customer_ids)
    )
    rows = tx.execute(query.order_by(identities.c.id))
    return [IdentityRow(**row) for row in rows.mappings()]


def set_words(tx: Tx, tenant_id: str, customer_id: str, marks: Iterable[str]) -> None:
    """Replace what a customer's name is found by."""
    _drop(tx, words, tenant_id, customer_id)
    rows = [
        {"tenant_id": tenant_id, "customer_id": customer_id, "mark": mark}
        for mark in sorted(set(marks))
    ]
    if rows:
        tx.execute(words.insert(), rows)


def add_order(tx: Tx, row: OrderRow) -> None:
    """Write a new order."""
    tx.execute(orders.insert().values(**_fields(row)))


def orders_of(tx: Tx, tenant_id: str, customer_id: str, limit: int) -> list[OrderRow]:
    """Orders of a customer, newest first."""
    query = (
        sa.select(orders)
        .where(orders.c.tenant_id == tenant_id, orders.c.customer_id == customer_id)
        .order_by(orders.c.placed_on.desc(), orders.c.id.desc())
        .limit(limit)
    )
    return [OrderRow(**row) for row in tx.execute(query).mappings()]


def put_value(
    tx: Tx, tenant_id: str, token: str, customer_id: str | None, sealed: bytes, at: int
) -> None:
    """Keep a sealed value by its token; a token is written once and may be moved to a customer."""
    row = {
        "of_tenant": tenant_id,
        "of_token": token,
        "customer_id": customer_id,
        "sealed": sealed,
        "created_at": at,
    }
    if _MOVE_VALUE.run(tx, row) == 0:
        _ADD_VALUE.run(tx, row)


def get_value(tx: Tx, tenant_id: str, token: str) -> tuple[str | None, bytes] | None:
    """The owner and the sealed value of a token."""
    row = _GET_VALUE.first(tx, {"of_tenant": tenant_id, "of_token": token})
    return (row[0], bytes(row[1])) if row else None


def drop_ownerless_values(tx: Tx, tenant_id: str, before: int) -> int:
    """Forget values of nobody that are older; returns how many."""
    old = sa.and_(values.c.customer_id.is_(None), values.c.created_at < before)
    return tx.execute(values.delete().where(values.c.tenant_id == tenant_id, old)).rowcount


def failures(tx: Tx, tenant_id: str, customer_id: str, interaction_id: str) -> tuple[int, int]:
    """Wrong factors so far: in this interaction, and in all that is kept of the customer."""
    query = sa.select(factor_failures.c.interaction_id, factor_failures.c.count).where(
        factor_failures.c.tenant_id == tenant_id, factor_failures.c.customer_id == customer_id
    )
    counts: dict[str, int] = {row[0]: row[1] for row in tx.execute(query)}
    return counts.get(interaction_id, 0), sum(counts.values())


def add_failure(tx: Tx, tenant_id: str, customer_id: str, interaction_id: str, at: int) -> None:
    """Count one more wrong factor."""
    mine = sa.and_(
        factor_failures.c.tenant_id == tenant_id,
        factor_failures.c.customer_id == customer_id,
        factor_failures.c.interaction_id == interaction_id,
    )
    counted = {"count": factor_failures.c.count + 1, "last_at": at}
    if tx.execute(factor_failures.update().where(mine).values(**counted)).rowcount == 0:
        tx.execute(
            factor_failures.insert().values(
                tenant_id=tenant_id,
                customer_id=customer_id,
                interaction_id=interaction_id,
                count=1,
                last_at=at,
            )
        )


def forget_failures(tx: Tx, tenant_id: str, customer_id: str, before: int) -> None:
    """Forget wrong factors that are older."""
    tx.execute(
        factor_failures.delete().where(
            factor_failures.c.tenant_id == tenant_id,
            factor_failures.c.customer_id == customer_id,
            factor_failures.c.last_at < before,
        )
    )


def marks_of(tx: Tx, tenant_id: str, customer_id: str) -> list[str]:
    """The marks that the customer's numbers and addresses are looked up by."""
    mine = sa.and_(identities.c.tenant_id == tenant_id, identities.c.customer_id == customer_id)
    return list(tx.execute(sa.select(identities.c.mark).where(mine)).scalars())


def erase(tx: Tx, tenant_id: str, customer_id: str, at: int) -> None:
    """Destroy the key and everything that names the customer; the bare row stays."""
    for table in (identities, words, orders, values, factor_failures):
        _drop(tx, table, tenant_id, customer_id)
    gone = {"wrapped_key": None, "sealed": None, "pin_mark": None}
    change(tx, tenant_id, customer_id, **gone, erased_at=at, updated_at=at)


def _is(tenant_id: str, customer_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        customers.c.tenant_id == tenant_id,
        customers.c.id == customer_id,
        customers.c.erased_at.is_(None),
    )


def _of_teams(teams: frozenset[str]) -> sa.ColumnElement[bool]:
    return sa.or_(customers.c.team_id.is_(None), customers.c.team_id.in_(teams))


def _bearing(tenant_id: str, wanted: Filter) -> Iterable[sa.ColumnElement[bool]]:
    if wanted.word_marks:
        named = (
            sa.select(words.c.customer_id)
            .where(words.c.tenant_id == tenant_id, words.c.mark.in_(wanted.word_marks))
            .group_by(words.c.customer_id)
            .having(sa.func.count() == len(wanted.word_marks))
        )
        yield customers.c.id.in_(named)
    if wanted.identity_mark:
        numbered = sa.select(identities.c.customer_id).where(
            identities.c.tenant_id == tenant_id, identities.c.mark == wanted.identity_mark
        )
        yield customers.c.id.in_(numbered)


def _drop(tx: Tx, table: sa.Table, tenant_id: str, customer_id: str) -> None:
    mine = sa.and_(table.c.tenant_id == tenant_id, table.c.customer_id == customer_id)
    tx.execute(table.delete().where(mine))


def _fields(row: CustomerRow | IdentityRow | OrderRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


_THIS_VALUE = (values.c.tenant_id == sa.bindparam("of_tenant")) & (
    values.c.token == sa.bindparam("of_token")
)
_MOVE_VALUE = Prepared(
    values.update()
    .where(_THIS_VALUE)
    .values(customer_id=sa.bindparam("customer_id"), sealed=sa.bindparam("sealed"))
)
_ADD_VALUE = Prepared(
    values.insert().values(
        tenant_id=sa.bindparam("of_tenant"),
        token=sa.bindparam("of_token"),
        customer_id=sa.bindparam("customer_id"),
        sealed=sa.bindparam("sealed"),
        created_at=sa.bindparam("created_at"),
    )
)
_GET_VALUE = Prepared(sa.select(values.c.customer_id, values.c.sealed).where(_THIS_VALUE))
_SEVERAL = sa.select(customers).where(
    customers.c.tenant_id == sa.bindparam("of_tenant"),
    customers.c.erased_at.is_(None),
    customers.c.id.in_(sa.bindparam("ids", expanding=True)),
)
_KNOWN_BY = Prepared(
    sa.select(
        customers.c.id,
        customers.c.level,
        customers.c.language,
        customers.c.surveyed_at,
        customers.c.opted_out_survey,
        customers.c.manager_id,
        customers.c.contract,
    )
    .join(
        identities,
        sa.and_(
            identities.c.tenant_id == customers.c.tenant_id,
            identities.c.customer_id == customers.c.id,
        ),
    )
    .where(identities.c.tenant_id == sa.bindparam("of_tenant"))
    .where(identities.c.mark == sa.bindparam("mark"))
    .where(customers.c.erased_at.is_(None))
    .order_by(customers.c.id)
    .limit(sa.bindparam("most"))
    .offset(sa.literal_column("0"))  # or the toolkit adds a parameter of its own
)
