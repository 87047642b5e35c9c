"""Alerts as rows. They hold ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from trunkline.ports.database import metadata

if TYPE_CHECKING:
    from collections.abc import Collection

    from trunkline.ports.database import Tx

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("tenant_id", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Column("queue_id", sa.String(40)),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("raised_at", sa.BigInteger, nullable=False),
    sa.Column("dismissed_at", sa.BigInteger),
    sa.Column("dismissed_by", sa.String(40)),
    sa.Index("ix_alerts_raised_at", "tenant_id", "raised_at"),
)


class Kind(StrEnum):
    """What an alert is about; its subject is an interaction, a promise, or a way of calls."""

    UNANSWERED = "unanswered"
    PROMISE_MISSED = "promise_missed"
    EMERGENCY = "emergency"
    """An emergency number is being called; the subject is the interaction."""

    CALLER_LOST = "caller_lost"
    """Somebody was lost by us who cannot be called back; the subject is the interaction."""

    WAY_LOSSY = "way_lossy"
    """A trunk or this node loses sound; the subject is the trunk's id, or `node`, of no queue."""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert; times in ms UTC. `count` says how often, where that matters.

    Of a lossy way it is the loss in percent, rounded.
    """

    tenant_id: str
    id: str
    kind: str
    subject: str
    queue_id: str | None
    count: int
    raised_at: int
    dismissed_at: int | None = None
    dismissed_by: str | None = None


_FIELDS: Final = tuple(AlertRow.__dataclass_fields__)


def add(tx: Tx, row: AlertRow) -> None:
    """Write a new alert."""
    tx.execute(alerts.insert(), {name: getattr(row, name) for name in _FIELDS})


def get(tx: Tx, tenant_id: str, alert_id: str) -> AlertRow | None:
    """One alert of the tenant."""
    found = tx.execute(sa.select(alerts).where(_is(tenant_id, alert_id))).mappings().one_or_none()
    return AlertRow(**found) if found else None


def dismiss(tx: Tx, tenant_id: str, alert_id: str, by: str, now: int) -> bool:
    """Somebody has seen to it; False when that was so already."""
    open_one = sa.and_(_is(tenant_id, alert_id), alerts.c.dismissed_at.is_(None))
    done = {"dismissed_at": now, "dismissed_by": by}
    return tx.execute(alerts.update().where(open_one).values(**done)).rowcount == 1


def page(
    tx: Tx,
    tenant_id: str,
    queue_ids: Collection[str | None] | None,
    *,
    is_open: bool | None,
    before: tuple[int, str] | None,
    limit: int,
) -> list[AlertRow]:
    """Alerts of these queues (None: of all), newest first, below `before` (raised_at, id).

    A None among the queues stands for the alerts that are of no queue.
    """
    c = alerts.c
    query = sa.select(alerts).where(c.tenant_id == tenant_id)
    if queue_ids is not None:
        of_these = c.queue_id.in_([name for name in queue_ids if name is not None])
        of_none = c.queue_id.is_(None) if None in queue_ids else sa.false()
        query = query.where(sa.or_(of_these, of_none))
    if is_open is not None:
        query = query.where(c.dismissed_at.is_(None) if is_open else c.dismissed_at.is_not(None))
    if before is not None:
        query = query.where(sa.tuple_(c.raised_at, c.id) < sa.tuple_(*map(sa.literal, before)))
    rows = tx.execute(query.order_by(c.raised_at.desc(), c.id.desc()).limit(limit)).mappings()
    return [AlertRow(**row) for row in rows]


def _is(tenant_id: str, alert_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(alerts.c.tenant_id == tenant_id, alerts.c.id == alert_id)
