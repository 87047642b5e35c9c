"""Messages as rows; a row has the id of its recording, and stays when that is gone."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from trunkline.ports.database import Tx, metadata

if TYPE_CHECKING:
    from collections.abc import Collection

voicemails = sa.Table(
    "voicemails",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("interaction_id", sa.String(80), nullable=False),
    sa.Column("queue_id", sa.String(40), nullable=False),
    sa.Column("agent_id", sa.String(40)),
    sa.Column("length_ms", sa.BigInteger, nullable=False),
    sa.Column("left_at", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("changed_by", sa.String(40)),
    sa.Column("changed_at", sa.BigInteger),
    sa.Column("notice", sa.String(12)),
    sa.Index("ix_voicemails_left_at", "tenant_id", "left_at"),
    sa.Index("ix_voicemails_state", "tenant_id", "state", "left_at"),
)
NEW, HEARD, DONE = "new", "heard", "done"


@dataclass(frozen=True, slots=True)
class VoicemailRow:
    """One message; without `agent_id` it is the queue's. `notice` is what became of the mail."""

    tenant_id: str
    id: str
    interaction_id: str
    queue_id: str
    agent_id: str | None
    length_ms: int
    left_at: int
    state: str = NEW
    changed_by: str | None = None
    changed_at: int | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose messages one may see: those for `user_id`, and those of these queues; None is all."""

    user_id: str
    queue_ids: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filter; `before` is (left_at, id) of the last row of the page before."""

    state: str | None = None
    queue_id: str | None = None
    before: tuple[int, str] | None = None


def add(tx: Tx, row: VoicemailRow) -> None:
    """Write a new message; one that is known stays as it is."""
    # Both databases know these words; SQLAlchemy has them by dialect only.
    tx.execute(postgresql.insert(voicemails).values(**asdict(row)).on_conflict_do_nothing())


def get(tx: Tx, tenant_id: str, voicemail_id: str) -> VoicemailRow | None:
    """One message."""
    row = tx.execute(sa.select(voicemails).where(_is(tenant_id, voicemail_id))).mappings().first()
    return VoicemailRow(**row) if row else None


def change(tx: Tx, tenant_id: str, voicemail_id: str, **fields: Any) -> None:
    """Set columns of a message."""
    tx.execute(voicemails.update().where(_is(tenant_id, voicemail_id)).values(**fields))


def page(tx: Tx, tenant_id: str, seen: Seen, wanted: Wanted, limit: int) -> list[VoicemailRow]:
    """Messages that one may see, newest first."""
    c = voicemails.c
    query = sa.select(voicemails).where(c.tenant_id == tenant_id, _seen(seen))
    if wanted.state is not None:
        query = query.where(c.state == wanted.state)
    if wanted.queue_id is not None:
        query = query.where(c.queue_id == wanted.queue_id)
    if wanted.before is not None:
        query = query.where(sa.tuple_(c.left_at, c.id) < sa.tuple_(*wanted.before))
    rows = tx.execute(query.order_by(c.left_at.desc(), c.id.desc()).limit(limit))
    return [VoicemailRow(**row) for row in rows.mappings()]


def count_new(tx: Tx, tenant_id: str, seen: Seen) -> int:
    """How many of those that one may see nobody has heard."""
    c = voicemails.c
    mine = (c.tenant_id == tenant_id) & (c.state == NEW) & _seen(seen)
    return tx.execute(sa.select(sa.func.count()).where(mine)).scalar_one()


def _seen(seen: Seen) -> sa.ColumnElement[bool]:
    c = voicemails.c
    if seen.queue_ids is None:
        return sa.true()
    return (c.agent_id == seen.user_id) | (c.agent_id.is_(None) & c.queue_id.in_(seen.queue_ids))


def _is(tenant_id: str, voicemail_id: str) -> sa.ColumnElement[bool]:
    return (voicemails.c.tenant_id == tenant_id) & (voicemails.c.id == voicemail_id)
