"""Which opaque token stands for a caller's number: two calls of one number are known by it.

The journal names the token, never the number; the number's mark stands only here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from trunkline.kit.prepared import Prepared
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
_ADD = Prepared(
    # Both databases know these words; SQLAlchemy has them by dialect only.
    postgresql.insert(callers)
    .values({name: sa.bindparam(name) for name in ("tenant_id", "mark", "token")})
    .on_conflict_do_nothing()
)
_GET = Prepared(
    sa.select(callers.c.token).where(
        callers.c.tenant_id == sa.bindparam("of_tenant"), callers.c.mark == sa.bindparam("of_mark")
    )
)


def get(tx: Tx, tenant_id: str, mark: str) -> str | None:
    """The token of a number's mark."""
    found = _GET.first(tx, {"of_tenant": tenant_id, "of_mark": mark})
    return str(found[0]) if found else None


def add(tx: Tx, tenant_id: str, mark: str, token: str) -> bool:
    """Keep a token; a mark that has one keeps it. Whether it was kept."""
    return _ADD.run(tx, {"tenant_id": tenant_id, "mark": mark, "token": token}) > 0


def drop(tx: Tx, tenant_id: str, marks: Iterable[str]) -> None:
    """Forget what these marks stood for."""
    mine = sa.and_(callers.c.tenant_id == tenant_id, callers.c.mark.in_(list(marks)))
    tx.execute(callers.delete().where(mine))
