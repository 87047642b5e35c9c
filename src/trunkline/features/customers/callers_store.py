"""Which opaque token stands for a caller's number: two calls of one number are known by it.

The journal names the token, never the number; the number's mark stands only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.ports.database import Tx

callers = sa.Table(
    "caller_tokens",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("token", sa.String(40), nullable=False),
)
_ADD = {
    "sqlite": sqlite.insert(callers).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(callers).on_conflict_do_nothing(),
}
_GET = sa.select(callers.c.token).where(
    callers.c.tenant_id == sa.bindparam("of_tenant"), callers.c.mark == sa.bindparam("of_mark")
)


def get(tx: Tx, tenant_id: str, mark: str) -> str | None:
    """The token of a number's mark."""
    found: str | None = tx.execute(_GET, {"of_tenant": tenant_id, "of_mark": mark}).scalar()
    return found


def add(tx: Tx, tenant_id: str, mark: str, token: str) -> None:
    """Keep a token; a mark that has one keeps it."""
    tx.execute(_ADD[tx.dialect.name], {"tenant_id": tenant_id, "mark": mark, "token": token})


def drop(tx: Tx, tenant_id: str, marks: Iterable[str]) -> None:
    """Forget what these marks stood for."""
    mine = sa.and_(callers.c.tenant_id == tenant_id, callers.c.mark.in_(list(marks)))
    tx.execute(callers.delete().where(mine))
